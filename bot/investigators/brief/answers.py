"""Finds for each question the message that seems to answer it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.investigators.brief.evidence import OpenQuestion, Statement, weigh
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import says_nothing
from bot.investigators.brief.terms import stems
from bot.investigators.brief.wants import wants

_FAR = 200
"""How many messages after a question an answer may come."""
_OPEN_AT_ONCE = 60
"""How many questions one message is compared with, the latest."""
_TO_SOMEBODY = re.compile(r"\A(?:\s*@[\w.-]+[,:]?)+\s*")


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
    spoken = [entry for entry in entries if not entry.message.is_bot and not entry.is_to_burrow]
    statements = [_statement(place, entry) for place, entry in enumerate(spoken)]
    common = _common(statements)
    asked: list[OpenQuestion] = []
    for statement in statements:
        candidates = [it for it in asked[-_OPEN_AT_ONCE:] if it.answer is None]
        _take_as_answer(statement, candidates, common)
        asked += _asked_in(statement)
    return tuple(Question(it.asked, it.span, it.answer) for it in asked)


def _common(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the words that stand all over a long thread and tell nothing apart."""
    if len(statements) < 30:
        return frozenset()
    counts = Counter(stem for statement in statements for stem in statement.stems)
    return frozenset(stem for stem, count in counts.items() if count > len(statements) // 8)


def _statement(place: int, entry: Entry) -> Statement:
    pieces: list[str] = []
    end = 0
    for start, stop in entry.asks:
        pieces.append(entry.text[end:start])
        end = stop
    text = _TO_SOMEBODY.sub("", "".join((*pieces, entry.text[end:])).strip())
    return Statement(entry, place, text, stems(text))


def _asked_in(statement: Statement) -> Iterator[OpenQuestion]:
    entry = statement.entry
    for start, stop in entry.asks:
        text = entry.text[start:stop]
        named = (hit.indicator.value for hit in entry.hits if start <= hit.start < stop)
        yield OpenQuestion(
            asked=entry,
            span=(start, stop),
            place=statement.place,
            text=text,
            wanted=wants(text),
            stems=stems(text),
            values=frozenset(named),
        )


def _take_as_answer(
    statement: Statement, candidates: Sequence[OpenQuestion], common: frozenset[str]
) -> None:
    """Let a statement answer the question for which most speaks, and others if it can."""
    near = [it for it in candidates if statement.place - it.place <= _FAR]
    weighed = [(weigh(statement, it, common), it) for it in near]
    found = [(evidence, it) for evidence, it in weighed if evidence is not None]
    found.sort(key=lambda pair: (pair[0].weight, pair[1].place), reverse=True)
    for number, (evidence, question) in enumerate(found):
        if number == 0 or not evidence.needs_its_own:
            question.answer = statement.entry
    speaks = bool(statement.text) and not says_nothing(statement.text)
    for question in candidates:
        is_other = question.asked.message.author_id != statement.entry.message.author_id
        question.followed_by += speaks and is_other
