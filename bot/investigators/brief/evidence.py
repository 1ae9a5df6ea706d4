"""Weighs whether a statement answers a question."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.investigators.brief import replies
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.terms import stems
from bot.investigators.brief.wants import Wants, asks_how_things_are

_AT_ONCE = timedelta(minutes=10)
_SOON = timedelta(minutes=12)
_NEXT = timedelta(hours=1)
"""How long a `yes` may take, if nobody says anything before it."""
_NEAR = 3
"""How many statements after a question one still replies to it."""
_TAKEN_BACK = re.compile(
    r"\W*(?:never ?mind|nvm|found it|found out|figured|scratch that|ignore (?:that|me|my)"
    r"|answering my|turns out|ah,? it (?:was|is)|hat sich erledigt|解決)",
    re.IGNORECASE,
)
_REPORT = re.compile(r"\A\W*(\w+(?:ed|ing))\b")
_STATE = re.compile(
    r"(?<![\w-])(?:ok|okay|fine|good|clean|safe|works?|working|healthy|up|down|back|affected"
    r"|broken|fixed|ready|complete|intact|gone|lost|reachable)(?![\w-])",
    re.IGNORECASE,
)
_ANY = re.compile(r"\b(?:any\w*|all|other|else|more|every)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:none|nothing|all|one|two|three|both|several|many|few)\b", re.IGNORECASE
)
_WHY = re.compile(r"\b(?:why|how come|warum|wieso)\b|なぜ|どうして", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|oder)\b|それとも", re.IGNORECASE)
_MEASURED = Wants.PLACE | Wants.MOMENT | Wants.AMOUNT
_NAMED = _MEASURED | Wants.PERSON | Wants.CHOICE


@dataclass(frozen=True, slots=True)
class Statement:
    """What a message says besides what it asks."""

    entry: Entry
    place: int
    text: str
    stems: frozenset[str]


@dataclass(slots=True)
class OpenQuestion:
    """A question on the way through the thread."""

    asked: Entry
    span: tuple[int, int]
    place: int
    text: str
    wanted: Wants
    stems: frozenset[str]
    values: frozenset[str]
    """The indicators it names."""
    followed_by: int = 0
    """How many statements of others came after it."""
    answer: Entry | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a statement answers a question, and how much speaks for it."""

    weight: float
    needs_its_own: bool
    """Whether the reply can belong to one question only: `no`, `done`."""


def weigh(statement: Statement, question: OpenQuestion, common: frozenset[str]) -> Evidence | None:
    """Return the evidence; None if a statement does not answer. `common` words tell nothing."""
    shared = len((question.stems & statement.stems) - common)
    shared += 2 * sum(value in statement.entry.text for value in question.values)
    pair = _Pair(statement, question, shared)
    if not statement.text or not pair.is_answered:
        return None
    is_short = replies.is_short_form(statement.text) and shared < 2
    return Evidence(
        2.0 * pair.has_the_kind + shared + pair.is_soon + pair.is_next,
        is_short and not replies.settles_several(statement.text),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A statement held against a question."""

    statement: Statement
    question: OpenQuestion
    shared: int
    """How many words and indicators both have."""

    @property
    def reply(self) -> str:
        return self.statement.text

    @property
    def wanted(self) -> Wants:
        return self.question.wanted

    @property
    def elapsed(self) -> timedelta:
        return self.statement.entry.when - self.question.asked.when

    @property
    def is_soon(self) -> bool:
        return self.elapsed <= _SOON and self.question.followed_by < _NEAR

    @property
    def is_next(self) -> bool:
        return self.elapsed <= _SOON and self.question.followed_by == 0

    @property
    def has_the_kind(self) -> bool:
        if not replies.is_of_kind(self.reply, self.wanted):
            return False
        if replies.is_done(self.reply) and not self.shared and len(self.statement.stems) > 1:
            return Wants.DEED in self.wanted and not self.reply.lower().startswith("done")
        return True

    @property
    def is_answered(self) -> bool:
        asker = self.question.asked.message
        if asker.author_id == self.statement.entry.message.author_id:
            by_kind = self.shared >= 2 and replies.is_of_kind(self.reply, self.wanted)
            return by_kind or bool(_TAKEN_BACK.match(self.reply))
        if self._is_empty:
            return False
        if self._is_answered_by_kind:
            return True
        if replies.begins_as_heard(self.reply) or replies.is_at_it(self.reply):
            return False
        if replies.is_no(self.reply):
            return False
        return self._is_spoken_to or self._is_answered_next or self._is_answered_by_words

    @property
    def _is_empty(self) -> bool:
        """Whether it only shows that the question was read; 👍 may be a yes."""
        if self.has_the_kind and Wants.YES_OR_NO in self.wanted:
            return False
        return replies.says_nothing(self.reply) and not (
            self.shared and len(self.reply.split()) > 4
        )

    @property
    def _is_answered_by_kind(self) -> bool:
        if not self.has_the_kind:
            return False
        is_alone = self.question.followed_by == 0 and self.elapsed <= _NEXT
        if is_alone and Wants.YES_OR_NO in self.wanted and replies.is_short_form(self.reply):
            return True
        is_measured = not self.wanted & ~_MEASURED
        is_in_time = self.is_next if is_measured else self.is_soon
        return is_in_time or self.shared >= (2 if self.wanted & _NAMED else 1)

    @property
    def _is_spoken_to(self) -> bool:
        """Whether one of the two names the other."""
        asked, said = self.question.asked, self.statement.entry
        was_called = f"@{said.message.author}".lower() in asked.text.lower()
        names_the_asker = f"@{asked.message.author}".lower() in said.text.lower()
        return names_the_asker or (was_called and self.is_soon)

    @property
    def _is_answered_next(self) -> bool:
        """Whether what is said right after a question is said to it."""
        if not self.is_next:
            return False
        is_fragment = replies.is_fragment(self.reply)
        counts = _ANY.search(self.question.asked.text) and _NUMBER.search(self.reply)
        return (
            self._is_to_the_point
            or self._does_what_was_asked
            or (is_fragment and bool(self.wanted & _NAMED or counts))
            or (Wants.CHOICE in self.wanted and replies.names_things(self.reply))
            or (bool(_OR.search(self.question.text)) and (is_fragment or self._chooses))
        )

    @property
    def _is_to_the_point(self) -> bool:
        """Whether it is no deed, state or news, as people report them beside any question."""
        asks_so = self.wanted & (Wants.YES_OR_NO | Wants.EXPLANATION)
        asks_more = self.wanted & (Wants.DEED | Wants.PERSON)
        if not asks_so or asks_more or self.elapsed > _AT_ONCE:
            return False
        text = self.question.text
        if _WHY.search(text):
            return not replies.reports_a_deed(self.reply)
        if not replies.is_about_something_else(self.reply) or asks_how_things_are(text):
            return True
        is_state = bool(_STATE.search(text) and _STATE.search(self.reply))
        return Wants.YES_OR_NO in self.wanted and bool(self.shared or is_state)

    @property
    def _does_what_was_asked(self) -> bool:
        """Tell `rotated at 10:05` after `rotate the key?`."""
        first = stems(" ".join(self.question.text.split()[:1]))
        reports = stems(" ".join(_REPORT.findall(self.reply)[:1]))
        return Wants.DEED in self.wanted and bool(
            (first and first <= self.statement.stems)
            or (reports and reports <= self.question.stems)
        )

    @property
    def _chooses(self) -> bool:
        """Tell `them, the status page says so` after `us or them?`."""
        words = set(re.findall(r"\w+", self.question.text.lower()))
        return bool(self.shared or set(re.findall(r"\w+", self.reply.lower())[:1]) & words)

    @property
    def _is_answered_by_words(self) -> bool:
        """Whether it speaks of the same, sooner or later."""
        needs_more = bool(self.wanted & (Wants.PERSON | Wants.MOMENT | Wants.AMOUNT))
        return self.shared >= 2 + needs_more
