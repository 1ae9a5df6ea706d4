"""The server's time, without asking it and without any wall clock of ours."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_RATE = 1.001
"""No quartz, and no clock being slewed, counts seconds that are longer by more than this."""


class ServerClock:
    """The earliest time that the server's clock has certainly not passed yet.

    Each answer carries a time that the server took between our asking and our getting it, so
    that time plus what our monotonic clock has counted *since asking* is never too early. A lease
    that is reckoned from it never ends before its holder thinks so.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: tuple[datetime, float] | None = None
        self._told = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the server's time, at most one round trip late, and never less than before."""
        self._told = max(self._told, self._reckoned())
        return self._told

    def observe(self, server_time: datetime, asked_at: float) -> bool:
        """Learn from the answer to a question of `asked_at`, in seconds of the monotonic clock.

        The tighter bound stays. True if the server's time had passed the old one, because our
        machine slept: then nothing that was reckoned from it may be relied on.
        """
        if self._seen is None:
            self._seen = (server_time, asked_at)
            return False
        now, elapsed = self._reckoned(), (self._monotonic() - asked_at) * _RATE
        behind = server_time > now
        if behind or server_time + timedelta(seconds=elapsed) < now:
            self._seen = (server_time, asked_at)
        return behind

    def _reckoned(self) -> datetime:
        if self._seen is None:
            raise RuntimeError("the server has not been asked anything yet")
        server_time, asked_at = self._seen
        return server_time + timedelta(seconds=(self._monotonic() - asked_at) * _RATE)
