"""Tells what form a reply has: a yes, a deed, a number, a name, or nothing at all."""

import re
from enum import Flag, auto
from functools import lru_cache

from bot.investigators.brief import phrases_beside as beside
from bot.investigators.brief import phrases_to_it as to_it

_ADDRESS = re.compile(r"\S{0,300}\w[/.]\w\S{0,300}")
_FRAGMENT_WORDS = 12
_BUT_KNOWS_MORE = re.compile(
    r"[^,.;–—]{1,40}[,.;–—-]?\s(?:but|however|aber|mais|pero|maar)\s"
    r"(?!(?:i['’]?ll|i will|let me|will|can|could)\b)(?:\S+\s+){2,}\S",
    re.IGNORECASE,
)
"""`dunno, but it stands in the old config` tells something."""


class Form(Flag):
    """What a reply looks like; it may have several forms."""

    YES_OR_NO = auto()
    ACCEPTED = auto()
    """Its author does or did what was asked: `on it`, `done`."""
    PERSON = auto()
    MOMENT = auto()
    AMOUNT = auto()
    PLACE = auto()
    REASON = auto()
    CHOICE = auto()
    CONDITION = auto()
    """It says how something is: `the tapes are fine`."""
    HEDGED = auto()
    """Its author says how sure they are: `I think`, `as far as I can tell`."""
    POINTS_BACK = auto()
    """It has a word for what was spoken of: `it`, `they`."""
    DONE_TO_IT = auto()
    """It tells a deed to what was spoken of: `suspended since May`, `called her`, `purged`."""
    CHANGED = auto()
    """It tells that something was done: `service stopped on db-3`."""
    FOUND_OUT = auto()
    """It tells what was looked up, or who says so: `checked, it is off`, `the log shows 12`."""
    FRAGMENT = auto()
    """It is no sentence of its own: `metabase, report 331`."""

    NOTHING = auto()
    """It only shows that it was read, or that its author does not know: `thanks`, `no idea`."""
    VAGUE = auto()
    """It puts the answer off: `hopefully soon`."""
    AT_IT = auto()
    """Its author is about to find out: `checking`."""
    DEED = auto()
    """It reports a deed: `isolating WKS-9`, `rebooted the gateway`."""
    PLAN = auto()
    """It tells what its author is about to do: `I'll add a test`."""
    STATE = auto()
    """It reports the state of something it names: `the dashboard is back`."""
    NEWS = auto()
    """It begins something else: `btw`, `OPS-9 opened`, `new wave`."""
    PASTED = auto()
    """It is a line of a log."""


_AT_THE_START = {
    Form.YES_OR_NO: to_it.YES_OR_NO,
    Form.ACCEPTED: to_it.ACCEPTED,
    Form.VAGUE: beside.VAGUE,
    Form.AT_IT: beside.AT_IT,
    Form.DEED: beside.DEED,
    Form.PLAN: beside.PLAN,
    Form.STATE: beside.STATE,
    Form.NEWS: beside.NEWS,
    Form.PASTED: beside.PASTED,
}
"""Looked for in the whole reply too, where it begins with `thanks` or `ok`."""
_IN_THE_REST = {
    Form.PERSON: to_it.PERSON,
    Form.MOMENT: to_it.MOMENT,
    Form.AMOUNT: to_it.AMOUNT,
    Form.PLACE: to_it.PLACE,
    Form.REASON: to_it.REASON,
    Form.CHOICE: to_it.CHOICE,
    Form.CONDITION: to_it.CONDITION,
    Form.HEDGED: to_it.HEDGED,
    Form.POINTS_BACK: to_it.POINTS_BACK,
    Form.DONE_TO_IT: to_it.DONE_TO_IT,
    Form.CHANGED: to_it.CHANGED,
    Form.FOUND_OUT: to_it.FOUND_OUT,
}


@lru_cache(maxsize=4096)
def forms_of(reply: str) -> Form:
    """Read the forms of a reply."""
    rest = without_ack(reply)
    found = Form.NOTHING if says_nothing(reply) else Form(0)
    if found and not is_unknown(reply):
        return found | (Form.YES_OR_NO if to_it.YES_OR_NO.search(reply) else Form(0))
    for form, pattern in _AT_THE_START.items():
        if pattern.search(rest) or pattern.search(reply):
            found |= form
    for form, pattern in _IN_THE_REST.items():
        if pattern.search(rest):
            found |= form
    if is_unknown(reply):
        found &= ~Form.YES_OR_NO
    return found | (Form.FRAGMENT if _is_fragment(rest) else Form(0))


def without_ack(reply: str) -> str:
    """Leave away what only takes note at its beginning: `thanks! `, `lol. `."""
    rest = reply
    while (found := beside.HEARD.match(rest)) and found.end() > 0:
        rest = rest[found.end() :]
    return rest


def says_nothing(reply: str) -> bool:
    """Whether a reply only shows that it was read, or that its author does not know either."""
    rest = without_ack(reply)
    return not re.search(r"\w", rest) or is_unknown(reply)


def takes_note(reply: str) -> bool:
    """Whether a reply begins by taking note: `thanks`, `ok so`, `ouch`."""
    return bool(reply) and without_ack(reply) != reply and not beside.GREETS.match(reply)


def settles_several(reply: str) -> bool:
    """Whether a reply says yes or no more than once: `X no, Y yes`."""
    return len(to_it.SEVERAL.findall(reply)) > 1


def is_unknown(reply: str) -> bool:
    """Whether its author says that they do not know: `no idea`."""
    rest = without_ack(reply)
    if _BUT_KNOWS_MORE.match(rest):
        return False
    return bool(beside.UNKNOWN.match(rest) or beside.UNKNOWN.match(reply))


def _is_fragment(reply: str) -> bool:
    words = _ADDRESS.sub(" ", reply)
    is_sentence = beside.VERB.search(words) or beside.LOG_LINE.search(reply)
    return len(words.split()) <= _FRAGMENT_WORDS and not is_sentence
