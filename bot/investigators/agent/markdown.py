"""Writes a document as Markdown."""

import re
from collections.abc import Iterator

from bot.document.values import (
    Block,
    Document,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Small,
    Text,
)

_MARKUP = re.compile(r"([\\`*_~\[\]<>&#|])")


def markdown_of(document: Document) -> str:
    """Return a document's Markdown; knows the blocks that the agent writes."""
    return "\n\n".join(_block(block) for block in document.blocks)


def _block(block: Block) -> str:
    match block:
        case Heading(text=text):
            return f"**{_escaped(text)}**"
        case Paragraph(content=content):
            return _inlines(content)
        case Small(content=content):
            return f"_{_inlines(content)}_"
        case Listing():
            return "\n".join(_items(block))
    raise TypeError(f"the agent writes no {type(block).__name__}")


def _items(listing: Listing) -> Iterator[str]:
    for item in listing.items:
        yield f"{'  ' * item.level}- {_inlines(item.content)}"


def _inlines(content: Inlines) -> str:
    return "".join(_inline(it) for it in content)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text=text, code=True):
            return f"`{text.replace('`', '')}`"
        case Text(text=text, italic=True):
            return f"_{_escaped(text)}_"
        case Text(text=text):
            return _escaped(text)
        case Link(url=url, text=text):
            return f"[{_escaped(text or url)}]({url})"
    return ""


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
