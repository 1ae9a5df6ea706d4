"""Time as the simulator sees it; tests may pass a clock of their own."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never steps; on Linux all processes of a machine share it."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Timestamps:
    """Slack's `ts`: seconds with six decimals, strictly rising within the workspace."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self, *, ago: float = 0.0) -> str:
        """The `ts` of now, or of `ago` seconds before, but later than any other."""
        when = self._clock.now().timestamp() - ago
        self._last = max(int(when * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
