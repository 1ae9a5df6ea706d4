"""The interface by which the bot's parts count events. Without METRICS it does nothing."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from bot.observe.series import Counter, Histogram, Reading


class Recorder(Protocol):
    """Takes values of the series in `bot.observe.series`.

    Labels are given in the order in which their series names them. Nothing here raises or waits.
    """

    @abstractmethod
    def count(self, counter: Counter, *labels: str, by: float = 1) -> None:
        """Add to a counter."""

    @abstractmethod
    def time(self, histogram: Histogram, seconds: float, *labels: str) -> None:
        """Note how long something took."""

    @abstractmethod
    def read(self, reading: Reading, value: Callable[[], float], *labels: str) -> None:
        """Have `value` asked, on the loop, whenever somebody wants to see the series."""


class _NoRecorder(Recorder):
    """Counts nothing."""

    def count(self, counter: Counter, *labels: str, by: float = 1) -> None:
        return

    def time(self, histogram: Histogram, seconds: float, *labels: str) -> None:
        return

    def read(self, reading: Reading, value: Callable[[], float], *labels: str) -> None:
        return


NO_RECORDER: Recorder = _NoRecorder()
