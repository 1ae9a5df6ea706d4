"""A logistic regression in plain Python: a question is as answered as its best statement says.

Evidence that phrases find is held nearer to nothing than what is counted. The phrases were
written with these threads in sight, so on others they tell less.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.investigators.brief.evidence import Evidence, Sign
from bot.investigators.brief.weights import OF_EVIDENCE

_ROUNDS = 200
_STEP = 0.1
_PULL = 1.0
"""How strongly weights are held near nothing."""
_PULL_OF_PHRASES = 15.0
"""The same for evidence that phrases find: it is worth less on threads that nobody saw."""
_FEWEST = 20
"""Evidence of fewer pairs keeps the weight that it has; other signs are left out."""
_BY_HAND = frozenset({
    Evidence.OTHER_CALLED, Evidence.TO_ANOTHER, Evidence.TAKES_BACK, Evidence.KEEPS_THE_PROMISE,
    Evidence.DEED, Evidence.LACKS_PERSON, Evidence.UNSURE, Evidence.STATE,
})  # fmt: skip
"""What these threads show too seldom, and every reader knows."""
_BY_PHRASES = frozenset({
    Evidence.LACKS_AMOUNT, Evidence.LACKS_PLACE, Evidence.LACKS_MOMENT, Evidence.LACKS_PERSON,
    Evidence.LACKS_REASON, Evidence.FITS, Evidence.FITS_AND_SHARES, Evidence.EXPLAINS,
    Evidence.HEDGED, Evidence.BEGINS_WITH_YES, Evidence.BEGINS_WITH_AMOUNT, Evidence.PASSED_OVER,
    Evidence.UNSURE, Evidence.PUTS_OFF, Evidence.SENDS_ELSEWHERE, Evidence.AWAY,
    Evidence.LEAVES_IT_OPEN, Evidence.LEAVES_IT_OPEN_UNTIED, Evidence.GUESSES,
    Evidence.SHOWS_WHERE, Evidence.FILES_A_TICKET, Evidence.OF_ANOTHER_QUESTION, Evidence.UNTIED,
    Evidence.UNTIED_FRAGMENT, Evidence.NOT_DONE, Evidence.OLD_TRAIL, Evidence.DEED,
    Evidence.STATE, Evidence.NEWS, Evidence.NEW_FIND, Evidence.TAKEN_UP, Evidence.PROMISED,
})  # fmt: skip
_SHARPNESS = 3.0
"""How much the best statement counts before the others."""
Weights = Mapping[Sign, float]


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question, and the evidence of each statement that may answer it."""

    thread: str
    is_answered: bool
    pairs: tuple[tuple[Sign, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights, and how much is enough."""

    weights: Weights
    enough: float


def fit(cases: Sequence[Case]) -> Fit:
    """Fit the weights to cases, in steps of their own size for each (Adam)."""
    often = Counter(it for case in cases for pair in case.pairs for it in pair)
    fixed = {
        it: weight for it, weight in OF_EVIDENCE.items() if often[it] < _FEWEST or it in _BY_HAND
    }
    moved = [it for it in often if often[it] >= _FEWEST and it not in fixed]
    place = {it: number for number, it in enumerate((*fixed, *moved), start=1)}
    rows = [
        (
            case.is_answered,
            [[0, *(place[it] for it in pair if it in place)] for pair in case.pairs],
        )
        for case in cases
        if case.pairs
    ]
    pulls = [0.0, *(_PULL_OF_PHRASES if it in _BY_PHRASES else _PULL for it in place)]
    weights = [0.0, *fixed.values(), *(0.0 for _ in moved)]
    mean, square = [0.0] * len(weights), [0.0] * len(weights)
    free = (0, *range(1 + len(fixed), len(weights)))
    for turn in range(1, _ROUNDS + 1):
        slope = _slope(rows, weights)
        for it in free:
            slope[it] -= pulls[it] * weights[it]
            mean[it] = 0.9 * mean[it] + 0.1 * slope[it]
            square[it] = 0.99 * square[it] + 0.01 * slope[it] ** 2
            size = mean[it] / (1 - 0.9**turn) / (math.sqrt(square[it] / (1 - 0.99**turn)) + 1e-8)
            weights[it] += _STEP * size * (1 - turn / (_ROUNDS + 1))
    return Fit({it: weights[number] for it, number in place.items()}, -weights[0])


def _slope(rows: Sequence[tuple[bool, list[list[int]]]], weights: Sequence[float]) -> list[float]:
    """Return how the likelihood of the labels rises with each weight."""
    slope = [0.0] * len(weights)
    for is_answered, pairs in rows:
        sums = [sum([weights[it] for it in pair]) for pair in pairs]
        highest = max(sums)
        shares = [math.exp(_SHARPNESS * (it - highest)) for it in sums]
        whole = sum(shares)
        best = sum(share * it for share, it in zip(shares, sums, strict=True)) / whole
        missing = is_answered - 1 / (1 + math.exp(-best))
        for share, pair in zip(shares, pairs, strict=True):
            part = missing * share / whole
            for it in pair:
                slope[it] += part
    return slope
