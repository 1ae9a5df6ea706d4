"""Takes a long text apart, so that a place in it can be found and shown."""

from collections.abc import Iterator

PIECE = 4_000
"""Characters, about forty lines of a log."""
_ENDS = ("\n", " ", ",", '"')
"""Where a piece may end, the best first; elsewhere something may be cut."""


def pieces_of(text: str) -> Iterator[str]:
    """Yield the text in pieces of at most `PIECE` characters, none of them blank."""
    start = 0
    while start < len(text):
        end = start + PIECE
        if end < len(text):
            end = _good_end(text, start, end)
        if (piece := text[start:end]).strip():
            yield piece
        start = end


def _good_end(text: str, start: int, end: int) -> int:
    for sign in _ENDS:
        place = text.rfind(sign, start + PIECE // 2, end)
        if place >= 0:
            return place + 1
    return end
