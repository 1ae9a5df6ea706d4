"""Engine time: aware UTC in whole microseconds, moved by the monotonic clock alone."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall_clock() -> datetime:
    """Read the wall clock, in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """Reads the wall clock once and counts on from there, so that a step of it moves nothing."""

    def __init__(
        self,
        *,
        started_at: datetime | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._started_at = started_at or wall_clock()
        self._monotonic = monotonic
        self._origin = monotonic()

    def __call__(self) -> datetime:
        """Return the time now."""
        return self._started_at + timedelta(seconds=self._monotonic() - self._origin)
