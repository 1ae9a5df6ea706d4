"""Evidence from a question alone about whether it gets an answer."""

from collections.abc import Iterator

from bot.investigators.brief import phrases_asked as phrases
from bot.investigators.brief.evidence import Evidence
from bot.investigators.brief.terms import words_of

_SHORT = 3
_FEW = 6
_LONG_ENOUGH = 12
"""Statements of a thread of which a third tells early from late."""


def of_the_question(text: str, *, place: int, of: int, beside: int) -> Iterator[Evidence]:
    """Tell what a question says alone.

    It stands at `place` of the `of` statements of its thread, in a message with `beside` others.
    """
    if of >= _LONG_ENOUGH and place * 3 < of:
        yield Evidence.ASKED_EARLY
    if of >= _LONG_ENOUGH and place * 3 > of * 2:
        yield Evidence.ASKED_LATE
    if of >= _LONG_ENOUGH and of - place <= _FEW + 1:
        yield Evidence.FEW_LEFT
    if words_of(text) <= _SHORT:
        yield Evidence.ASKED_SHORTLY
    if beside:
        yield Evidence.ONE_OF_SEVERAL
    if phrases.FOR_A_DECISION.search(text):
        yield Evidence.ASKS_FOR_A_DECISION
    if phrases.FOR_LATER.search(text):
        yield Evidence.ASKS_FOR_LATER
