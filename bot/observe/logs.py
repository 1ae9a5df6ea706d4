"""Logging: structlog everywhere, request id on every line of a request, secrets on none."""

import json
import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO, cast

import structlog

from bot.observe.fitting import Fitting
from bot.observe.lines import LineWriter
from bot.redact import redact, redact_value
from session import current_request_id

Event = MutableMapping[str, Any]

FIRST = (
    *("timestamp", "severity", "level", "event", "message", "request_id"),
    *("team_id", "channel_id", "ts", "thread_ts", "user_id", "session_id", "turn_id"),
)
"""The keys that stand first, in this order. Others follow as they were given."""
LAST = ("exception", "stack")
_OBVIOUS = "As you gave `client` as well"


def configure_logging(log_format: str, log_level: str, stream: TextIO | None = None) -> LineWriter:
    """Send our own and the libraries' lines to `stream` (stderr) in one format.

    `log_format` is `json`, `console` or `auto`: console on a terminal, else JSON. Close the
    writer that comes back, or the last lines are lost. Our own lines do not pass through
    `logging`, at half the cost (https://www.structlog.org/en/stable/performance.html).
    """
    stream = stream or sys.stderr
    is_terminal = stream is not None and stream.isatty()
    as_json = log_format == "json" or (log_format == "auto" and not is_terminal)
    fitting = Fitting(_json if as_json else _Console(colors=is_terminal))
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    before: list[structlog.typing.Processor] = [
        _add_context,
        structlog.processors.format_exc_info,
        _redact,
        # Behind the look for secrets, which a clock's colons would make longer.
        structlog.processors.add_log_level,
        stamp,
        *([_for_google] if as_json else []),
        _in_order,
    ]

    def say_dropped(count: int) -> str:
        event = {"level": "warning", "event": "log.lines_dropped", "count": count}
        stamped = stamp(None, "", event)
        shown = _for_google(None, "", stamped) if as_json else stamped
        return fitting(None, "", _in_order(None, "", shown))

    lines = LineWriter(stream, say_dropped)
    structlog.configure(
        processors=[*before, fitting],
        logger_factory=lambda *_: _Logger(lines),
        wrapper_class=structlog.make_filtering_bound_logger(log_level),
        cache_logger_on_first_use=True,
    )
    _take_in_libraries(_Handler(lines), before, fitting)
    return lines


def _take_in_libraries(
    handler: logging.Handler, before: list[structlog.typing.Processor], fitting: Fitting
) -> None:
    """Give what others log through `logging` the same form."""
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, fitting],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # At DEBUG the Slack libraries log whole payloads, also of messages that are not for us.
    for name in ("slack_bolt", "slack_sdk", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Said at each start where SLACK_BOT_TOKEN stands in the environment; nobody can act on it.
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_news)


def log_strays() -> None:
    """Make log lines of what Python itself would print: warnings, and errors nobody catches.

    A print to a stderr that nobody reads blocks.
    """
    log = structlog.get_logger(__name__)
    logging.captureWarnings(capture=True)
    sys.unraisablehook = lambda stray: log.error(
        "python.unraisable", at=repr(stray.object), exc_info=stray.exc_value
    )
    threading.excepthook = lambda stray: log.error(
        "python.thread_failed",
        thread=stray.thread.name if stray.thread else None,
        exc_info=stray.exc_value,
    )


def _is_news(record: logging.LogRecord) -> bool:
    return _OBVIOUS not in str(record.msg)


class _Logger:
    """What structlog hands our own finished lines to."""

    def __init__(self, lines: LineWriter) -> None:
        self.msg = self.debug = self.info = self.warning = self.error = self.critical = lines.put


class _Handler(logging.Handler):
    """The same for the lines of libraries."""

    def __init__(self, lines: LineWriter) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put(self.format(record))
        except Exception as error:  # noqa: BLE001 - a library's bad line stops nobody
            log = structlog.get_logger(__name__)
            log.warning("log.bad_line", logger=record.name, error=type(error).__name__)


def _for_google(_: Any, __: str, event: Event) -> Event:
    """Add `severity` and `message`, which Google's logging reads.

    https://cloud.google.com/logging/docs/structured-logging
    """
    level = str(event.get("level", "info"))
    return {"severity": level.upper(), "message": event.get("event"), **event}


def _json(event: Event) -> str:
    return _AS_JSON.encode(event)


class _Console:
    """Renders lines for a person at a terminal."""

    def __init__(self, *, colors: bool) -> None:
        self._render = structlog.dev.ConsoleRenderer(
            colors=colors,
            sort_keys=False,
            exception_formatter=structlog.dev.plain_traceback,
        )

    def __call__(self, event: Event) -> str:
        return redact(str(self._render(None, "", {k: _visible(v) for k, v in event.items()})))


def _visible(value: object) -> object:
    """Escape what could move a terminal's cursor or change its colours."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in value
    )


def _add_context(_: Any, __: str, event: Event) -> Event:
    """Add what is bound around the call, and the request id. The context itself has no order."""
    for key, value in sorted(structlog.contextvars.get_contextvars().items()):
        event.setdefault(key, value)
    if "request_id" not in event and (request_id := current_request_id()):
        event["request_id"] = request_id
    return event


def _in_order(_: Any, __: str, event: Event) -> Event:
    first = {key: event[key] for key in FIRST if key in event}
    last = {key: event.pop(key) for key in LAST if key in event}
    return {**first, **event, **last}


def _redact(_: Any, __: str, event: Event) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], redact_value(event))


def _shown(value: object) -> str:
    """Show what is not JSON; its text can hold a secret too."""
    return redact(repr(value))


_AS_JSON = json.JSONEncoder(default=_shown, ensure_ascii=False)
