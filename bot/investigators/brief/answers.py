"""Goes through a thread, and finds for each question the message that seems to answer it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from bot.investigators.brief.evidence import ENOUGH, weight_of
from bot.investigators.brief.exchange import Exchange, OpenQuestion, Statement
from bot.investigators.brief.indicators import Indicator
from bot.investigators.brief.names import Names
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import Form, forms_of, settles_several, takes_note
from bot.investigators.brief.terms import roots, stems
from bot.investigators.brief.things_asked import asked_for, named
from bot.investigators.brief.wants import Wants, wants

_FARTHEST = 200
"""How many messages after a question an answer may come."""
_OPEN_AT_ONCE = 60
"""How many questions one message is compared with, the latest."""
_SURE = ENOUGH + 2.0
"""What a second question has to reach, that the same statement answers."""
_OVERTAKEN = 3.0
"""How much a question that was asked later goes before, where both might be meant."""
_ITS_OWN = 3
"""So few words answer one question only."""
_TRAIL = 12
_MOST_ASKED = 20
"""A message that asks more is no talk."""
_LONG = 30
_READ = 600
"""How much of a message shows its form."""
_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+[,:]?)+\s*")
_INTRODUCES = re.compile(r"(?:\S+\s){0,2}\S+:")
"""`comms: who writes the update?`."""
_QUOTE = re.compile(r"^(?:>|&gt;)(.*)$\n?", re.MULTILINE)
_PART = re.compile(
    r",?\s(?:and|und|y)\s(?=(?:(?:by|from|since|if so,?|seit|von)\s)?"
    r"(?:who|whom|what|when|where|why|how|which|wer|wann|wo|warum|quién|cuándo|dónde)\b)",
    re.IGNORECASE,
)
_SURPRISE = re.compile(r"[?!？！]{2,}\Z")


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
    conversation = conversation_of(entries)
    for statement in conversation.statements:
        conversation.take_in(statement)
    return tuple(conversation.questions())


def conversation_of(entries: Sequence[Entry]) -> "Conversation":
    """Make a conversation of what people say to each other; bots and Burrow take no part."""
    spoken = [entry for entry in entries if not entry.message.is_bot and not entry.is_to_burrow]
    names = Names.of(entry.message for entry in spoken)
    statements = [_statement(place, entry, names) for place, entry in enumerate(spoken)]
    return Conversation(list(_joined(statements)), names, _common(statements))


@dataclass(slots=True)
class Conversation:
    """The questions of a thread so far, as its statements come in."""

    statements: Sequence[Statement]
    names: Names
    common: frozenset[str]
    asked: list[OpenQuestion] = field(default_factory=list)
    repeats: dict[int, OpenQuestion] = field(default_factory=dict)
    """The earlier question that one repeats, by the id of the later."""

    def take_in(self, statement: Statement) -> None:
        """Let a statement answer what it can, then take up what its message asks."""
        self._answer(statement)
        self._follow(statement)
        new = list(self._asked_in(statement))
        for question in new:
            self._note_repetitions(question)
        self.asked += new

    def questions(self) -> Iterator[Question]:
        """Yield what was asked; of a question that was asked again and is open, the first."""
        for later in reversed(self.asked):
            earlier = self.repeats.get(id(later))
            if earlier is not None and earlier.answer is None:
                earlier.answer = later.answer
        parts: dict[tuple[int, tuple[int, int]], list[OpenQuestion]] = {}
        for part in self.asked:
            parts.setdefault((part.place, part.span), []).append(part)
        for whole in parts.values():
            answers = [part.answer for part in whole]
            answer = answers[-1] if all(answers) else None
            earlier = self.repeats.get(id(whole[-1]))
            if answer or earlier is None or earlier.answer:
                yield Question(whole[0].asked, whole[0].span, answer)

    def candidates(self, statement: Statement) -> Iterator[tuple[OpenQuestion, Exchange]]:
        """Yield the open questions that a statement may answer."""
        for question in self.asked[-_OPEN_AT_ONCE:]:
            if question.answer is None and statement.place - question.place <= _FARTHEST:
                exchange = Exchange(question, statement, self.common)
                if statement.text and exchange.is_worth_weighing:
                    yield question, exchange

    def _answer(self, statement: Statement) -> None:
        """Let a statement answer the question for which most speaks, and others if it can."""
        weighed = [
            (weight_of(it.evidence()), question) for question, it in self.candidates(statement)
        ]
        found = [(weight, it) for weight, it in weighed if weight is not None and weight >= ENOUGH]
        found.sort(
            key=lambda it: (it[0] - _OVERTAKEN * it[1].is_overtaken, it[1].place), reverse=True
        )
        is_for_one = statement.words <= _ITS_OWN and not settles_several(statement.text)
        for weight, question in found:
            is_best = question is found[0][1]
            is_beside_it = question.place == found[0][1].place and not is_for_one
            is_sure = weight >= _SURE and not is_for_one
            if is_best or is_beside_it or is_sure:
                question.answer = statement.entry

    def _follow(self, statement: Statement) -> None:
        speaks = bool(statement.text) and Form.NOTHING not in statement.forms
        for question in self.asked[-_OPEN_AT_ONCE:]:
            if question.author != statement.author:
                is_to_it = question.followed_by <= 1 and not question.is_overtaken
                if Form.AT_IT in statement.forms and is_to_it:
                    question.promised_by.add(statement.author)
                    question.promise |= statement.stems
                elif speaks:
                    question.followed_by += 1
            question.is_overtaken |= bool(statement.entry.asks)

    def _asked_in(self, statement: Statement) -> Iterator[OpenQuestion]:
        entry = statement.entry
        if not entry.asks:
            return
        before = self.statements[max(0, statement.place - _TRAIL) : statement.place]
        context = stems(entry.text)
        trail = frozenset().union(*(it.stems for it in before)) - context
        last = 0
        for start, stop in entry.asks[:_MOST_ASKED]:
            spoken = entry.text[
                last : len(entry.text) if (start, stop) == entry.asks[-1] else stop
            ]
            last = stop
            if self._is_no_question(entry.text[start:stop], before):
                continue
            named_in = (hit.indicator.value for hit in entry.hits if start <= hit.start < stop)
            values = frozenset(named_in)
            for text in _PART.split(entry.text[start:stop]):
                yield OpenQuestion(
                    asked=entry,
                    span=(start, stop),
                    place=statement.place,
                    text=text,
                    wanted=wants(text),
                    stems=stems(text),
                    roots=roots(text),
                    values=values,
                    things=asked_for(text),
                    called=self.names.called_in(spoken) - {entry.message.author_id},
                    trail=trail,
                    context=context,
                )

    def _is_no_question(self, text: str, before: Sequence[Statement]) -> bool:
        """Whether it calls a person (`Ann?`), or only repeats in surprise (`6 times??`)."""
        words = re.findall(r"\w+", text)
        if self.names.has_all(words):
            return True
        if wants(text) & ~(Wants.YES_OR_NO | Wants.DEED):
            return False
        heard = before[-1].entry.text.lower() if before else ""
        is_echo = len(words) <= 3 and all(word.lower() in heard for word in words[-1:])
        return is_echo and bool(_SURPRISE.search(text))

    def _note_repetitions(self, question: OpenQuestion) -> None:
        for earlier in self.asked[-_OPEN_AT_ONCE:]:
            is_the_same = earlier.stems == question.stems and earlier.wanted & question.wanted
            is_longer = len(earlier.stems) > 1 and earlier.stems < question.stems
            if earlier.stems and (is_the_same or is_longer) and earlier.place < question.place:
                self.repeats[id(question)] = earlier


def _statement(place: int, entry: Entry, names: Names) -> Statement:
    """Read what a message says before it asks; what follows a question belongs to it."""
    text = entry.text[: entry.asks[0][0]] if entry.asks else entry.text
    if entry.asks and not re.search(r"\w", text):
        text = entry.text[entry.asks[-1][1] :]
    if entry.asks and _INTRODUCES.fullmatch(text.strip()):
        text = ""
    quoted = stems(" ".join(_QUOTE.findall(text)))
    text = _TO_SOMEBODY.sub("", _QUOTE.sub("", text).strip())
    return Statement(
        entry=entry,
        place=place,
        text=text,
        forms=forms_of(text[:_READ]),
        stems=stems(text),
        roots=roots(text),
        quoted=quoted,
        things=named(entry, text),
        called=names.called_in(entry.text[:_READ]),
    )


def _joined(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Tell each statement what goes before it in its author's series, and who heard it."""
    shapes: dict[tuple[str, str], int] = {}
    known: set[Indicator] = set()
    for statement, following in zip_longest(statements, statements[1:]):
        heard_by = ""
        if following and following.author != statement.author and takes_note(following.entry.text):
            heard_by = following.author
        key = statement.author, _shape(statement.text)
        continues = shapes.get(key) if key[1] else None
        shapes[key] = statement.place
        new = set(statement.entry.indicators) - known
        known |= new
        yield replace(statement, heard_by=heard_by, continues=continues, finds=bool(new))


def _shape(text: str) -> str:
    """Return how a text with a figure begins: `node #`; of a long one, and of others, nothing."""
    words = re.sub(r"[\d.,]+", "#", text.lower()).split()
    has_a_figure = any("#" in word for word in words[:4])
    return " ".join(words[:2]) if has_a_figure or 0 < len(words) <= 6 else ""


def _common(statements: Sequence[Statement]) -> frozenset[str]:
    """Return what stands all over a thread and tells nothing apart."""
    words = Counter(it for statement in statements for it in statement.stems)
    beginnings = Counter(it for statement in statements for it in statement.roots)
    most = len(statements) // 8
    often = {it for it, count in words.items() if count > most and len(statements) >= _LONG}
    return frozenset(often | {it for it, count in beginnings.items() if count > max(3, most)})
