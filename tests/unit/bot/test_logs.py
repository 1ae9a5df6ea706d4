"""Log lines: parsable, with the request id, without a secret."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from bot.observe.logs import configure_logging
from session import request_scope

TOKEN = "xoxb-123456789012-secretsecret"
SECRET = "secretsecret"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_every_line_is_json_with_time_level_and_request_id() -> None:
    log = io.StringIO()
    configure_logging("json", "info", log)
    with request_scope("req_1"), structlog.contextvars.bound_contextvars(session_id="s"):
        structlog.get_logger("bot.x").info("turn.ended", seconds=1.5, text="a\nb")
    structlog.get_logger("bot.x").info("bot.ready")
    inside, outside = written(log)
    assert (inside["request_id"], inside["session_id"]) == ("req_1", "s")
    assert (inside["event"], inside["level"], inside["text"]) == ("turn.ended", "info", "a\nb")
    assert inside["timestamp"].endswith("Z")
    assert "request_id" not in outside


def test_a_request_id_given_with_the_line_wins() -> None:
    log = io.StringIO()
    configure_logging("json", "info", log)
    with request_scope("req_1"):
        structlog.get_logger("bot.x").info("message.closed", request_id="req_2")
    assert written(log)[0]["request_id"] == "req_2"


def test_a_librarys_lines_get_the_same_form() -> None:
    log = io.StringIO()
    configure_logging("json", "info", log)
    with request_scope("req_1"):
        logging.getLogger("aiohttp.client").warning("sent %s", TOKEN)
        logging.getLogger("slack_bolt").info("a whole payload")
    (line,) = written(log)
    assert (line["request_id"], line["level"]) == ("req_1", "warning")
    assert SECRET not in log.getvalue()


class Client:
    """An object whose text holds a token, as a client's may."""

    def __repr__(self) -> str:
        return f"Client({TOKEN})"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_is_written_however_it_is_wrapped(log_format: str) -> None:
    log = io.StringIO()
    configure_logging(log_format, "debug", log)
    logger = structlog.get_logger("bot.x")
    logger.info(f"with {TOKEN}", plain=TOKEN, nested={"a": [{"b": (TOKEN,)}]}, password="hunter2!")
    logger.info("objects", client=Client(), error=KeyError(TOKEN), nested=[Client()])
    logger.info("bytes", raw=TOKEN.encode())
    try:
        raise RuntimeError(f"rejected {TOKEN}")
    except RuntimeError:
        logger.exception("turn.failed")
        logging.getLogger("session.x").exception("writer.failed")
    logging.getLogger("bot.y").warning("args %s", {"token": TOKEN})
    assert log.getvalue().count("[redacted") >= 8
    assert "hunter2!" not in log.getvalue()
    assert SECRET not in log.getvalue()


def test_an_exception_stands_on_one_line_with_its_traceback() -> None:
    log = io.StringIO()
    configure_logging("json", "info", log)
    try:
        raise RuntimeError("cold tea")
    except RuntimeError:
        structlog.get_logger("bot.x").exception("turn.failed")
    (line,) = written(log)
    assert "RuntimeError: cold tea" in line["exception"]


@pytest.mark.parametrize(
    ("log_format", "stream", "is_json"),
    [
        ("auto", io.StringIO, True),
        ("auto", Terminal, False),
        ("json", Terminal, True),
        ("console", io.StringIO, False),
    ],
)
def test_a_terminal_gets_lines_for_people_and_everything_else_json(
    log_format: str, stream: type[io.StringIO], is_json: bool
) -> None:
    log = stream()
    configure_logging(log_format, "info", log)
    structlog.get_logger("bot.x").info("bot.ready", team="Acme")
    assert log.getvalue().startswith("{") is is_json
    assert "Acme" in log.getvalue()


def test_lines_below_the_level_are_left_out() -> None:
    log = io.StringIO()
    configure_logging("json", "warning", log)
    structlog.get_logger("bot.x").info("quiet")
    structlog.get_logger("bot.x").warning("loud")
    assert [one["event"] for one in written(log)] == ["loud"]


def test_a_log_that_cannot_be_written_to_stops_nobody() -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    for log in (Full(), io.StringIO()):
        configure_logging("json", "info", log)
        log.close()
        structlog.get_logger("bot.x").info("turn.ended")
