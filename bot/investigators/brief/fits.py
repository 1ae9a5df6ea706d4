"""Says which forms of a reply fit a question."""

import re

from bot.investigators.brief.evidence import Evidence
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
_WORD = re.compile(r"\w+")
_ECHO = 2


def echoes(question: str, said: str) -> bool:
    """Whether it is with what the question ends: `d'accord` after `on garde, d'accord ?`."""
    asked, words = _WORD.findall(question.lower()), _WORD.findall(said.lower())
    return 1 <= len(words) <= _ECHO and asked[-len(words) :] == words
