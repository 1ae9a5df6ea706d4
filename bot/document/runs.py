"""The runs of a block: the words that stand together in it, a run for each item and cell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from operator import is_

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
    Person,
    Plan,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    TimeForm,
)


def runs_of(block: Block) -> list[Inlines]:
    """Return the runs of a block, in the order in which they are read."""
    match block:
        case Paragraph() | Small() | Quote():
            return [block.content]
        case Heading() | Code():
            return [(Text(block.text),)]
        case Listing():
            return [item.content for item in block.items]
        case Table():
            return [*block.header, *(cell for row in block.rows for cell in row)]
        case Plan(title=title, tasks=tasks):
            return [(Text(text),) for text in (title, *(task.text for task in tasks))]
        case Rule() | Break():
            return []


def changed(block: Block, change: Callable[[Inlines], Inlines]) -> Block:
    """Return the block with each of its runs changed: itself where every run stays the same."""
    before = runs_of(block)
    after = list(map(change, before))
    return block if all(map(is_, before, after)) else with_runs(block, after)


def each(run: Inlines, change: Callable[[Inline], Inline]) -> Inlines:
    """Return the run with each of its nodes changed: itself where every node stays the same."""
    nodes = tuple(map(change, run))
    return run if all(map(is_, run, nodes)) else nodes


def with_runs(block: Block, runs: Sequence[Inlines]) -> Block:
    """Return the block with other runs, as many as `runs_of` gives."""
    match block:
        case Heading() | Code():
            return replace(block, text="".join(map(shown, runs[0])))
        case Listing():
            items = zip(block.items, runs, strict=True)
            return replace(block, items=tuple(replace(item, content=run) for item, run in items))
        case Table():
            cells = iter(runs)
            header = tuple(next(cells) for _ in block.header)
            rows = tuple(tuple(next(cells) for _ in row) for row in block.rows)
            return Table(header, rows)
        case Plan(tasks=tasks):
            title, *lines = ("".join(map(shown, run)) for run in runs)
            both = zip(tasks, lines, strict=True)
            return Plan(title, tuple(replace(task, text=line) for task, line in both))
        case Rule() | Break():
            return block
    return replace(block, content=tuple(runs[0]))


def characters_in(block: Block) -> int:
    """Count what a person reads of a block, addresses behind words aside."""
    return sum(len(shown(node)) for run in runs_of(block) for node in run)


def shown(node: Inline) -> str:
    """Return what a person reads of a node; a time in UTC, for no zone is known here."""
    match node:
        case Text():
            return node.text
        case Link():
            return node.text or node.url
        case Person():
            return "@" + (node.name or node.user_id)
    when = node.when.astimezone(UTC)
    return f"{when:%H:%M} UTC" if node.form is TimeForm.CLOCK else f"{when:%Y-%m-%d %H:%M} UTC"
