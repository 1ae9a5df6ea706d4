"""A document as plain text, complete: for notifications, terminals and records."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise

from bot import words
from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Plan,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
)
from bot.document.runs import shown
from bot.document.tidy import NOTHING
from bot.document.values import Document

_RULE = "———"


def plain_text(document: Document, *, with_times_links: bool = True) -> str:
    """Return all that a document says; a link's address follows its words in brackets."""
    pieces: list[str] = []
    blocks = (block for block in document.blocks if not isinstance(block, Break))
    for before, block in pairwise((None, *blocks)):
        if before is not None:
            pieces.append("\n" if _are_close(before, block) else "\n\n")
        pieces.append(text_of_block(block, with_times_links=with_times_links) if block else "")
    return "".join(pieces)


def text_of_block(block: Block, *, with_times_links: bool = True) -> str:
    """Return all that one block says."""
    return "\n".join(_lines(block, with_times_links))


def _are_close(before: Block, block: Block | None) -> bool:
    return isinstance(block, Listing) and isinstance(before, Listing)


def line_of(content: Inlines, *, with_times_links: bool = True) -> str:
    """Return the words of one run."""
    return "".join(_said(node, with_times_links) for node in content)


def _said(node: Inline, with_times_links: bool) -> str:
    match node:
        case Text(text=text):
            return text
        case Link(url=url, text=text) if text:
            return f"{text} ({url})"
        case Time(url=url) if url and with_times_links:
            return f"{shown(node)} ({url})"
    return shown(node)


def _lines(block: Block, with_times_links: bool) -> Iterator[str]:
    line = partial(line_of, with_times_links=with_times_links)
    match block:
        case Paragraph(content=content) | Small(content=content):
            yield line(content)
        case Heading(text=text) | Code(text=text):
            yield text
        case Break():
            return
        case Rule():
            yield _RULE
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                yield _row(map(line, row))
        case Listing():
            for item, number in zip(block.items, block.numbers, strict=True):
                mark = f"{number}." if block.is_ordered else "•"
                indent = "   " * item.level
                yield f"{indent}{mark} " + line(item.content).replace("\n", f"\n{indent}   ")
        case Plan():
            yield from plan_lines(block)
        case Quote(content=content):
            yield from (f"> {part}" for part in line(content).split("\n"))


def _row(cells: Iterable[str]) -> str:
    return " | ".join(" ".join(cell.split()) or NOTHING for cell in cells)


def as_paragraph(block: Block) -> Block:
    """Return a plan as a paragraph, any other block as it is."""
    if not isinstance(block, Plan):
        return block
    return Paragraph((Text("\n".join(plan_lines(block))),))


def plan_lines(plan: Plan) -> list[str]:
    """Return the title, and a line for each item."""
    return [plan.title, *(words.plan_item(task.state, task.text) for task in plan.tasks)]
