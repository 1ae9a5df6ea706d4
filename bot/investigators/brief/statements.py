"""The statements of people to each other in a thread, message by message."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.investigators.brief.indicators import Indicator
from bot.investigators.brief.names import Names
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import Form, forms_of
from bot.investigators.brief.terms import roots, stems
from bot.investigators.brief.things_asked import named

_FIRST = 8
_NAMED = re.compile(r"(?<![\w-])[\w-]*\d[\w-]*|\w\w+")
_READ = 600
"""How much of a message shows its form."""
_INTRODUCES = re.compile(r"(?:\S+\s){0,2}\S+:")
"""`comms: who writes the update?`."""
_CLAUSE = re.compile(
    r"(.{6,300}?),\s(?:(?:and|but|so|from|since|by|at)\s)?(?:who|what|which|when|where|why|how|can|could"
    r"|should|shall|do|does|did|is|are|was|were|will|would|wer|was|wann|wo|warum|kann|soll)\b",
    re.IGNORECASE,
)
"""`I can write a script, from which time?`: what is said before one asks in the same sentence."""
_QUOTE = re.compile(r"^(?:>|&gt;)(.*)$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a message says besides what it asks."""

    entry: Entry
    place: int
    text: str
    forms: Form
    stems: frozenset[str]
    roots: frozenset[str]
    """How its words begin, which forms of one verb share."""
    named: frozenset[str]
    """Its first words, in lower case."""
    quoted: frozenset[str]
    """The stems of the lines that it quotes."""
    things: frozenset[str]
    """What kinds of things it names: `ticket`, `ip`."""
    called: frozenset[str]
    """The authors that it calls by name."""
    finds: bool = False
    """Whether it names an indicator that nobody named before."""
    following: "Statement | None" = None
    """What is said next."""
    continues: int | None = None
    """The place of its author's latest statement of the same shape: `node 14`, `node 17`."""

    @property
    def author(self) -> str:
        """The id of its author."""
        return self.entry.message.author_id

    @property
    def all_stems(self) -> frozenset[str]:
        """The stems of its whole message, with what it asks."""
        return stems(self.entry.text)

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def statements_of(entries: Sequence[Entry], names: Names) -> tuple[Statement, ...]:
    """Read what people say; bots and Burrow take no part in their conversation."""
    return tuple(_joined([_statement(place, it, names) for place, it in enumerate(entries)]))


def _statement(place: int, entry: Entry, names: Names) -> Statement:
    """Read what a message says before it asks; what follows a question belongs to it."""
    text = entry.text[: entry.asks[0][0]] if entry.asks else entry.text
    if entry.asks and not re.search(r"\w", text):
        clause = _CLAUSE.match(entry.text[entry.asks[0][0] : entry.asks[0][1]])
        text = clause[1] if clause else ""
    if entry.asks and _INTRODUCES.fullmatch(text.strip()):
        text = ""
    quoted = stems(" ".join(_QUOTE.findall(text)))
    text = names.without_address(_QUOTE.sub("", text).strip())
    forms = forms_of(text[:_READ]) | (Form.PERSON if names.are_in(text[:_READ]) else Form(0))
    return Statement(
        entry=entry,
        place=place,
        text=text,
        forms=forms,
        stems=stems(text),
        roots=roots(text),
        named=frozenset(_NAMED.findall(text.lower())[:_FIRST]),
        quoted=quoted,
        things=named(entry, text),
        called=names.called_in(entry.text[:_READ]),
    )


def _joined(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Tell each statement what goes before it in its author's series, and who heard it."""
    shapes: dict[tuple[str, str], int] = {}
    known: set[Indicator] = set()
    for statement, following in zip_longest(statements, statements[1:]):
        key = statement.author, _shape(statement.text)
        continues = shapes.get(key) if key[1] else None
        shapes[key] = statement.place
        new = set(statement.entry.indicators) - known
        known |= new
        yield replace(statement, following=following, continues=continues, finds=bool(new))


def _shape(text: str) -> str:
    """Return how a text begins that soon has a figure: `node #`; of others nothing."""
    words = re.sub(r"\d[\d.,]*", "#", text.lower()).split()[:4]
    has_a_figure = any("#" in word for word in words)
    return " ".join(words[:2]) if has_a_figure and "#" not in words[0] else ""
