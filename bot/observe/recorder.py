"""Where the bot's parts say what happens, for whoever counts it; nobody does without METRICS."""

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bot.errors import ConfigurationError
from bot.observe.series import Counter, Histogram, Reading

if TYPE_CHECKING:
    from bot.observe.exporter import Exporter

_MISSING = (
    "METRICS=true needs the package prometheus-client, which is not installed here:"
    " `pip install prometheus-client`, or take METRICS away."
)


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


def open_exporter() -> "Exporter":
    """Make the recorder that METRICS=true asks for.

    Its library is imported only here. Raises `ConfigurationError` if that is not installed.
    """
    try:
        from bot.observe.exporter import Exporter
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        raise ConfigurationError(_MISSING) from error
    return Exporter()
