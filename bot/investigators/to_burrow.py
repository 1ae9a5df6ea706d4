"""Finds the messages of a thread that speak to Burrow."""

import re
from collections.abc import Callable, Iterable

from bot.document.thread import ThreadMessage

_WHERE_IT_IS_NAMED = 200
"""Characters at the head of a message in which a mention of Burrow makes the message its own."""


def to_burrow(messages: Iterable[ThreadMessage]) -> Callable[[ThreadMessage], bool]:
    """Return what tells whether a message of this thread names Burrow at its head.

    Burrow is known by its own name and by the names under which it posted in the thread.
    """
    names = {"burrow"} | {it.author.lower() for it in messages if it.is_burrow and it.author}
    named = re.compile(rf"@(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)", re.IGNORECASE)
    return lambda message: named.search(message.text[:_WHERE_IT_IS_NAMED]) is not None


def holds_nothing_else(messages: Iterable[ThreadMessage], asks: frozenset[str]) -> bool:
    """Tell whether a thread holds only what was said to Burrow and what it said itself."""
    messages = list(messages)
    speaks_to_burrow = to_burrow(messages)
    return all(
        message.is_burrow
        or message.ts in asks
        or not message.text.strip()
        or speaks_to_burrow(message)
        for message in messages
    ) and not any(file.is_text for it in messages if not it.is_burrow for file in it.files)
