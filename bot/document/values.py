"""A document: what is said to people, as values that are safe to show."""

from collections.abc import Iterable
from dataclasses import dataclass
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
    """What is said, block by block.

    Whatever it is made of, it holds no secret, no character that hides or turns text, no link
    that names another host than it leads to, no empty block; rows are as long as their header.
    """

    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", safe(self.blocks))

    def __add__(self, other: Self) -> Self:
        """Join two documents; only where they meet there is something new to look at."""
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

    def to_json(self) -> list[Any]:
        """Return JSON that `from_json` reads."""
        return stored.written(self.blocks)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` returned; nodes of an unknown kind are read as their text."""
        return cls(tuple(stored.read(data)))
