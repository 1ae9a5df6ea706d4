"""Cuts lists so that the numbers go on where they were."""

from collections.abc import Iterator
from dataclasses import replace

from bot.document.nodes import Block, Inlines, Item, Listing, Paragraph
from bot.slack.elements import elements_of, size_of

_LEVEL = 110
"""Characters that Slack's list takes beside its items, as sent; each level is one."""
_ITEM = 50


def cut_listing(listing: Listing, room: int) -> tuple[Listing | None, list[Block]]:
    """Return as many items as fit in `room` characters as sent, and the lists of the others."""
    taken, size = 0, 0
    level = -1
    for item in listing.items:
        size += size_of_item(item) + (_LEVEL if item.level != level else 0)
        if size > room:
            break
        taken, level = taken + 1, item.level
    if not taken:
        return None, [listing]
    return replace(listing, items=listing.items[:taken]), list(after(listing, taken))


def size_of_item(item: Item) -> int:
    """Count the characters of an item as sent."""
    return _ITEM + size_of(elements_of(item.content))


def after(listing: Listing, taken: int) -> Iterator[Block]:
    """Return what is left of a list without its first items, each item with its number."""
    items, numbers = listing.items[taken:], listing.numbers[taken:]
    begin = 0
    for place in range(1, len(items) + 1):
        is_end = place == len(items)
        if is_end or (listing.is_ordered and items[place].level < items[begin].level):
            yield replace(listing, items=items[begin:place], start=numbers[begin])
            begin = place


def with_first_cut(listing: Listing, begin: Inlines, rest: Inlines) -> tuple[Block, list[Block]]:
    """Return a list of the beginning of the first item alone, and the rest behind it."""
    first = replace(listing.items[0], content=begin)
    return replace(listing, items=(first,)), [Paragraph(rest), *after(listing, 1)]
