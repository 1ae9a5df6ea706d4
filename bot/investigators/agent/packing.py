"""A conversation as text: base64 of compressed JSON."""

import base64
import zlib
from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter

_MOST_UNPACKED = 32 * 1024 * 1024


def packed(messages: Sequence[ModelMessage]) -> str:
    """Write messages as base64 of compressed JSON."""
    return base64.b64encode(
        zlib.compress(ModelMessagesTypeAdapter.dump_json(list(messages)))
    ).decode()


def unpacked(text: str) -> list[ModelMessage]:
    """Read them back; raises `ValueError` or `zlib.error` for what is not ours."""
    if not text:
        return []
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(base64.b64decode(text, validate=True), _MOST_UNPACKED)
    if unpacking.unconsumed_tail:
        raise ValueError("the history is larger than anything that is ever written")
    return ModelMessagesTypeAdapter.validate_json(data)
