"""Turns the parser's inline nodes into words, links and people."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from markdown_it.tree import SyntaxTreeNode

from bot.document import slack_markup
from bot.document.nodes import Inline, Inlines, Link, Text
from bot.document.runs import shown

_BARE = re.compile(r"(?<![A-Za-z0-9])https?://[^\s<>\"'`]{1,2000}")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
_SENTENCE_ENDS = ".,;:!?*_~"


def inlines(nodes: Iterable[SyntaxTreeNode], look: Text) -> Inlines:
    """Return the words of parsed nodes; `look` says how they look, its words aside."""
    return tuple(node for parsed in nodes for node in _inline(parsed, look))


def _inline(node: SyntaxTreeNode, look: Text) -> Iterator[Inline]:
    match node.type:
        case "text":
            yield from _with_links(node.content, look)
        case "softbreak" | "hardbreak":
            yield replace(look, text="\n")
        case "code_inline":
            yield replace(look, text=node.content, code=True)
        case "strong":
            yield from inlines(node.children, replace(look, bold=True))
        case "em":
            yield from inlines(node.children, replace(look, italic=True))
        case "s":
            yield from inlines(node.children, replace(look, strike=True))
        case "link":
            yield _link(node, look)
        case "image":
            yield Link(str(node.attrs.get("src", "")), _words(node) or node.content, look.bold)
        case slack_markup.TOKEN:
            yield node.meta["node"]
        case _:
            yield from inlines(node.children, look)
            if not node.children:
                yield replace(look, text=node.content)


def _link(node: SyntaxTreeNode, look: Text) -> Link:
    inside = inlines(node.children, look)
    styled = [part for part in inside if isinstance(part, Text)]
    return Link(
        str(node.attrs.get("href", "")),
        "" if node.markup == "autolink" else "".join(map(shown, inside)),
        bold=bool(styled) and all(part.bold for part in styled),
        code=bool(styled) and all(part.code for part in styled),
    )


def _words(node: SyntaxTreeNode) -> str:
    return "".join(map(shown, inlines(node.children, Text(""))))


def _with_links(text: str, look: Text) -> Iterator[Inline]:
    """Make links of the addresses that stand bare in the text."""
    end = 0
    for match in _BARE.finditer(text):
        url = _trimmed(match[0])
        yield replace(look, text=text[end : match.start()])
        yield Link(url, bold=look.bold)
        end = match.start() + len(url)
    yield replace(look, text=text[end:])


def _trimmed(url: str) -> str:
    """Leave off what belongs to the sentence around the address."""
    url = url.rstrip(_SENTENCE_ENDS)
    for opening, closing in _PAIRS:
        while url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1].rstrip(_SENTENCE_ENDS)
    return url
