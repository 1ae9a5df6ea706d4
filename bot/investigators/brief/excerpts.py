"""Cuts out of a message the stretch that shows the point."""

import re
from collections.abc import Sequence

from bot.document.values import Inlines, Text
from bot.investigators.brief.reading import Entry

_SPACE_AROUND = 12
"""How far a cut may move to end at a word."""
_FENCE = "```"
_CODE = re.compile(r"(?<![\w`])(`{1,3})\s*([^`]*[^`\s])\s*(?:\1(?!`)|(?=…\Z))")


def excerpt_around(entry: Entry, places: Sequence[int], limit: int) -> str:
    """Return about `limit` characters, defanged, with as many of `places` as one cut can show.

    A text that is short enough is shown whole, one without places from its beginning; of pasted
    code only the line with the first place is shown.
    """
    if len(entry.excerpt) <= limit:
        return entry.excerpt
    line = _line_of_code(entry.text, min(places, default=0))
    if line:
        return _cut(entry, *line, sorted(places), limit, mark="`")
    return _cut(entry, 0, len(entry.text), sorted(places), limit)


def with_code(excerpt: str) -> Inlines:
    """Return an excerpt with what stands between backticks as code."""
    pieces = _CODE.split(excerpt)
    nodes = [
        Text(piece, code=number % 3 == 2)
        for number, piece in enumerate(pieces)
        if piece and number % 3 != 1
    ]
    return tuple(nodes)


def _line_of_code(text: str, place: int) -> tuple[int, int] | None:
    """Return where the line of a pasted block begins and ends that holds a place."""
    if text.count(_FENCE, 0, place) % 2 == 0:
        return None
    begin = max(text.rfind("\n", 0, place) + 1, text.rfind(_FENCE, 0, place) + len(_FENCE))
    ends = (text.find("\n", place), text.find(_FENCE, place), len(text))
    return begin, min(end for end in ends if end >= 0)


def _cut(
    entry: Entry, begin: int, end: int, places: Sequence[int], limit: int, mark: str = ""
) -> str:
    """Show at most `limit` characters of a stretch, where most of the places are."""
    held = [place - begin for place in places if begin <= place < end]
    start = begin + _best_start(held, limit, end - begin)
    stop = min(end, start + limit)
    start, stop = _at_words(entry.text, start, stop, begin, end)
    before, after = "…" * (start > 0), "…" * (stop < len(entry.text))
    return f"{before}{mark}{entry.shown(start, stop)}{mark}{after}"


def _best_start(places: Sequence[int], limit: int, length: int) -> int:
    """Choose the cut that holds most places, the first of them a third into it."""
    if not places or places[-1] < limit * 2 // 3:
        return 0
    held = [sum(place <= other < place + limit * 2 // 3 for other in places) for place in places]
    first = places[held.index(max(held))]
    return max(0, min(first - limit // 3, length - limit))


def _at_words(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Move both ends of a cut to a word's, unless they are those of the stretch."""
    if start > first:
        space = re.search(r"\s", text[start : start + _SPACE_AROUND])
        start += space.end() if space else 0
    if end < last:
        space = re.search(r"\s\S*\Z", text[max(start, end - _SPACE_AROUND) : end])
        end -= len(space[0]) if space else 0
    return start, end
