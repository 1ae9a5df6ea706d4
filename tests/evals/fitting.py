"""`python -m tests.evals.fitting`: fits the weights of evidence, and prints them as a table.

A logistic regression in plain Python. A question is answered as far as its best statement says so.
Each fold of the cross-validation keeps whole threads back, and reads them as the brief does.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.investigators.brief.answers import Conversation
from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.evidence import Evidence
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.weights import ENOUGH, WEIGHTS, weight_of
from tests.evals.labelled import LabelledThread, threads, threads_of
from tests.evals.posted import refanged

_LEARNT = ("newer", "last", "fresh", "more")
"""Those that are kept unseen tell how the weights do on others."""
_FOLDS = 10
_ROUNDS = 200
_STEP = 0.1
_PULL = 3.0
"""How strongly weights are held near nothing."""
_FEWEST = 20
"""Evidence of fewer pairs keeps the weight that it has."""
_BY_HAND = frozenset({
    Evidence.OTHER_CALLED, Evidence.TO_ANOTHER, Evidence.TAKES_BACK, Evidence.KEEPS_THE_PROMISE,
    Evidence.DEED,
})  # fmt: skip
"""What these threads show too seldom, and every reader knows."""
_SHARPNESS = 3.0
"""How much the best statement counts before the others."""
_SHIFTS = (-0.2, 0.0, 0.1, 0.2, 0.3, 0.4)

Weights = Mapping[Evidence, float]


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question, and the evidence of each statement that may answer it."""

    thread: str
    is_answered: bool
    pairs: tuple[tuple[Evidence, ...], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights, and how much is enough."""

    weights: Weights
    enough: float


def cases_of(thread: LabelledThread) -> Iterator[Case]:
    """Yield the labelled questions of a thread."""
    conversation = _conversation(thread)
    pairs: dict[int, list[tuple[Evidence, ...]]] = {}
    for statement in conversation.statements:
        for exchange in conversation.candidates(statement):
            found = frozenset(exchange.evidence())
            if weight_of(found) is not None:
                pairs.setdefault(id(exchange.question), []).append(tuple(found))
        conversation.take_in(statement)
        for question in conversation.asked:
            question.answer = None  # Each statement is held against each question.
    for question in conversation.asked:
        label = _label(question, thread)
        if label is not None:
            yield Case(thread.name, label, tuple(pairs.get(id(question), ())))


def fit(cases: Sequence[Case]) -> Fit:
    """Fit the weights to cases, in steps of their own size for each (Adam)."""
    often = Counter(it for case in cases for pair in case.pairs for it in pair)
    fixed = {it: weight for it, weight in WEIGHTS.items() if often[it] < _FEWEST or it in _BY_HAND}
    weights: dict[Evidence | None, float] = dict.fromkeys(WEIGHTS, 0.0) | fixed | {None: 0.0}
    moved = [it for it in weights if it not in fixed]
    mean, square = dict.fromkeys(weights, 0.0), dict.fromkeys(weights, 0.0)
    for turn in range(1, _ROUNDS + 1):
        slope = _slope(cases, weights)
        for it in moved:
            slope[it] -= _PULL * weights[it] if it is not None else 0.0
            mean[it] = 0.9 * mean[it] + 0.1 * slope[it]
            square[it] = 0.99 * square[it] + 0.01 * slope[it] ** 2
            size = mean[it] / (1 - 0.9**turn) / (math.sqrt(square[it] / (1 - 0.99**turn)) + 1e-8)
            weights[it] += _STEP * size * (1 - turn / (_ROUNDS + 1))
    return Fit({it: weight for it, weight in weights.items() if it is not None}, -weights[None])


def named_and_called(found: Sequence[tuple[LabelledThread, Fit]], shift: float) -> tuple[int, int]:
    """Count the open questions that are named, and the answered ones that are called open."""
    named = called = 0
    for thread, fitted in found:
        conversation = _conversation(thread)
        conversation.weights, conversation.enough = fitted.weights, fitted.enough + shift
        for statement in conversation.statements:
            conversation.take_in(statement)
        asked = [it.text for it in conversation.questions() if it.answer is None]
        named += sum(_is_among(label, asked) for label in thread.open)
        called += sum(_is_among(label, asked) for label in thread.answered)
    return named, called


@cache
def _read(thread: LabelledThread) -> Conversation:
    return Conversation.of(read_entries(thread.messages, frozenset()))


def _conversation(thread: LabelledThread) -> Conversation:
    return replace(_read(thread), asked=[], repeats={})


def _is_among(label: str, asked: Sequence[str]) -> bool:
    return any(refanged(label).lower() in refanged(text).lower() for text in asked)


def _label(question: OpenQuestion, thread: LabelledThread) -> bool | None:
    text = [question.asked.shown(*question.span)]
    if any(_is_among(label, text) for label in thread.open):
        return False
    return True if any(_is_among(label, text) for label in thread.answered) else None


def _slope(
    cases: Sequence[Case], weights: Mapping[Evidence | None, float]
) -> dict[Evidence | None, float]:
    """Return how the likelihood of the labels rises with each weight."""
    slope = dict.fromkeys(weights, 0.0)
    for case in cases:
        sums = [weights[None] + sum(weights[it] for it in pair) for pair in case.pairs]
        if not sums:
            continue
        shares = [math.exp(_SHARPNESS * (it - max(sums))) for it in sums]
        whole = sum(shares)
        best = sum(share * it for share, it in zip(shares, sums, strict=True)) / whole
        missing = case.is_answered - 1 / (1 + math.exp(-best))
        for share, pair in zip(shares, case.pairs, strict=True):
            for it in (None, *pair):
                slope[it] += missing * share / whole
    return slope


def _cross_validated(labelled: Sequence[LabelledThread]) -> list[tuple[LabelledThread, Fit]]:
    cases = {thread.name: list(cases_of(thread)) for thread in labelled}
    found: list[tuple[LabelledThread, Fit]] = []
    for fold in range(_FOLDS):
        kept_back = labelled[fold::_FOLDS]
        names = {thread.name for thread in kept_back}
        fitted = fit([it for name, those in cases.items() if name not in names for it in those])
        found += [(thread, fitted) for thread in kept_back]
    return found


def _print_shares(title: str, found: Sequence[tuple[LabelledThread, Fit]]) -> None:
    open_ones = sum(len(thread.open) for thread, _ in found)
    answered = sum(len(thread.answered) for thread, _ in found)
    print(f"{title}: {open_ones} open, {answered} answered")
    for shift in _SHIFTS:
        named, called = named_and_called(found, shift)
        shares = f"{named / open_ones:6.1%} named, {called / answered:5.1%} called open"
        print(f"    enough {shift:+.2f}: {shares}")


def main(arguments: Sequence[str]) -> int:
    """Print the table, and with `--check` how well it does on threads that are left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.fitting", description=__doc__)
    parser.add_argument("--check", action="store_true", help="cross-validate (some minutes)")
    asked = parser.parse_args(arguments)
    sets = {
        "known": list(threads()),
        **{name: list(threads_of(name)) for name in _LEARNT},
    }
    labelled = [thread for those in sets.values() for thread in those]
    fitted = fit([case for thread in labelled for case in cases_of(thread)])
    for it, weight in fitted.weights.items():
        print(f"    Evidence.{it.name}: {weight:.1f},")
    print(f"ENOUGH = {fitted.enough:.1f}")
    of_today = Fit(WEIGHTS, ENOUGH)
    _print_shares("the table as it stands, on all", [(it, of_today) for it in labelled])
    if asked.check:
        found = _cross_validated(labelled)
        _print_shares("cross-validated", found)
        for name, those in sets.items():
            names = {thread.name for thread in those}
            _print_shares(f"of these, {name}", [it for it in found if it[0].name in names])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
