"""Turns a tool's result into the text that the model sees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_ai.messages import BinaryContent, ToolReturn
from pydantic_core import to_json

from bot.investigators.agent.clean import shown

MOST_CHARACTERS = 8_000
_HEAD = 2_000
_TAIL = 6_000
_LINE_END_WITHIN = 500
_LARGEST_RAW = 200_000
IMAGE_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
_LARGEST_IMAGE = 8 * 2**20
NOTHING_FOUND = "(worked, found nothing for these arguments)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The text of a result, and whether its middle was left out."""

    text: str
    is_cut: bool = False
    is_empty: bool = False
    images: tuple[BinaryContent, ...] = ()
    """What it shows; the text has a line for each."""


def result_of(value: Any) -> Result:
    """Read what a tool returned: without secrets, cut to `MOST_CHARACTERS`, never empty.

    Cut before secrets are looked for, generously, so that a flood costs no time; then again.
    """
    images = tuple(_images(value))
    raw = _text(value).strip()
    if raw in {"", "[]", "{}", "null", '""'}:
        return Result(text=NOTHING_FOUND, is_empty=True)
    total = len(raw)
    if total > _LARGEST_RAW:
        raw = raw[: _LARGEST_RAW // 2] + "\n" + raw[-_LARGEST_RAW // 2 :]
    text = shown(raw)
    if len(text) <= MOST_CHARACTERS:
        return Result(text=text, is_cut=total > _LARGEST_RAW, images=images)
    return Result(text=_cut(text, max(total, len(text))), is_cut=True, images=images)


def _cut(text: str, total: int) -> str:
    """Keep head and tail, at line ends where some are near, and say so in between."""
    head, tail = text[:_HEAD], text[-_TAIL:]
    if (end := head.rfind("\n")) >= _HEAD - _LINE_END_WITHIN:
        head = head[:end]
    if 0 <= (start := tail.find("\n")) <= _LINE_END_WITHIN:
        tail = tail[start + 1 :]
    return f"{head}\n[… cut: {MOST_CHARACTERS:,} of {total:,} characters are shown …]\n{tail}"


def _text(value: Any) -> str:
    """Render what tools return as text; what is no text becomes one line about it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case ToolReturn():
            parts = [_text(value.return_value), _text(value.content)]
            return "\n".join(part for part in parts if part)
        case BinaryContent():
            return f"({value.media_type}, {_size(len(value.data))}, not shown)"
        case bytes() | bytearray():
            return f"(binary, {_size(len(value))}, not shown)"
        case list() | tuple() if any(_is_binary(item) for item in value):
            return "\n".join(_text(item) for item in value)
    if isinstance(value, Mapping | Sequence | BaseModel | bool | int | float):
        return to_json(value, indent=1, fallback=str, inf_nan_mode="constants").decode()
    return to_json(value, fallback=str, inf_nan_mode="constants").decode()


def _images(value: Any) -> Iterator[BinaryContent]:
    """Find the images among what a tool returned."""
    match value:
        case BinaryContent() if value.media_type in IMAGE_TYPES:
            if len(value.data) <= _LARGEST_IMAGE:
                yield value
        case ToolReturn():
            yield from _images(value.return_value)
            yield from _images(value.content)
        case list() | tuple():
            for item in value:
                yield from _images(item)


def _is_binary(value: Any) -> bool:
    return isinstance(value, BinaryContent | bytes | bytearray)


def _size(count: int) -> str:
    return f"{count // 1000} kB" if count >= 1000 else f"{count} bytes"
