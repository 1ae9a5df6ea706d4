"""The words that a post shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot import words
from simulator import Message


def notice_with(line: str) -> str:
    """Return the text of a notice under which the first turn's progress stands."""
    return f"{words.STARTING}\n\n{line}"


def is_answer(message: Message) -> bool:
    """Whether a post is an answer, or a part of one."""
    return (message.metadata or {}).get("event_type") == "burrow_answer"


def words_in(message: Message) -> str:
    """Return the text of a post's blocks, without its buttons."""
    return "".join(text for block in message.blocks for text in _texts(block))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for name in ("text", "elements", "rows"):
            yield from _texts(node.get(name))
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _texts(part)
