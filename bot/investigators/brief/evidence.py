"""What speaks for a statement being the answer to a question, and how much.

A question counts as answered when the weights of one statement sum up to `ENOUGH`. What `NEVER`
holds ends the matter. How the weights were found: docs/decisions/0215-evidence-for-an-answer.md.
"""

from collections.abc import Iterable
from enum import Enum, auto


class Evidence(Enum):
    """One thing that can be said about a question and a statement after it."""

    NEXT = auto()
    """It is the first thing that somebody else says."""
    PROMPT = auto()
    """It is next, and comes within four minutes."""
    NEXT_BUT_LATE = auto()
    """It is, but more than 12 minutes later."""
    NEXT_BUT_LONG_AFTER = auto()
    """It is, but more than half an hour later."""
    FAR = auto()
    """Others said three things or more before it."""
    ASKED_SINCE = auto()
    """Somebody asked something else before it."""

    FITS = auto()
    """It has a form that is wanted: a time after `when`, a yes after `is it`."""
    LACKS_AMOUNT = auto()
    """A number is wanted, and it has none. The same for the others."""
    LACKS_PLACE = auto()
    LACKS_MOMENT = auto()
    LACKS_PERSON = auto()
    LACKS_REASON = auto()
    EXPLAINS = auto()
    """It is next, and `what`, `which`, `why` or `how` was asked, which any sentence may answer."""
    HEDGED = auto()
    """It is next, and says how sure its author is: `I think`."""
    CHOOSES = auto()
    """It begins with a word of the question: `now` after `now or tomorrow?`."""
    NAMES_THE_THING = auto()
    """It has a ticket after `is there a ticket?`, an address after `which IPs?`."""

    SHARES_A_WORD = auto()
    SHARES_ROOTS = auto()
    """Two words or more begin alike: `raise the limit`, `raised limits`."""
    FITS_AND_SHARES = auto()
    QUOTES = auto()
    """It quotes the question."""

    CALLED = auto()
    """Its author was asked by name."""
    OTHER_CALLED = auto()
    """Somebody else was asked by name."""
    TO_ANOTHER = auto()
    """It calls somebody else by name."""
    NAMES_THE_ASKER = auto()
    PROMISED = auto()
    """Its author said after the question that they look."""
    KEEPS_THE_PROMISE = auto()
    """It also has a word of that promise."""
    HEARD = auto()
    """The asker thanks, or says `ok`, right after it."""
    TAKES_BACK = auto()
    """The asker takes the question back, or answers it."""

    UNTIED = auto()
    """Nothing ties the sentence to the question: no form, no word, no person, no `it`."""
    UNTIED_FRAGMENT = auto()
    NOT_DONE = auto()
    """It is untied, and somebody was asked to do something."""
    OLD_TRAIL = auto()
    """It speaks of what was spoken of before the question."""
    DEED = auto()
    """It reports a deed that nobody asked for."""
    STATE = auto()
    """It reports how something else is."""
    NEWS = auto()
    """It begins something else: `btw`, `OPS-9 opened`."""
    NEW_FIND = auto()
    """It is untied, and names an indicator that nobody named before."""
    ASKS_BACK = auto()
    """Its message asks something too."""

    SAYS_NOTHING = auto()
    """`thanks`, `no idea`, `hopefully soon`, a bare `no` after `who`."""
    AT_IT = auto()
    """`checking`, after what is no request."""
    MERE_FIGURE = auto()
    """`30k`, and no figure is wanted."""
    PASTED = auto()
    """A line of a log."""
    SERIES = auto()
    """The next figure of its author's series: `node 14`, `node 17`."""
    OWN = auto()
    """The asker says it, and neither takes the question back nor answers it."""


ENOUGH = 2.0
NEVER = frozenset({
    Evidence.SAYS_NOTHING, Evidence.AT_IT, Evidence.MERE_FIGURE, Evidence.PASTED, Evidence.SERIES,
    Evidence.OWN,
})  # fmt: skip
WEIGHTS = {
    Evidence.NEXT: 5.0,
    Evidence.PROMPT: 0.5,
    Evidence.NEXT_BUT_LATE: -2.5,
    Evidence.NEXT_BUT_LONG_AFTER: -4.5,
    Evidence.FAR: -3.0,
    Evidence.ASKED_SINCE: -4.5,
    Evidence.FITS: 3.5,
    Evidence.LACKS_AMOUNT: -2.5,
    Evidence.LACKS_PLACE: -2.0,
    Evidence.LACKS_MOMENT: -2.5,
    Evidence.LACKS_PERSON: -3.0,
    Evidence.LACKS_REASON: -1.5,
    Evidence.EXPLAINS: 3.0,
    Evidence.HEDGED: 1.0,
    Evidence.CHOOSES: 2.5,
    Evidence.NAMES_THE_THING: 2.0,
    Evidence.SHARES_A_WORD: 2.5,
    Evidence.SHARES_ROOTS: 2.0,
    Evidence.FITS_AND_SHARES: 2.5,
    Evidence.QUOTES: 4.0,
    Evidence.CALLED: 3.0,
    Evidence.OTHER_CALLED: -5.0,
    Evidence.TO_ANOTHER: -4.0,
    Evidence.NAMES_THE_ASKER: 2.5,
    Evidence.PROMISED: 1.0,
    Evidence.KEEPS_THE_PROMISE: 5.0,
    Evidence.HEARD: 0.5,
    Evidence.TAKES_BACK: 9.0,
    Evidence.UNTIED: -3.5,
    Evidence.UNTIED_FRAGMENT: -0.5,
    Evidence.NOT_DONE: -1.0,
    Evidence.OLD_TRAIL: -2.5,
    Evidence.DEED: -5.0,
    Evidence.STATE: -3.5,
    Evidence.NEWS: -6.5,
    Evidence.NEW_FIND: -1.0,
    Evidence.ASKS_BACK: -1.5,
}


def weight_of(evidence: Iterable[Evidence]) -> float | None:
    """Sum up the weights; None if it is no answer whatever else speaks for it."""
    found = frozenset(evidence)
    if found & NEVER:
        return None
    return sum(WEIGHTS[it] for it in found)
