"""A document as Markdown, complete: for files."""

import re
from collections.abc import Iterable, Iterator

from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Plan,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
)
from bot.document.plain import plan_lines
from bot.document.runs import shown
from bot.document.values import Document

_MARKS = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)")
_LINE_MARKS = re.compile(r"^(\s*)(#{1,6}|[>+-]|\d+[.)])(?=\s|$)", re.MULTILINE)
_TICKS = re.compile("`+")


def markdown_of(document: Document) -> str:
    """Return Markdown (CommonMark with tables) that says all that a document says."""
    blocks = ("\n".join(_lines(block)) for block in document.blocks)
    return "\n\n".join(text for text in blocks if text)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text, level=level):
            yield f"{'#' * level} {_escaped(text)}"
        case Code(text=text, language=language):
            fence = _fence(text, 3)
            yield f"{fence}{language}\n{text}\n{fence}"
        case Table():
            yield from _rows(block)
        case Listing():
            for item, number in zip(block.items, block.numbers, strict=True):
                mark = f"{number}." if block.is_ordered else "-"
                indent = "   " * item.level
                yield f"{indent}{mark} " + _run(item.content).replace("\n", f"\n{indent}   ")
        case Plan():
            yield "\\\n".join(map(_escaped, plan_lines(block)))
        case Quote(content=content):
            yield from (f"> {line}" for line in _run(content).split("\n"))
        case Rule():
            yield "---"
        case Break():
            return
        case Small(content=content):
            yield _run(content)
        case _:
            yield _LINE_MARKS.sub(r"\1\\\2", _run(block.content))


def _rows(table: Table) -> Iterator[str]:
    yield _row(table.header)
    yield _row_of("---" for _ in table.header)
    yield from map(_row, table.rows)


def _row(cells: Iterable[Inlines]) -> str:
    return _row_of(" ".join(_run(cell).split()).replace("|", "\\|") for cell in cells)


def _row_of(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _run(content: Inlines) -> str:
    return "".join(map(_said, content))


def _said(node: Inline) -> str:
    match node:
        case Text(text=text, code=True):
            ticks = _fence(text, 1)
            return f"{ticks}{text}{ticks}"
        case Text(text=text, bold=True) if text.strip() == text:
            return f"**{_escaped(text)}**"
        case Link(url=url, text=text) if text:
            return f"[{_escaped(text)}](<{url}>)"
        case Link(url=url):
            return f"<{url}>"
        case Time(url=url) if url:
            return f"[{_escaped(shown(node))}](<{url}>)"
    return _escaped(shown(node))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)


def _fence(text: str, least: int) -> str:
    """Return more backquotes than stand in a row in `text`."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
