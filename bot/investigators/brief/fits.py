"""Says which forms of a reply fit a question."""

import re
from collections.abc import Iterator

from bot.investigators.brief.evidence import Evidence, InReply
from bot.investigators.brief.replies import Form
from bot.investigators.brief.wants import Wants

FITS = {
    Wants.YES_OR_NO: Form.YES_OR_NO,
    Wants.DEED: Form.ACCEPTED | Form.DEED | Form.CHANGED,
    Wants.LEAVE: Form.ACCEPTED | Form.DEED,
    Wants.PERSON: Form.PERSON,
    Wants.ANYBODY: Form.PERSON,
    Wants.MOMENT: Form.MOMENT,
    Wants.AMOUNT: Form.AMOUNT,
    Wants.PLACE: Form.PLACE,
    Wants.CHOICE: Form.CHOICE,
    Wants.EITHER: Form.CHOICE,
    Wants.REASON: Form.REASON,
}
LACKS = {
    Wants.PERSON: Evidence.LACKS_PERSON,
    Wants.MOMENT: Evidence.LACKS_MOMENT,
    Wants.AMOUNT: Evidence.LACKS_AMOUNT,
    Wants.PLACE: Evidence.LACKS_PLACE,
    Wants.REASON: Evidence.LACKS_REASON,
}
NAMELESS = Form.FRAGMENT | Form.FOUND_OUT | Form.DONE_TO_IT
"""Forms that may be an answer to `who` without a name."""
POINTS = Form.POINTS_BACK | Form.DONE_TO_IT | Form.FOUND_OUT | Form.HEDGED
"""Forms that tie a reply to what was said before."""
ANY_SENTENCE = Wants.EXPLANATION | Wants.REASON | Wants.CHOICE
"""What any sentence may answer."""
BESIDE = Form.DEED | Form.STATE | Form.NEWS
"""What people tell beside any question."""
_WORD = re.compile(r"\w+")
_ECHO = 2
_CHOICE = 15
"""Words of a reply that chooses, at most."""


def echoes(question: str, said: str) -> bool:
    """Whether it is with what the question ends: `d'accord` after `on garde, d'accord ?`."""
    asked, words = _WORD.findall(question.lower()), _WORD.findall(said.lower())
    return 1 <= len(words) <= _ECHO and asked[-len(words) :] == words


def chooses(question: str, said: str) -> bool:
    """Whether it begins with a word of the question: `now` after `now or tomorrow?`."""
    offered = _WORD.findall(question.lower())[2:]
    is_short = len(said.split()) <= _CHOICE
    return is_short and not set(offered).isdisjoint(_WORD.findall(said.lower())[:2])


def meets(wanted: Wants, forms: Form) -> Iterator[InReply]:
    """Yield each pair of what is wanted and a form that the reply has, or none."""
    yield from (InReply(it, form) for it in wanted for form in tuple(forms) or (Form(0),))


def is_deed_wanted(wanted: Wants, forms: Form) -> bool:
    """Whether somebody asked for the deed that a reply tells of, or for how it came to be."""
    tells_of_it = Wants.YES_OR_NO in wanted and Form.DONE_TO_IT in forms
    return tells_of_it or bool(wanted & (Wants.DEED | Wants.LEAVE)) or Form.FOUND_OUT in forms
