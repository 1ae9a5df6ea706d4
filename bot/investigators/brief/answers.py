"""Finds for each question the message that seems to answer it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import (
    Wants,
    begins_as_heard,
    is_at_it,
    is_done,
    is_fragment,
    is_no,
    is_of_kind,
    is_short_form,
    names_things,
    says_nothing,
    settles_several,
    wants,
)
from bot.investigators.brief.terms import stems

_SOON = timedelta(minutes=12)
_NEAR = 3
"""How many statements after a question one still replies to it."""
_FAR = 200
"""How many messages after a question an answer may come."""
_OPEN_AT_ONCE = 60
"""How many questions one message is compared with, the latest."""
_TAKEN_BACK = re.compile(
    r"\W*(?:never ?mind|nvm|found it|found out|figured|scratch that|ignore (?:that|me|my)"
    r"|answering my|turns out|ah,? it (?:was|is)|hat sich erledigt|解決)",
    re.IGNORECASE,
)
_REPORT = re.compile(r"\A\W*(\w+ed)\b")
_ON_IT = re.compile(r"\W*\w+ed (?:it|them|that)\b")
"""`blocked it anyway` explains nothing."""
_ANY = re.compile(r"\b(?:any|all|other|else|more|every)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d|\b(?:none|all|one|two|three|both|several|many|few)\b", re.IGNORECASE)
_WH = Wants.PERSON | Wants.MOMENT | Wants.AMOUNT | Wants.PLACE | Wants.CHOICE


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


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a message says besides what it asks."""

    entry: Entry
    place: int
    text: str
    stems: frozenset[str]


@dataclass(slots=True)
class _Open:
    """A question on the way through the thread."""

    question: Question
    place: int
    wanted: Wants
    stems: frozenset[str]
    values: frozenset[str]
    followed_by: int = 0
    """How many statements of others came after it."""
    answer: Entry | None = None


@dataclass(frozen=True, slots=True)
class _Evidence:
    weight: float
    needs_its_own: bool
    """Whether the reply can belong to one question only: `no`, `done`."""


def answered(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return all questions of a thread in order, each with its answer if it has one."""
    spoken = [entry for entry in entries if not entry.message.is_bot and not entry.is_to_burrow]
    statements = [_statement(place, entry) for place, entry in enumerate(spoken)]
    common = _common(statements)
    asked: list[_Open] = []
    for statement in statements:
        _take_as_answer(
            statement, [it for it in asked[-_OPEN_AT_ONCE:] if it.answer is None], common
        )
        asked += _asked_in(statement)
    return tuple(Question(it.question.asked, it.question.span, it.answer) for it in asked)


def _common(statements: Sequence[_Statement]) -> frozenset[str]:
    """Return the words that stand all over a long thread and tell nothing apart."""
    if len(statements) < 30:
        return frozenset()
    counts = Counter(stem for statement in statements for stem in statement.stems)
    return frozenset(stem for stem, count in counts.items() if count > len(statements) // 8)


def _statement(place: int, entry: Entry) -> _Statement:
    pieces: list[str] = []
    end = 0
    for start, stop in entry.asks:
        pieces.append(entry.text[end:start])
        end = stop
    text = re.sub(r"\A(?:\s*@[\w.-]+[,:]?)+\s*", "", "".join((*pieces, entry.text[end:])).strip())
    return _Statement(entry, place, text, stems(text))


def _asked_in(statement: _Statement) -> Iterator[_Open]:
    entry = statement.entry
    for start, stop in entry.asks:
        text = entry.text[start:stop]
        yield _Open(
            question=Question(entry, (start, stop)),
            place=statement.place,
            wanted=wants(text),
            stems=stems(text),
            values=frozenset(
                hit.indicator.value for hit in entry.hits if start <= hit.start < stop
            ),
        )


def _take_as_answer(
    statement: _Statement, candidates: Sequence[_Open], common: frozenset[str]
) -> None:
    found: list[tuple[float, int, _Open, _Evidence]] = []
    for it in candidates:
        if statement.place - it.place <= _FAR:
            evidence = _evidence(statement, it, common)
            if evidence is not None:
                found.append((evidence.weight, it.place, it, evidence))
        if it.question.asked.message.author_id != statement.entry.message.author_id:
            it.followed_by += bool(statement.text) and not says_nothing(statement.text)
    is_taken = False
    for _, _, it, evidence in sorted(found, key=lambda item: item[:2], reverse=True):
        if evidence.needs_its_own and is_taken:
            continue
        it.answer = statement.entry
        is_taken = True


def _evidence(statement: _Statement, it: _Open, common: frozenset[str]) -> _Evidence | None:
    """Weigh whether a statement answers a question; None if it does not."""
    reply, asked = statement.text, it.question.asked
    shared = len((it.stems & statement.stems) - common)
    shared += 2 * sum(value in statement.entry.text for value in it.values)
    if asked.message.author_id == statement.entry.message.author_id:
        is_own = bool(_TAKEN_BACK.match(reply)) or (shared >= 2 and is_of_kind(reply, it.wanted))
        return _Evidence(shared + 1, False) if is_own and reply else None
    kind = is_of_kind(reply, it.wanted)
    is_empty = says_nothing(reply) and not (shared and len(reply.split()) > 4)
    if not reply or (is_empty and not (kind and Wants.YES_OR_NO in it.wanted)):
        return None
    is_soon = statement.entry.when - asked.when <= _SOON and it.followed_by < _NEAR
    is_next = is_soon and it.followed_by == 0
    if kind and is_done(reply) and not shared and len(statement.stems) > 1:
        kind = Wants.DEED in it.wanted and not reply.lower().startswith("done")
    weight = 2.0 * kind + shared + is_soon + is_next
    if _answers(statement, it, shared=shared, kind=kind, is_soon=is_soon, is_next=is_next):
        return _Evidence(
            weight, is_short_form(reply) and shared < 2 and not settles_several(reply)
        )
    return None


def _answers(
    statement: _Statement, it: _Open, *, shared: int, kind: bool, is_soon: bool, is_next: bool
) -> bool:
    reply, asked = statement.text, it.question.asked
    is_loose = not it.wanted & ~(Wants.PLACE | Wants.MOMENT | Wants.AMOUNT)
    if kind and (
        (is_next if is_loose else is_soon) or shared >= 1 + (it.wanted & _WH != Wants(0))
    ):
        return True
    if begins_as_heard(reply) or is_at_it(reply) or is_no(reply):
        return False
    is_addressed = f"@{asked.message.author}".lower() in statement.entry.text.lower()
    was_called = f"@{statement.entry.message.author}".lower() in asked.text.lower()
    if is_addressed or (was_called and is_soon):
        return True
    explains = Wants.EXPLANATION in it.wanted and not _ON_IT.match(reply)
    if is_next and (explains or _does_what_was_asked(statement, it)):
        return True
    is_fragmentary = is_next and is_fragment(reply)
    if is_fragmentary and it.wanted & _WH:
        return True
    if is_next and Wants.CHOICE in it.wanted and names_things(reply):
        return True
    if is_fragmentary and _ANY.search(it.question.asked.text) and _NUMBER.search(reply):
        return True
    if _offers_a_choice(it) and (is_fragmentary or (is_next and shared)):
        return True
    needs_a_kind = bool(it.wanted & (Wants.PERSON | Wants.MOMENT | Wants.AMOUNT))
    return shared >= 2 + needs_a_kind


def _does_what_was_asked(statement: _Statement, it: _Open) -> bool:
    """Tell `rotated at 10:05` after `rotate the key?`."""
    first = stems(" ".join(it.question.asked.text[slice(*it.question.span)].split()[:1]))
    reports = stems(" ".join(_REPORT.findall(statement.text)[:1]))
    return Wants.DEED in it.wanted and bool(
        (first and first <= statement.stems) or (reports and reports <= it.stems)
    )


def _offers_a_choice(it: _Open) -> bool:
    return bool(re.search(r"\b(?:or|oder)\b|それとも", it.question.asked.text))
