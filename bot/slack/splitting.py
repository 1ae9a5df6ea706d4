"""Cuts what is too long for Slack into pieces that each make sense alone.

Limits: https://docs.slack.dev/reference/block-kit/blocks (section 3,000 characters and 10 fields
of 2,000, header 150, context 10 elements) and the markdown block's 12,000 in all.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.mrkdwn import clip
from bot.slack.text import raw_text, readable

MAX_CHARACTERS = 11_000
_SECTION = 3_000
_FIELD = 2_000
_FIELDS = 10
_HEADER = 150
_ELEMENTS = 10
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_LONGEST_INFO = 40
_ROOM = 100
"""For closing a code fence at the end of a piece and opening it again in the next."""

Block = dict[str, Any]


def markdown_pieces(text: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """Cut Markdown at paragraphs, else at lines, words, anywhere; code stays code.

    A fence that a cut would leave open is closed and opened again.
    """
    pieces, rest = [], text
    while len(rest) > limit:
        cut = _cut(rest, limit - _ROOM)
        piece, rest = rest[:cut], rest[cut:].lstrip("\n")
        if fence := _open_fence(piece):
            marker, info = fence
            piece = f"{piece.rstrip()}\n{marker}"
            rest = f"{marker}{info}\n{rest}"
        pieces.append(piece)
    return [*pieces, rest] if rest.strip() else pieces


def mrkdwn_pieces(text: str, limit: int) -> list[str]:
    """Cut mrkdwn likewise; in it, three backquotes anywhere begin and end code."""
    pieces, rest = [], text
    while len(rest) > limit:
        cut = _cut(rest, limit - _ROOM)
        piece, rest = rest[:cut], rest[cut:].lstrip("\n")
        if piece.count("```") % 2:
            piece, rest = piece + "```", "```" + rest
        pieces.append(piece)
    return [*pieces, rest] if rest.strip() else pieces


def fitting(block: Block) -> list[Block]:
    """Return the block, or several that say the same and that Slack does not refuse as too big."""
    match block.get("type"):
        case "markdown":
            return [block | {"text": one} for one in markdown_pieces(str(block.get("text", "")))]
        case "section":
            return _sections(block)
        case "header":
            return [block | {"text": _clipped(block.get("text"), _HEADER)}]
        case "context":
            elements = [_clipped(one, _SECTION) for one in block.get("elements") or ()]
            return [block | {"elements": some} for some in _some(elements, _ELEMENTS)]
    if len(json.dumps(block, ensure_ascii=False)) <= MAX_CHARACTERS:
        return [block]
    return [
        {"type": "markdown", "text": piece}
        for piece in markdown_pieces(readable(raw_text({"blocks": [block]}), {}))
    ]


def _sections(block: Block) -> list[Block]:
    """Split a long text and many fields; what stands beside the text stays with its beginning."""
    text, fields = block.get("text"), [_clipped(one, _FIELD) for one in block.get("fields") or ()]
    many = list(_some(fields, _FIELDS))
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        return [block | {"fields": some} for some in many] or [block]
    first, *others = mrkdwn_pieces(text["text"], _SECTION) or [text["text"]]
    beginning = block | {"text": text | {"text": first}} | ({"fields": many[0]} if many else {})
    return [
        beginning,
        *({"type": "section", "text": text | {"text": one}} for one in others),
        *({"type": "section", "fields": some} for some in many[1:]),
    ]


def _cut(text: str, limit: int) -> int:
    """Choose where to cut, in the second half if that can be."""
    window = text[:limit]
    for end in ("\n\n", "\n", " "):
        if (cut := window.rfind(end)) > limit // 2:
            return cut + (end == " ")
    return limit


def _open_fence(text: str) -> tuple[str, str] | None:
    """Return marker and language of the code fence that is open at the end of `text`.

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


def _clipped(part: Any, limit: int) -> Any:
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return part | {"text": clip(part["text"], limit)}
    return part


def _some(items: Sequence[Any], count: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), count):
        yield list(items[start : start + count])
