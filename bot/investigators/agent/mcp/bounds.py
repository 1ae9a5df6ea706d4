"""Limits of what a tool server may send: it must fill neither our memory nor our log."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

MIB = 1024 * 1024
LONGEST_MESSAGE = 12 * MIB
"""Bytes of one message: the largest image that we take is 8 MiB, and 11 as text."""
MOST_AT_ONCE = 64 * MIB
"""Bytes; more is read at `_BYTES_PER_SECOND`."""
MOST_CALLS = 1_000
"""Requests and notifications of a server's own."""
MOST_LINES = 1_000
_BYTES_PER_SECOND = 8 * MIB
_CALLS_PER_SECOND = 100
_LINES_PER_SECOND = 1
_LONGEST_LINE = 2_000


@dataclass(slots=True)
class Pace:
    """A bucket that is filled by what comes, and emptied by time."""

    most: float
    per_second: float
    monotonic: Callable[[], float] = time.monotonic
    _level: float = 0.0
    _at: float = 0.0

    def fits(self, amount: float) -> bool:
        """Put it in if there is room."""
        self._empty()
        if self._level + amount > self.most:
            return False
        self._level += amount
        return True

    def add(self, amount: float) -> float:
        """Put it in; return the seconds until there is room for it."""
        self._empty()
        self._level += amount
        return max(0.0, (self._level - self.most) / self.per_second)

    def _empty(self) -> None:
        now = self.monotonic()
        self._level = max(0.0, self._level - (now - self._at) * self.per_second)
        self._at = now


def pace_of_bytes() -> Pace:
    """Return how fast a server is read: a whole list comes at once, a flood takes its time."""
    return Pace(MOST_AT_ONCE, _BYTES_PER_SECOND)


def pace_of_calls() -> Pace:
    """Return how many requests and notifications of its own a server may send."""
    return Pace(MOST_CALLS, _CALLS_PER_SECOND)


@dataclass(slots=True)
class Words:
    """Logs what one server says beside its answers, line by line, and bounded."""

    server: str
    pace: Pace = field(default_factory=lambda: Pace(MOST_LINES, _LINES_PER_SECOND))
    _is_dropping: bool = False

    def log(self, event: str, line: str, **more: str) -> None:
        """Log a line; of a flood the first ones, and that there was one."""
        if self.pace.fits(1):
            self._is_dropping = False
            log.info(event, server=self.server, line=line[:_LONGEST_LINE], **more)
        elif not self._is_dropping:
            self._is_dropping = True
            log.warning("mcp.lines_dropped", server=self.server)
