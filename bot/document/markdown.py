"""Reads Markdown (CommonMark with tables and strikethrough) into a document.

Raw HTML is text. Slack's own markup, which a thread's words may carry, is read too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.document import slack_markup, table_source
from bot.document.inline import inlines
from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Plan,
    Quote,
    Rule,
    Table,
    Text,
)
from bot.document.runs import shown
from bot.document.values import Document

MAX_CHARACTERS = 100_000
"""More than that exceeds ten posts of about 11,000 characters each."""
_DEEPEST = 60
_LOOK = Text("")
_BREAK = Text("\n")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_LONGEST_INFO = 40
_TASK = re.compile(r"\[([ xX])\]\s+")
_MARKUP = r"\\`*_~\[\]<>&|\x00-\x1f\x7f"
_NO_MARKUP = re.compile(rf"[^\W\d_](?:[^{_MARKUP}]*[^{_MARKUP}\s])?")
"""A line that begins with a letter and holds no character that Markdown or Slack reads."""
_ADDRESS = "://"


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    slack_markup.install(markdown)
    return markdown


_MARKDOWN = _parser()


def document_of(text: str) -> Document:
    """Read Markdown; a text that is nested too deep is shown as it was written.

    Takes about 15 ms for 10,000 characters: read more than 20,000 off the loop.
    """
    if _NO_MARKUP.fullmatch(text) and _ADDRESS not in text:
        return Document((Paragraph((Text(text),)),))
    tokens = _MARKDOWN.parse(table_source.mended(text))
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return Document((Code(text),))
    return Document(tuple(_blocks(SyntaxTreeNode(tokens).children)))


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "heading":
                yield _heading(node)
            case "paragraph":
                yield Paragraph(_content(node))
            case "bullet_list" | "ordered_list":
                yield from _listing(node, level=0)
            case "fence" | "code_block":
                yield Code(node.content, node.info.split()[0] if node.info.split() else "")
            case "blockquote":
                yield from _quoted(_blocks(node.children))
            case "hr":
                yield Rule()
            case "table":
                yield _table(node)
            case _:
                yield Paragraph((Text(node.content),))


def _content(node: SyntaxTreeNode, look: Text = _LOOK) -> Inlines:
    """Return the words of a paragraph, a heading or a cell."""
    return tuple(part for inline in node.children for part in inlines(inline.children, look))


def _heading(node: SyntaxTreeNode) -> Block:
    """A heading holds plain words alone. With a link or a person in it, it is a bold paragraph."""
    content = _content(node)
    if all(isinstance(part, Text) for part in content):
        return Heading("".join(map(shown, content)), int(node.tag[1:]))
    return Paragraph(_content(node, replace(_LOOK, bold=True)))


def _table(node: SyntaxTreeNode) -> Table:
    rows = [
        tuple(_content(cell) for cell in row.children)
        for part in node.children
        for row in part.children
    ]
    return Table(rows[0], tuple(rows[1:]))


def _listing(node: SyntaxTreeNode, level: int) -> Iterator[Block]:
    """Return the list, in pieces where something else than words stands in its items."""
    is_ordered = node.type == "ordered_list"
    number = int(node.attrs.get("start", 1))
    items: list[Item] = []
    start = number
    for entry in node.children:
        content, others = _entry(entry, level)
        items.append(Item(content, level))
        number += 1
        for block in others:
            if isinstance(block, Listing) and _fits_in(block, is_ordered, level):
                items += block.items
                continue
            if items:
                yield Listing(tuple(items), is_ordered, start)
            yield block
            items, start = [], number
    if items:
        yield Listing(tuple(items), is_ordered, start)


def _entry(entry: SyntaxTreeNode, level: int) -> tuple[Inlines, list[Block]]:
    """Return the words with which an item begins, and what else stands in it."""
    words: list[Inline] = []
    others: list[Block] = []
    for child in entry.children:
        if child.type == "paragraph" and not others:
            words += [*([_BREAK] if words else []), *_content(child)]
        elif child.type in ("bullet_list", "ordered_list"):
            others += _listing(child, level + 1)
        else:
            others += _blocks([child])
    return _as_task(tuple(words)), others


def _fits_in(nested: Listing, is_ordered: bool, level: int) -> bool:
    return (
        nested.is_ordered == is_ordered
        and nested.items[0].level > level
        and (nested.start == 1 or not is_ordered)
    )


def _as_task(content: Inlines) -> Inlines:
    """Show a task's box as a character."""
    first = content[0] if content else None
    if not (isinstance(first, Text) and (box := _TASK.match(first.text))):
        return content
    mark = "☐ " if box[1] == " " else "☑ "
    return (replace(first, text=mark + first.text[box.end() :]), *content[1:])


def _quoted(blocks: Iterable[Block]) -> Iterator[Block]:
    """Make quotes of blocks: lists in them become lines, code and tables stand between them."""
    content: list[Inline] = []
    for block in blocks:
        if isinstance(block, Code | Table | Rule):
            if content:
                yield Quote(tuple(content))
            yield block
            content = []
            continue
        content += [*([_BREAK] if content else []), *_quotable(block)]
    if content:
        yield Quote(tuple(content))


def _quotable(block: Block) -> Inlines:
    match block:
        case Heading(text=text):
            return (Text(text, bold=True),)
        case Listing():
            lines: list[Inline] = []
            for item, number in zip(block.items, block.numbers, strict=True):
                mark = f"{number}." if block.is_ordered else "•"
                lead = "\n" if lines else ""
                lines += [Text(f"{lead}{'   ' * item.level}{mark} "), *item.content]
            return tuple(lines)
        case Code() | Table() | Plan() | Rule() | Break():
            return ()
    return block.content


def cut_for_posts(text: str, limit: int = MAX_CHARACTERS) -> tuple[str, str]:
    """Return the beginning of a Markdown text that is worth parsing, and what is left.

    It is cut between paragraphs, else between lines or words; code that is cut goes on as code.
    """
    if len(text) <= limit:
        return text, ""
    window = text[:limit]
    ends = (window.rfind(end) + len(end.strip(" ")) for end in ("\n\n", "\n", " "))
    cut = next((end for end in ends if end > limit // 2), limit)
    begin, rest = text[:cut], text[cut:].lstrip("\n")
    if fence := _open_fence(begin):
        marker, info = fence
        begin, rest = f"{begin.rstrip()}\n{marker}", f"{marker}{info}\n{rest}"
    return begin, rest


def _open_fence(text: str) -> tuple[str, str] | None:
    """Return marker and language of the code block that is open at the end of `text`.

    https://spec.commonmark.org/0.31.2/#fenced-code-blocks
    """
    is_open: tuple[str, str] | None = None
    for marker, info in _FENCE.findall(text):
        if is_open is None:
            if not (marker[0] == "`" and "`" in info):
                is_open = (marker, info if len(info) <= _LONGEST_INFO else "")
        elif marker.startswith(is_open[0]) and not info.strip():
            is_open = None
    return is_open
