"""The kinds of evidence for and against: is this statement the answer to that question?

How much each of it weighs stands in `weights.py` and `weights_of_forms.py`.
"""

from enum import Enum, auto
from typing import NamedTuple

from bot.investigators.brief.replies import Form
from bot.investigators.brief.wants import Wants


class Measure(Enum):
    """What is counted of a question and a statement."""

    WORDS_SAID = auto()
    WORDS_ASKED = auto()
    PERCENT_BEFORE = auto()
    """How much of the thread was said before the question."""
    LEFT = auto()
    """How many messages come after the question."""
    STEMS_SHARED = auto()
    ROOTS_SHARED = auto()
    """How many words of both begin alike: `raise the limit`, `raised limits`."""


class MoreThan(NamedTuple):
    """It is counted to be more than a bound; a count goes beyond all bounds below it."""

    measure: Measure
    bound: int


class Wanted(NamedTuple):
    """The question wants this."""

    wanted: Wants


class InReply(NamedTuple):
    """The question wants this, and a statement that is next or tied to it has this form.

    `Form(0)` stands for none.
    """

    wanted: Wants
    form: Form


class Evidence(Enum):
    """One thing that can be said about a question and a statement after it."""

    NEXT = auto()
    """It is the first thing that somebody else says."""
    AT_ONCE = auto()
    """It is next, and comes within two and a half minutes."""
    PROMPT = auto()
    """It is next, and comes within four minutes."""
    IN_TIME = auto()
    """It is next, and comes within nine minutes."""
    NEXT_BUT_LONG_AFTER = auto()
    """It is next, but more than half an hour later."""
    PASSED_OVER = auto()
    """It is the second message after the question, and has no wanted form."""
    ASKED_SINCE = auto()
    """Somebody asked something else before it."""

    ONE_OF_SEVERAL = auto()
    """Its message asks more than one thing."""
    ASKS_FOR_A_DECISION = auto()
    """`should we`, `can we`, `do we have to`: many of these are never decided."""
    ASKS_FOR_LATER = auto()
    """It speaks of what comes after an incident: review, ticket, alert, customers, lawyers."""

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
    """It also has a word of that promise, or the wanted form."""
    FROM_WHO_SPOKE = auto()
    """It is next, and from whom the question came after: who spoke last before it."""
    TAKEN_UP = auto()
    """The asker speaks right after it, and of the same."""
    ASKER_GOES_ON = auto()
    """The asker speaks right after it."""
    ASKER_TAKES_NOTE = auto()
    """The asker says right after it no more than `thanks`, `ok`, `👍`."""
    SOON_FOLLOWED = auto()
    """The next message comes within two minutes."""
    TAKES_BACK = auto()
    """The asker takes the question back, or answers it."""

    BEGINS_WITH_YES = auto()
    """It is next, and begins with yes or no."""
    BEGINS_WITH_AMOUNT = auto()
    """It is next, and begins with `all`, `only`, `about`."""
    UNSURE = auto()
    """Its author does not know: `not sure`, `you would have to ask`."""
    PUTS_OFF = auto()
    """Its author will look, or will be back later."""
    SENDS_ELSEWHERE = auto()
    """Somebody else knows, or decides: `procurement would know`."""
    AWAY = auto()
    """Its author is away, or the person who would know: `lunch`, `she is on leave`."""

    GUESSES = auto()
    """Its author guesses: `should be`, `could be`, `I believe not`."""

    LEAVES_IT_OPEN = auto()
    """Any of these four, and nobody asked for a deed or how things are: `on it` is no delay."""
    LEAVES_IT_OPEN_UNTIED = auto()
    """Any of these four, and no word of the question."""

    ASKS_TOO = auto()
    """Its message asks something itself."""
    SHOWS_WHERE = auto()
    """It has a link or code."""
    FILES_A_TICKET = auto()
    """It is short and names a ticket that nobody asked for: `REC-902 for this`."""
    OF_ANOTHER_QUESTION = auto()
    """It shares a word with another open question, and none with this one."""

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


Sign = Evidence | MoreThan | Wanted | InReply
"""Anything that is weighed."""
