"""`python -m tests.evals.fitting`: fits the weights of signs, and prints them as tables.

Each fold of the cross-validation keeps whole threads back, and reads them as the brief does.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from bot.investigators.brief.answers import Conversation
from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.evidence import Evidence, InReply, MoreThan, Sign, Wanted
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.weights import ENOUGH, WEIGHTS, weight_of
from tests.evals.labelled import LabelledThread, threads, threads_of
from tests.evals.posted import refanged
from tests.evals.regression import Case, Fit, fit

_LEARNT = ("newer", "last", "fresh", "more", "later")
"""Those that are kept unseen tell how the weights do on others."""
_FOLDS = 10
_SHIFTS = (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6)


def cases_of(thread: LabelledThread) -> Iterator[Case]:
    """Yield the labelled questions of a thread."""
    conversation = _conversation(thread)
    pairs: dict[int, list[tuple[Sign, ...]]] = {}
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
    for text in ([question.text], [question.asked.shown(*question.whole)]):
        if any(_is_among(label, text) for label in thread.open):
            return False
        if any(_is_among(label, text) for label in thread.answered):
            return True
    return None


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


def _print_tables(weights: Mapping[Sign, float]) -> None:
    """Print them as they stand in the code: rounded, without those that weigh nothing."""
    rounded = {it: round(weight, 1) + 0.0 for it, weight in weights.items()}
    for evidence in Evidence:
        if evidence in rounded:
            print(f"    {evidence}: {rounded[evidence]},")
    for sign in sorted(rounded, key=_order):
        if not isinstance(sign, Evidence) and rounded[sign]:
            print(f"    {_written(sign)}: {rounded[sign]},")


def _order(sign: Sign) -> tuple[str, int, int]:
    match sign:
        case MoreThan(measure, bound):
            return "counts", measure.value, bound
        case Wanted(wanted):
            return "forms", wanted.value, -1
        case InReply(wanted, form):
            return "forms", wanted.value, form.value
    return "evidence", 0, 0


def _written(sign: Sign) -> str:
    match sign:
        case MoreThan(measure, bound):
            return f"MoreThan({measure}, {bound})"
        case Wanted(wanted):
            return f"Wanted({wanted})"
        case InReply(wanted, form):
            return f"InReply({wanted}, {form if form else 'Form(0)'})"
    return str(sign)


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
    _print_tables(fitted.weights)
    print(f"ENOUGH = {fitted.enough:.2f}")
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
