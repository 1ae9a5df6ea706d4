"""A document: words to people, as values that are safe to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from bot.document import stored
from bot.document.door import safe
from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Item,
    Link,
    Listing,
    Paragraph,
    Person,
    Plan,
    PlanItem,
    PlanState,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)
from bot.document.runs import each, runs_of, with_runs
from bot.document.tidy import tidied

__all__ = [
    "Block",
    "Break",
    "Code",
    "Document",
    "Heading",
    "Inline",
    "Inlines",
    "Item",
    "Link",
    "Listing",
    "Paragraph",
    "Person",
    "Plan",
    "PlanItem",
    "PlanState",
    "Quote",
    "Rule",
    "Small",
    "Table",
    "Text",
    "Time",
    "TimeForm",
]


@dataclass(frozen=True, slots=True)
class Document:
    """Words to people, block by block.

    It holds no secret, no character that hides or turns text, no link that names another host
    than its own, no empty block. Rows are as long as their header.
    """

    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", safe(self.blocks))

    def __add__(self, other: Self) -> Self:
        """Join two documents; the door looks only at the blocks that meet."""
        if not (self.blocks and other.blocks):
            return self if self.blocks else other
        seam = (self.blocks[-1], other.blocks[0])
        if safe(seam) != seam:
            return type(self)((*self.blocks, *other.blocks))
        return self.part((*self.blocks, *other.blocks))

    def part(self, blocks: Iterable[Block]) -> Self:
        """Return a document of some of its blocks, or pieces of them: these are safe already."""
        blocks = tuple(blocks)
        if blocks == self.blocks:
            return self
        part = object.__new__(type(self))
        object.__setattr__(part, "blocks", tidied(blocks))
        return part

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def people(self) -> set[str]:
        """The ids of the people in it whose names are not known yet."""
        return {
            node.user_id
            for block in self.blocks
            for run in runs_of(block)
            for node in run
            if isinstance(node, Person) and not node.name
        }

    def with_names(self, names: Mapping[str, str]) -> Self:
        """Return it with names by user id; a person without one keeps the id."""
        if not self.people & names.keys():
            return self

        def named(node: Inline) -> Inline:
            if isinstance(node, Person) and not node.name:
                return replace(node, name=names.get(node.user_id, ""))
            return node

        blocks = (with_runs(it, [each(run, named) for run in runs_of(it)]) for it in self.blocks)
        return type(self)(tuple(blocks))

    def to_json(self) -> list[Any]:
        """Return JSON that `from_json` reads."""
        return stored.written(self.blocks)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` returned; nodes of an unknown kind are read as their text."""
        return cls(tuple(stored.read(data)))


@dataclass(slots=True)
class Joined:
    """Collects documents that come one after another.

    They are joined once, when the whole is asked for, so each one costs the same.
    """

    _blocks: list[Block] = field(default_factory=list)
    _is_safe: bool = True
    _whole: Document | None = None

    def add(self, document: Document) -> None:
        """Put a document at the end; the door looks only at the blocks that meet."""
        if self._blocks and document.blocks:
            seam = (self._blocks[-1], document.blocks[0])
            self._is_safe = self._is_safe and safe(seam) == seam
        self._whole = None if self._blocks else document
        self._blocks += document.blocks

    def __bool__(self) -> bool:
        return bool(self._blocks)

    @property
    def document(self) -> Document:
        """All documents so far, as one."""
        if self._whole is None:
            blocks = tuple(self._blocks)
            self._whole = Document().part(blocks) if self._is_safe else Document(blocks)
            self._blocks, self._is_safe = list(self._whole.blocks), True
        return self._whole
