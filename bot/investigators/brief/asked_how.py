"""Evidence from a question alone about whether it gets an answer."""

from collections.abc import Iterator

from bot.investigators.brief import phrases_asked as phrases
from bot.investigators.brief.counts import beyond
from bot.investigators.brief.evidence import Evidence, Measure, Sign, Wanted
from bot.investigators.brief.terms import words_of
from bot.investigators.brief.wants import Wants

_LONG_ENOUGH = 12
"""Statements of a thread that has a beginning and an end; a shorter one is all middle."""


def of_the_question(
    text: str, wanted: Wants, *, place: int, of: int, beside: int
) -> Iterator[Sign]:
    """Tell what a question says alone.

    It stands at `place` of the `of` statements of its thread, in a message with `beside` others.
    """
    yield from beyond(Measure.WORDS_ASKED, words_of(text))
    yield from beyond(Measure.PERCENT_BEFORE, 100 * place // of if of >= _LONG_ENOUGH else 50)
    yield from beyond(Measure.LEFT, of - 1 - place)
    yield from (Wanted(kind) for kind in wanted)
    if beside:
        yield Evidence.ONE_OF_SEVERAL
    if phrases.FOR_A_DECISION.search(text):
        yield Evidence.ASKS_FOR_A_DECISION
    if phrases.FOR_LATER.search(text):
        yield Evidence.ASKS_FOR_LATER
