"""The questions of a message, on their way to an answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.investigators.brief.asked_how import of_the_question
from bot.investigators.brief.evidence import Sign
from bot.investigators.brief.names import Names
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.statements import Statement
from bot.investigators.brief.terms import roots, stems
from bot.investigators.brief.things_asked import asked_for
from bot.investigators.brief.wants import Wants, asks_how_things_are, wants

_TRAIL = 12
"""How many messages before a question it may leave behind."""
_MOST = 20
"""A message that asks more is no talk."""
_SOMEBODY = (
    r"(?:it|they|we|you|i|he|she|there|that|this|these|those|the|our|my|your|his|her|their"
    r"|(?:any|some)(?:one|body|thing))"
)
_PART = re.compile(
    r",?\s(?:and|und|y|et|e|en)\s(?=(?:(?:by|from|since|until|to|if so,?|seit|von|bis|desde)\s)?"
    r"(?:who|whom|whose|what|when|where|why|how|which|wer|wem|wann|wo|warum|wieso|wie|welche[rsmn]?"
    r"|qui|quand|où|pourquoi|combien|quién|cuándo|dónde|cuánt\w+|wie|wanneer|waarom|hoeveel"
    r"|(?:does|did|has|have|had|is|are|was|were|can|could|should|shall|must|will|would) "
    rf"{_SOMEBODY}|do (?:we|you|they|i)|(?:ist|sind|war|hat|haben|kann|können|wird|muss|müssen"
    r"|darf|soll|gibt)\s\w+|est-ce|peut-on|faut-il|hay|puede\w*|podemos)\b)",
    re.IGNORECASE,
)
"""Where `which disk, and how old is it?` falls into two."""
_FEW = 3
_WITH_A_FIGURE = re.compile(r"[\w-]*\d[\w-]*")
_SMALL_WORDS = "and the is it was are did do does on in at of or so why who what when how"
_SMALL = frozenset(_SMALL_WORDS.split())
_SURPRISE = re.compile(r"[?!？！]{2,}\Z")


@dataclass(slots=True, kw_only=True)
class OpenQuestion:
    """A question, or a part of one, on the way through the thread."""

    asked: Entry
    span: tuple[int, int]
    whole: tuple[int, int]
    """Where the question stands of which it is a part, or the same."""
    place: int
    text: str
    wanted: Wants
    stems: frozenset[str]
    roots: frozenset[str]
    values: frozenset[str]
    """The indicators it names."""
    things: frozenset[str]
    """What kinds of things it asks for."""
    named: frozenset[str]
    """All its words, if it has only a few (`and ap?`); else those with a figure."""
    asks_state: bool
    """Whether any state answers it: `is it up`."""
    called: frozenset[str]
    """The authors that it calls by name."""
    trail: frozenset[str]
    """The stems of what was said before it, without those of its own message."""
    context: frozenset[str]
    """The stems of its message."""
    came_after: str = ""
    """The id of whoever of the others spoke last before it."""
    alone: frozenset[Sign] = frozenset()
    """What it tells by itself about whether it will be answered."""
    followed_by: int = 0
    """How many statements of others came after it."""
    is_overtaken: bool = False
    """Whether somebody asked something else after it."""
    promised_by: set[str] = field(default_factory=set)
    """Who said right after it that they look."""
    promise: frozenset[str] = frozenset()
    """The stems of what they said."""
    answer: Entry | None = None

    @property
    def author(self) -> str:
        """The id of who asks."""
        return self.asked.message.author_id


def asked_in(
    statement: Statement, statements: Sequence[Statement], names: Names
) -> Iterator[OpenQuestion]:
    """Yield what a message asks, a question of two parts as two; `statements` are the thread's."""
    entry = statement.entry
    if not entry.asks:
        return
    context = stems(entry.text)
    before = statements[max(0, statement.place - _TRAIL) : statement.place]
    others = (it.author for it in reversed(before) if it.author != statement.author)
    came_after = next(others, "")
    trail = frozenset().union(*(it.stems for it in before)) - context
    heard = before[-1].entry.text if before else ""
    last = 0
    for start, stop in entry.asks[:_MOST]:
        is_last = (start, stop) == entry.asks[-1]
        called = names.called_in(entry.text[last : None if is_last else stop])
        last = stop
        if _asks_nothing(entry.text[start:stop], heard, names):
            continue
        values = {hit.indicator.value for hit in entry.hits if start <= hit.start < stop}
        whole = entry.text[start:stop]
        for part in _parts(whole):
            text = whole[slice(*part)]
            wanted = wants(text)
            yield OpenQuestion(
                asked=entry,
                span=(start + part[0], start + part[1]),
                whole=(start, stop),
                place=statement.place,
                text=text,
                wanted=wanted,
                stems=stems(whole),
                roots=roots(whole),
                values=frozenset(values),
                things=asked_for(text),
                named=_named(text),
                asks_state=asks_how_things_are(text),
                called=called - {statement.author},
                trail=trail,
                context=context,
                came_after=came_after,
                alone=frozenset(
                    of_the_question(
                        text,
                        wanted,
                        place=statement.place,
                        of=len(statements),
                        beside=len(entry.asks) - 1,
                    )
                ),
            )


def _parts(whole: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a question stand in it: `which disk` and `how old is it?`."""
    start = 0
    for found in _PART.finditer(whole):
        yield start, found.start()
        start = found.end()
    yield start, len(whole)


def _named(text: str) -> frozenset[str]:
    words = re.findall(r"\w\w+", text.lower())
    named = words if len(words) <= _FEW else _WITH_A_FIGURE.findall(text.lower())
    return frozenset(named) - _SMALL


def _asks_nothing(text: str, heard: str, names: Names) -> bool:
    """Whether it calls a person (`Ann?`), or only repeats in surprise (`6 times??`)."""
    words = re.findall(r"\w+", text.lower())
    if names.has_all(words):
        return True
    is_echo = 0 < len(words) <= 3 and words[-1] in heard.lower() and _SURPRISE.search(text)
    return bool(is_echo) and not wants(text) & ~(Wants.YES_OR_NO | Wants.DEED | Wants.LEAVE)
