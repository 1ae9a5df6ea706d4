"""A document: what is said to people, as values that are safe to show."""

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
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)

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
        return type(self)((*self.blocks, *other.blocks))

    def __bool__(self) -> bool:
        return bool(self.blocks)

    def to_json(self) -> list[Any]:
        """Return JSON that `from_json` reads."""
        return stored.written(self.blocks)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` returned; nodes of an unknown kind are read as their text."""
        return cls(tuple(stored.read(data)))
