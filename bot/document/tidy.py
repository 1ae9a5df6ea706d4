"""Brings a block into its one form: nothing empty in it, equal words joined, full rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Plan,
    Quote,
    Rule,
    Small,
    Table,
    Text,
)
from bot.document.runs import shown

NOTHING = "–"
"""Stands where an item or a cell must be and holds no words."""
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_DEEPEST = 8


def tidied(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks in their one form, without empty ones."""
    return tuple(block for block in map(tidy, blocks) if block is not None)


def tidy(block: Block) -> Block | None:
    """Return the block in its one form, or None if there is nothing in it."""
    match block:
        case Paragraph() | Small() | Quote():
            return _tidy_words(block)
        case Rule() | Break():
            return block
        case Heading(text=text, level=level):
            line = " ".join(text.split())
            return Heading(line, min(max(level, 1), 6)) if line else None
        case Code(text=text, language=language):
            known = language if _LANGUAGE.fullmatch(language) else ""
            return Code(text.strip("\n"), known) if text.strip() else None
        case Table():
            return _tidy_table(block)
        case Listing():
            return _tidy_listing(block)
        case Plan():
            return _tidy_plan(block)


def _tidy_words(block: Paragraph | Small | Quote) -> Block | None:
    content = _joined(block.content)
    if not _has_words(content):
        return None
    return block if content == block.content else replace(block, content=content)


def _tidy_listing(listing: Listing) -> Listing | None:
    """Keep the numbers of an ordered list, empty items and all."""
    items = []
    for item in listing.items:
        content = _joined(item.content)
        if not _has_words(content) and listing.is_ordered:
            content = (Text(NOTHING),)
        if _has_words(content):
            items.append(replace(item, content=content, level=min(max(item.level, 0), _DEEPEST)))
    start = max(listing.start, 0) if listing.is_ordered else 1
    return replace(listing, items=tuple(items), start=start) if items else None


def _tidy_plan(plan: Plan) -> Plan | None:
    """Keep each title on one line; what has no words is left out."""
    lines = [(task, " ".join(task.text.split())) for task in plan.tasks]
    tasks = tuple(replace(task, text=line) for task, line in lines if line)
    return Plan(" ".join(plan.title.split()) or NOTHING, tasks) if tasks else None


def _tidy_table(table: Table) -> Table | None:
    width = max(len(row) for row in (table.header, *table.rows))
    header, *rows = (
        tuple(_cell(row[number]) if number < len(row) else () for number in range(width))
        for row in (table.header, *table.rows)
    )
    full = tuple(row for row in rows if any(row))
    return Table(header, full) if any(header) or full else None


def _cell(content: Inlines) -> Inlines:
    joined = _joined(content)
    return joined if _has_words(joined) else ()


def _has_words(content: Inlines) -> bool:
    return any(shown(node).strip() for node in content)


def _joined(content: Sequence[Inline]) -> Inlines:
    """Join neighbouring words that look the same, and leave out empty ones."""
    if len(content) == 1 and shown(content[0]):
        return tuple(content)
    nodes: list[Inline] = []
    for node in content:
        before = nodes[-1] if nodes else None
        if isinstance(node, Text) and isinstance(before, Text) and _look_alike(before, node):
            nodes[-1] = replace(node, text=before.text + node.text)
        elif shown(node):
            nodes.append(node)
    return tuple(nodes)


def _look_alike(before: Text, after: Text) -> bool:
    return replace(before, text=after.text) == after
