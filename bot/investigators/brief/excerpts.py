"""Cuts out of a message the stretch that shows the point."""

import re
from collections.abc import Sequence

from bot.investigators.brief.reading import Entry

_SPACE_AROUND = 12
"""How far a cut may move to end at a word."""


def excerpt_around(entry: Entry, places: Sequence[int], limit: int) -> str:
    """Return about `limit` characters, defanged, with as many of `places` as one cut can show.

    A text that is short enough is shown whole, one without places from its beginning.
    """
    text = entry.text
    if len(entry.excerpt) <= limit:
        return entry.excerpt
    start = _best_start(sorted(places), limit, len(text))
    end = min(len(text), start + limit)
    start, end = _at_words(text, start, end)
    shown = entry.shown(start, end)
    return f"{'…' if start > 0 else ''}{shown}{'…' if end < len(text) else ''}"


def _best_start(places: Sequence[int], limit: int, length: int) -> int:
    """Choose the cut that holds most places, the first of them a third into it."""
    if not places or places[-1] < limit * 2 // 3:
        return 0
    held = [sum(place <= other < place + limit * 2 // 3 for other in places) for place in places]
    first = places[held.index(max(held))]
    return max(0, min(first - limit // 3, length - limit))


def _at_words(text: str, start: int, end: int) -> tuple[int, int]:
    if start > 0:
        space = re.search(r"\s", text[start : start + _SPACE_AROUND])
        start += space.end() if space else 0
    if end < len(text):
        space = re.search(r"\s\S*\Z", text[max(start, end - _SPACE_AROUND) : end])
        end -= len(space[0]) if space else 0
    return start, end
