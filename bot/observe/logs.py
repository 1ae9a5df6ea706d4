"""Logging: structlog everywhere, request id on every line, secrets on none."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from bot.redact import redact, redact_value
from session import current_request_id

Event = MutableMapping[str, Any]


class _Lines(structlog.WriteLogger):
    """Writes whole lines; a log that cannot be written to stops nobody."""

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def configure_logging(log_format: str, log_level: str, stream: TextIO | None = None) -> None:
    """Send our own and the libraries' log lines to `stream` (stderr) in one format.

    `log_format` is `json`, `console` or `auto`: console on a terminal, else JSON. Our own lines do
    not pass through `logging`, at half the cost (https://www.structlog.org/en/stable/performance.html).
    """
    stream = stream or sys.stderr
    as_json = log_format == "json" or (log_format == "auto" and not stream.isatty())
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    console = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    renderers: list[structlog.typing.Processor] = (
        [structlog.processors.JSONRenderer(default=_shown)]
        if as_json
        else [console, lambda _, __, line: redact(str(line))]
    )
    lines = _Lines(stream)
    structlog.configure(
        processors=[*before, *renderers],
        logger_factory=lambda *_: lines,
        wrapper_class=structlog.make_filtering_bound_logger(log_level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # At DEBUG the Slack libraries log whole payloads, also of messages that are not for us.
    for name in ("slack_bolt", "slack_sdk", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_request_id(_: Any, __: str, event: Event) -> Event:
    if "request_id" not in event and (request_id := current_request_id()):
        event["request_id"] = request_id
    return event


def _redact(_: Any, __: str, event: Event) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], redact_value(dict(event)))


def _shown(value: object) -> str:
    """Show what is not JSON; its text can hold a secret too."""
    return redact(repr(value))
