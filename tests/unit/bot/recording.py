"""A recorder that remembers what it was told."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.observe.recorder import Recorder
from bot.observe.series import Counter, Histogram, Reading

Member = tuple[str, ...]


@dataclass(slots=True)
class Recording(Recorder):
    """Keys are the series' short name, then its labels: `("leases_lost", "taken")`."""

    counts: Tally[Member] = field(default_factory=Tally)
    times: defaultdict[Member, list[float]] = field(default_factory=lambda: defaultdict(list))
    readings: dict[Member, Callable[[], float]] = field(default_factory=dict)

    def count(self, counter: Counter, *labels: str, by: float = 1) -> None:
        self.counts[_short(counter.name), *labels] += by  # type: ignore[assignment]

    def time(self, histogram: Histogram, seconds: float, *labels: str) -> None:
        self.times[_short(histogram.name), *labels].append(seconds)

    def read(self, reading: Reading, value: Callable[[], float], *labels: str) -> None:
        self.readings[_short(reading.name), *labels] = value


def _short(name: str) -> str:
    return name.removeprefix("burrowbot_").removesuffix("_total").removesuffix("_seconds")
