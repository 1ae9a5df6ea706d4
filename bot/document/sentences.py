"""Makes documents of the bot's own sentences, which stand in `bot.words`."""

import re
from collections.abc import Iterator

from bot.document.nodes import Block, Inline, Inlines, Item, Listing, Paragraph, Text
from bot.document.slack_markup import nodes_in
from bot.document.values import Document

_CODE = re.compile(r"`([^`\n]+)`")
_BULLET = "• "


def sentence(text: str) -> Document:
    """Return the document of a sentence of our own, or several.

    Backquotes mark code, a line that begins with a bullet is an item of a list, and Slack's own
    markup names people. Nothing else is markup: names and numbers are shown as they are.
    """
    return Document(tuple(_blocks(text)))


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    items: list[Item] = []
    for line in text.split("\n"):
        if line.startswith(_BULLET):
            items.append(Item(_words(line.removeprefix(_BULLET))))
            continue
        if items:
            yield from _paragraph(lines)
            yield Listing(tuple(items))
            lines, items = [], []
        lines.append(line)
    yield from _paragraph(lines)
    if items:
        yield Listing(tuple(items))


def _paragraph(lines: list[str]) -> Iterator[Block]:
    if text := "\n".join(lines).strip("\n"):
        yield Paragraph(_words(text))


def _words(text: str) -> Inlines:
    nodes: list[Inline] = []
    for number, piece in enumerate(_CODE.split(text)):
        nodes += (Text(piece, code=True),) if number % 2 else nodes_in(piece, Text(""))
    return tuple(nodes)
