"""How a count becomes signs: each bound that it goes beyond has a weight of its own."""

from collections.abc import Iterator

from bot.investigators.brief.evidence import Measure, MoreThan

_BOUNDS = {
    Measure.WORDS_SAID: (1, 2, 3, 5, 8, 12, 18, 30),
    Measure.WORDS_ASKED: (2, 4, 7, 11, 16, 25),
    Measure.PERCENT_BEFORE: (20, 40, 60, 80),
    Measure.LEFT: (1, 2, 3, 5, 8, 13, 20),
    Measure.STEMS_SHARED: (0, 1, 2),
    Measure.ROOTS_SHARED: (0, 1),
}


def beyond(measure: Measure, count: int) -> Iterator[MoreThan]:
    """Yield the bounds that a count goes beyond."""
    for bound in _BOUNDS[measure]:
        if count > bound:
            yield MoreThan(measure, bound)
