"""Cuts a block that is too long for a post: between its nodes, inside words and code.

Never inside a link, a time, a row of a table (its header is repeated), or a piece of inline code
that fits a post alone.
"""

from bisect import bisect_right
from dataclasses import replace

from bot.document.nodes import (
    Block,
    Code,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Quote,
    Small,
    Table,
    Text,
)
from bot.document.runs import shown
from bot.slack.elements import element_of, size_of
from bot.slack.lists import cut_listing, with_first_cut
from bot.slack.tables import cut_table

FRAME = 140
"""Characters that a block takes beside its elements, as sent."""
_ENDS = ("\n\n", "\n", ". ", " ")


def cut(block: Block, room: int, full: int) -> tuple[Block | None, list[Block]]:
    """Return the beginning of a block, of at most `room` characters as sent, and the rest.

    There is no beginning if nothing fits that may not be cut; there is one if `room` is all that
    a post has (`full`).
    """
    inside = room - FRAME
    match block:
        case Table():
            return cut_table(block, inside)
        case Listing():
            return _cut_listing(block, inside, full - FRAME)
        case Code(text=text):
            begin, after = _cut_lines(text, inside, may_break=room >= full)
            return (replace(block, text=begin) if begin else None), [replace(block, text=after)]
        case Paragraph(content=content) | Quote(content=content) | Small(content=content):
            head, tail = _cut_run(content, inside, full - FRAME)
            return (replace(block, content=head) if head else None), [replace(block, content=tail)]
    return None, [block]


def _cut_listing(listing: Listing, room: int, full: int) -> tuple[Block | None, list[Block]]:
    """Cut between items; an item that no post can hold is cut and goes on as a paragraph."""
    begin, rest = cut_listing(listing, room)
    if begin is None and room >= full:
        head, tail = _cut_run(listing.items[0].content, room - FRAME, full)
        return with_first_cut(listing, head, tail)
    return begin, rest


def _cut_lines(text: str, room: int, *, may_break: bool) -> tuple[str, str]:
    """Cut code at the end of a line, or inside one if no post can hold it."""
    length = _fitting(text, room)
    end = text.rfind("\n", 0, length + 1)
    if end > 0:
        return text[:end], text[end + 1 :]
    return (text[:length], text[length:]) if may_break else ("", text)


def _cut_run(content: Inlines, room: int, full: int) -> tuple[Inlines, Inlines]:
    """Cut between nodes, or in words; other nodes only if no post can hold them."""
    taken: list[Inline] = []
    for number, node in enumerate(content):
        size = size_of(element_of(node)) + 2
        if size <= room:
            taken.append(node)
            room -= size
            continue
        if isinstance(node, Text) and (not node.code or size > full):
            begin, rest = _cut_text(node, room)
            if shown(begin).strip() or not taken:
                return (*taken, begin), (rest, *content[number + 1 :])
        return tuple(taken), content[number:]
    return tuple(taken), ()


def _cut_text(node: Text, room: int) -> tuple[Text, Text]:
    """Cut words where a paragraph, a line, a sentence or a word ends in the second half."""
    length = _fitting(node.text, room - size_of(element_of(replace(node, text="x"))))
    window = node.text[:length]
    ends = (window.rfind(end) + len(end) for end in _ENDS)
    place = next((end for end in ends if end > length // 2), length)
    begin, rest = node.text[:place], node.text[place:]
    return replace(node, text=begin.rstrip("\n")), replace(node, text=rest.lstrip("\n"))


def _fitting(text: str, room: int) -> int:
    """Return how many characters of a text take at most `room` as sent."""
    window = text[: max(room, 0)]
    return bisect_right(range(len(window)), room, key=lambda end: size_of(window[: end + 1]) - 2)
