"""Fills sentences with nodes: `{when}` in a sentence becomes a time, `{who}` a name in bold."""

import re
from collections.abc import Sequence

from bot.document.nodes import Inline, Inlines, Text

Piece = str | Inline | Inlines
_PLACE = re.compile(r"\{(\w+)\}")


def filled(template: str, **pieces: Piece) -> Inlines:
    """Return a sentence with its places filled; raises `KeyError` for one that is not given."""
    nodes: list[Inline] = []
    for number, part in enumerate(_PLACE.split(template)):
        nodes += as_inlines(pieces[part] if number % 2 else part)
    return tuple(nodes)


def as_inlines(piece: Piece) -> Inlines:
    """Return words, a node or a run as a run."""
    if isinstance(piece, str):
        return (Text(piece),) if piece else ()
    return piece if isinstance(piece, tuple) else (piece,)


def listed(pieces: Sequence[Piece], limit: int = 3, last: str = "and") -> Inlines:
    """Return `a, b and c`, or `a, b and 14 more`."""
    left = len(pieces) - limit
    shown = [*pieces[:limit], *([f"{left} more"] if left > 0 else [])]
    nodes: list[Inline] = []
    for number, piece in enumerate(shown):
        if number:
            nodes.append(Text(f" {last} " if number == len(shown) - 1 else ", "))
        nodes += as_inlines(piece)
    return tuple(nodes)
