"""Goes through a thread, and finds for each question the message that seems to answer it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.investigators.brief.asked import OpenQuestion, asked_in
from bot.investigators.brief.evidence import Sign
from bot.investigators.brief.exchange import Exchange
from bot.investigators.brief.names import Names
from bot.investigators.brief.questions import takes_back
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import Form, is_unknown, settles_several
from bot.investigators.brief.statements import Statement, statements_of
from bot.investigators.brief.talk import Talk
from bot.investigators.brief.weights import ENOUGH, WEIGHTS, weight_of

_FARTHEST = 200
"""How many messages after a question an answer may come."""
_OPEN_AT_ONCE = 60
"""How many questions one message is compared with, the latest."""
_SURE = 1.5
"""How much more than enough a second question needs, that the same statement answers."""
_OVERTAKEN = 1.0
"""How much a question that was asked later goes before, where both might be meant."""
_ITS_OWN = 3
"""So few words answer one question only."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the people of the thread, and the message that seems to answer it."""

    asked: Entry
    span: tuple[int, int]
    """Where it stands in the message."""
    answer: Entry | None = None

    @property
    def text(self) -> str:
        """The question, defanged."""
        return self.asked.shown(*self.span)


def answered(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return all questions of a thread in order, each with its answer if it has one."""
    conversation = Conversation.of(entries)
    for statement in conversation.statements:
        conversation.take_in(statement)
    return tuple(conversation.questions())


@dataclass(slots=True)
class Conversation:
    """The questions of a thread so far, as its statements come in."""

    statements: Sequence[Statement]
    names: Names
    talk: Talk
    asked: list[OpenQuestion] = field(default_factory=list)
    weights: Mapping[Sign, float] = field(default_factory=lambda: WEIGHTS)
    enough: float = ENOUGH
    repeats: dict[int, OpenQuestion] = field(default_factory=dict)
    """The earlier question that one repeats, by the id of the later."""

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Conversation":
        """Begin with what people say to each other, and bots that somebody called by name."""
        called = _called_bots(entries)
        spoken = [
            it
            for it in entries
            if not it.is_to_burrow and (not it.message.is_bot or it.message.author_id in called)
        ]
        names = Names.of(entry.message for entry in spoken)
        statements = statements_of(spoken, names)
        return cls(statements, names, Talk.of(statements))

    def take_in(self, statement: Statement) -> None:
        """Let a statement answer what it can, then take up what its message asks."""
        self._answer(statement)
        self._follow(statement)
        for question in list(asked_in(statement, self.statements, self.names)):
            self._note_repetition(question)
            self.asked.append(question)

    def questions(self) -> Iterator[Question]:
        """Yield what was asked; of a question that was asked again and is open, the first.

        A question of two parts of which one is answered is two.
        """
        for later in reversed(self.asked):
            earlier = self.repeats.get(id(later))
            if earlier is not None and earlier.answer is None:
                earlier.answer = later.answer
        wholes: dict[tuple[int, tuple[int, int]], list[OpenQuestion]] = {}
        for part in self.asked:
            earlier = self.repeats.get(id(part))
            if part.answer or earlier is None or earlier.answer:
                wholes.setdefault((part.place, part.whole), []).append(part)
        for (_, whole), parts in wholes.items():
            if len({part.answer is None for part in parts}) == 1 and len(parts) > 1:
                yield Question(parts[0].asked, whole, parts[-1].answer)
            else:
                yield from (Question(part.asked, part.span, part.answer) for part in parts)

    def candidates(self, statement: Statement) -> Iterator[Exchange]:
        """Yield the statement held against each open question that it may answer."""
        open_ones = [
            it
            for it in self.asked[-_OPEN_AT_ONCE:]
            if it.answer is None and statement.place - it.place <= _FARTHEST
        ]
        open_stems = frozenset().union(*(it.stems for it in open_ones))
        for question in open_ones:
            if question.answer is None:
                exchange = Exchange(question, statement, self.talk, open_stems)
                if statement.text and exchange.is_worth_weighing:
                    yield exchange

    def _answer(self, statement: Statement) -> None:
        """Let a statement answer the question for which most speaks, and others if it can."""
        weighed = [
            (weight_of(it.evidence(), self.weights), it.question)
            for it in self.candidates(statement)
        ]
        found = [
            (weight, it) for weight, it in weighed if weight is not None and weight >= self.enough
        ]
        found.sort(
            key=lambda it: (it[0] - _OVERTAKEN * it[1].is_overtaken, it[1].place), reverse=True
        )
        is_short = statement.words <= _ITS_OWN and not settles_several(statement.text)
        is_for_one = is_short or takes_back(statement.text)
        for weight, question in found:
            is_best = question is found[0][1]
            is_beside_it = question.place == found[0][1].place
            if is_best or (not is_for_one and (is_beside_it or weight >= self.enough + _SURE)):
                question.answer = statement.entry

    def _follow(self, statement: Statement) -> None:
        """Note for each question what came after it."""
        takes_note = Form.NOTHING in statement.forms and not is_unknown(statement.text)
        speaks = bool(statement.text) and not takes_note
        for question in self.asked[-_OPEN_AT_ONCE:]:
            if question.author != statement.author:
                is_to_it = question.followed_by <= 1 and not question.is_overtaken
                if Form.AT_IT in statement.forms and is_to_it:
                    question.promised_by.add(statement.author)
                    question.promise |= statement.stems
                elif speaks:
                    question.followed_by += 1
            question.is_overtaken |= bool(statement.entry.asks)

    def _note_repetition(self, question: OpenQuestion) -> None:
        for earlier in self.asked[-_OPEN_AT_ONCE:]:
            is_the_same = earlier.stems == question.stems and earlier.wanted & question.wanted
            is_longer = len(earlier.stems) > 1 and earlier.stems < question.stems
            if earlier.stems and (is_the_same or is_longer) and earlier.place < question.place:
                self.repeats[id(question)] = earlier


def _called_bots(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the ids of other bots that a person calls: `@Scan Desk can you check it?`."""
    said = "\n".join(it.text for it in entries if not it.message.is_bot and "@" in it.text)
    bots = {it.message.author_id: it.message.author for it in entries if it.is_alert}
    return frozenset(it for it, name in bots.items() if name and f"@{name}" in said)
