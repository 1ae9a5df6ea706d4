"""A clock that moves by hand."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Engine time that stands still until it is advanced."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 30, 0, 123456, UTC)) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
