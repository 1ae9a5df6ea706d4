"""Keeps a log line short enough for the program that collects it."""

from collections.abc import Callable, MutableMapping
from typing import Any

from bot.redact import redact

MOST_LINE_BYTES = 15 * 1024
"""With its line end. Docker splits lines at 16 KiB
(https://docs.docker.com/engine/logging/configure/)."""
_CORE = ("timestamp", "level", "event", "request_id")
_SHORT = 200
_MOST_CUTS = 20
_MOST_BYTES_OF_A_CHARACTER = 6


class Fitting:
    """Renders an event as one line, with its longest values cut in the middle until it fits."""

    def __init__(self, render: Callable[[dict[str, Any]], str]) -> None:
        self._render = render

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> str:
        """Return the line; a value that cannot be shown costs only its line's details."""
        try:
            return self._fitted(dict(event))
        except Exception as error:  # noqa: BLE001 - a log line stops nobody
            core = {key: str(event[key])[:_SHORT] for key in _CORE if key in event}
            return self._render(core | {"not_shown": type(error).__name__})

    def _fitted(self, event: dict[str, Any]) -> str:
        shown, line = event, self._render(event)
        if len(line) * _MOST_BYTES_OF_A_CHARACTER < MOST_LINE_BYTES:
            return line
        for _ in range(_MOST_CUTS):
            if (size := _size(line)) <= MOST_LINE_BYTES:
                return line
            key = max(shown, key=lambda key: len(_text(shown[key])))
            rest = _size(self._render(shown | {key: ""}))
            share = (MOST_LINE_BYTES - rest) / (size - rest)
            keep = int(len(_text(shown[key])) * share) - _SHORT
            shown = shown | {key: _cut(_text(event[key]), max(keep, 0))}
            line = self._render(shown)
        raise ValueError("a line of many short values")


def _size(line: str) -> int:
    return len(line.encode("utf-8", "backslashreplace")) + 1


def _text(value: object) -> str:
    return value if isinstance(value, str) else redact(repr(value))


def _cut(text: str, most: int) -> str:
    """Take out the middle: of a trace, its beginning and its end say most."""
    head, tail = text[: most // 2], text[len(text) - most // 2 :]
    return f"{head} … {len(text) - len(head) - len(tail)} characters left out … {tail}"
