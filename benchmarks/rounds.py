"""Rounds that take turns (A B C, A B C), so that a busy machine hits all alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")
Samples = dict[str, list[dict[str, float]]]
"""By column: one mapping of figures for each round."""


async def interleaved(
    parts: Mapping[str, T], measure: Callable[[T], Awaitable[dict[str, float]]], *, rounds: int
) -> Samples:
    """Measure each part once a round."""
    samples: Samples = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            samples[name].append(await measure(part))
    return samples


def medians(samples: Samples, key: str) -> dict[str, float]:
    """Give each column's median over the rounds, for those that have the figure."""
    found = {name: [one[key] for one in rounds if key in one] for name, rounds in samples.items()}
    return {name: median(values) for name, values in found.items() if values}


def ratio(samples: Samples, key: str, of: str, to: str) -> float:
    """Give the median of the rounds' own ratios: what slows one round down slows both sides."""
    pairs = zip(samples[of], samples[to], strict=True)
    return median(one[key] / other[key] for one, other in pairs)


def percentile(values: Sequence[float], percent: int) -> float:
    """Give a percentile of at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
