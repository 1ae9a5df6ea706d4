"""Log lines: parsable, in a fixed order, short enough, with the request id, without a secret."""

import ast
import io
import json
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeGuard

import pytest
import structlog

from bot.observe.fitting import MOST_LINE_BYTES
from bot.observe.logs import FIRST, LAST, configure_logging
from session import request_scope

TOKEN = "xoxb-123456789012-secretsecret"
SECRET = "secretsecret"
ROOT = Path(__file__).parents[3]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def logging_to(
    log: io.StringIO, log_format: str = "json", level: str = "info"
) -> Iterator[structlog.typing.FilteringBoundLogger]:
    """Configure the log; on leaving, everything has been written."""
    with configure_logging(log_format, level, log):
        yield structlog.get_logger("bot.x")


def written(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_every_line_is_json_with_time_level_and_request_id() -> None:
    with logging_to(log := io.StringIO()) as logger:
        with request_scope("req_1"), structlog.contextvars.bound_contextvars(session_id="s"):
            logger.info("turn.ended", seconds=1.5, text="a\nb")
        logger.info("bot.ready")
    inside, outside = written(log)
    assert (inside["request_id"], inside["session_id"]) == ("req_1", "s")
    assert (inside["event"], inside["level"], inside["text"]) == ("turn.ended", "info", "a\nb")
    assert inside["timestamp"].endswith("Z")
    assert "request_id" not in outside


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_google_reads_the_level_and_the_event_too(level: str) -> None:
    with logging_to(log := io.StringIO(), level="debug") as logger:
        getattr(logger, level)("turn.ended")
        logging.getLogger("lib").log(logging.ERROR, "lib %s", "failed")
    ours, theirs = written(log)
    assert (ours["severity"], ours["message"]) == (level.upper(), "turn.ended")
    assert (theirs["severity"], theirs["message"], theirs["event"]) == (
        "ERROR",
        *["lib failed"] * 2,
    )


def test_the_order_of_keys_is_always_the_same() -> None:
    bound = dict.fromkeys(FIRST[5:], "x") | {"b": 1, "a": 2}
    with logging_to(log := io.StringIO()) as logger:
        for _ in range(20):
            names = random.sample(sorted(bound), len(bound))
            with structlog.contextvars.bound_contextvars(**{name: bound[name] for name in names}):
                logger.info("turn.ended", z=1, y=2, exception="trace", stack="here")
    orders = {tuple(line) for line in written(log)}
    assert orders == {(*FIRST, "z", "y", "a", "b", *LAST)}


def test_an_id_has_one_name_in_every_line() -> None:
    others = {"channel", "channel_ids", "user", "author", "session", "turn"}
    for file in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("session/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if is_log_call(node):
                assert not {word.arg for word in node.keywords} & others, f"{file}:{node.lineno}"


def is_log_call(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tell whether this writes a line."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return isinstance(node.func.value, ast.Name) and node.func.value.id == "log"


def test_on_a_terminal_the_order_is_the_same_too() -> None:
    with logging_to(log := io.StringIO(), "console") as logger:
        logger.info("turn.ended", z=1, y=2, channel_id="C1", request_id="req_1")
    assert log.getvalue().split()[4:] == ["request_id=req_1", "channel_id=C1", "z=1", "y=2"]


def test_a_request_id_given_with_the_line_wins() -> None:
    with logging_to(log := io.StringIO()) as logger, request_scope("req_1"):
        logger.info("message.closed", request_id="req_2")
    assert written(log)[0]["request_id"] == "req_2"


def test_a_librarys_lines_get_the_same_form() -> None:
    with logging_to(log := io.StringIO()), request_scope("req_1"):
        logging.getLogger("aiohttp.client").warning("sent %s", TOKEN)
        logging.getLogger("slack_bolt").info("a whole payload")
    (line,) = written(log)
    assert (line["request_id"], line["level"]) == ("req_1", "warning")
    assert line["logger"] == "aiohttp.client"
    assert SECRET not in log.getvalue()


def test_a_librarys_line_that_cannot_be_formatted_is_named() -> None:
    with logging_to(log := io.StringIO()):
        logging.getLogger("careless").warning("%d apples", "many")
    (line,) = written(log)
    assert (line["event"], line["logger"]) == ("log.bad_line", "careless")


def test_what_nobody_can_act_on_is_left_out() -> None:
    with logging_to(log := io.StringIO()):
        bolt = logging.getLogger("slack_bolt.AsyncApp")
        bolt.warning("As you gave `client` as well, `token` will be unused.")
        bolt.warning("Unhandled request")
    assert [line["event"] for line in written(log)] == ["Unhandled request"]


class Client:
    """An object whose text holds a token, as a client's may."""

    def __repr__(self) -> str:
        return f"Client({TOKEN})"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_is_written_however_it_is_wrapped(log_format: str) -> None:
    with logging_to(log := io.StringIO(), log_format, "debug") as logger:
        logger.info(
            f"with {TOKEN}", plain=TOKEN, nested={"a": [{"b": (TOKEN,)}]}, password="hunter2!"
        )
        logger.info("objects", client=Client(), error=KeyError(TOKEN), nested=[Client()])
        logger.info("long", many=[Client()] * 2000)
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
    with logging_to(log := io.StringIO()) as logger:
        try:
            raise RuntimeError("cold tea")
        except RuntimeError:
            logger.exception("turn.failed")
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
    with logging_to(log := stream(), log_format) as logger:
        logger.info("bot.ready", team="Acme")
    assert log.getvalue().startswith("{") is is_json
    assert "Acme" in log.getvalue()


def test_lines_below_the_level_are_left_out() -> None:
    with logging_to(log := io.StringIO(), level="warning") as logger:
        logger.info("quiet")
        logger.warning("loud")
    assert [line["event"] for line in written(log)] == ["loud"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_letters_of_every_language_stand_as_they_are(log_format: str) -> None:
    with logging_to(log := io.StringIO(), log_format) as logger:
        logger.info("bot.ready", team="Łódź-東京-🦫")
    assert "Łódź-東京-🦫" in log.getvalue()


def test_half_a_character_becomes_its_escape() -> None:
    with logging_to(log := io.StringIO()) as logger:
        logger.info("bot.ready", team="a\ud83db")
    assert written(log)[0]["team"] == "a\ud83db"


def test_a_value_cannot_move_the_terminals_cursor() -> None:
    with logging_to(log := Terminal(), "console") as logger:
        logger.info("bot.ready", team="\x1b[2Jgone", note="\u202egnp")
        logging.getLogger("lib").warning("a\rb\x07")
    assert "\x1b[2J" not in log.getvalue()
    assert "\\x1b[2Jgone" in log.getvalue()
    assert not {"\r", "\x07", "\u202e"} & set(log.getvalue())


LONG = {
    "letters": "x" * 100_000,
    "many bytes": "🦫" * 30_000,
    "escapes": "\x00\n" * 20_000,
    "half characters": "\udc80" * 20_000,
    "a list": ["x" * 100] * 1000,
    "a mapping": {str(number): "y" * 50 for number in range(1000)},
    "bytes": b"z" * 50_000,
}


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("value", LONG.values(), ids=LONG)
def test_a_line_is_never_longer_than_what_collects_it_takes(
    value: object, log_format: str
) -> None:
    with logging_to(log := io.StringIO(), log_format) as logger, request_scope("req_1"):
        logger.info("turn.ended", first=value, second=value, third="kept")
    (line,) = log.getvalue().splitlines()[:1]
    assert 1000 < len(log.getvalue().encode("utf-8", "backslashreplace")) <= MOST_LINE_BYTES
    assert "characters left out" in line
    assert all(word in line for word in ("turn.ended", "req_1", "kept"))


def test_a_long_trace_keeps_its_beginning_and_its_end() -> None:
    def deep(level: int) -> None:
        if level == 0:
            raise RuntimeError("cold tea" + "!" * 9000)
        deep(level - 1) if level % 2 else deeper(level - 1)

    def deeper(level: int) -> None:
        deep(level)

    with logging_to(log := io.StringIO()) as logger:
        try:
            deep(300)
        except RuntimeError:
            logger.exception("turn.failed")
    (line,) = written(log)
    assert len(log.getvalue().encode()) > MOST_LINE_BYTES * 0.9
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("!!!")
    assert "characters left out" in line["exception"]


def test_a_library_that_says_too_much_is_cut_too() -> None:
    with logging_to(log := io.StringIO()):
        logging.getLogger("lib").error("%s", "x" * 40_000)
    assert len(log.getvalue()) <= MOST_LINE_BYTES
    assert written(log)[0]["level"] == "error"


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize("value", [Broken(), {(1, 2): 3}, {f"key {n}": n for n in range(3000)}])
def test_a_value_that_cannot_be_shown_costs_only_its_lines_details(value: object) -> None:
    details = value if isinstance(value, dict) and len(value) > 1 else {"value": value}
    with logging_to(log := io.StringIO()) as logger, request_scope("req_1"):
        logger.info("turn.ended", **details)
    (line,) = written(log)
    assert (line["event"], line["request_id"], line["level"]) == ("turn.ended", "req_1", "info")
    assert line["not_shown"]
