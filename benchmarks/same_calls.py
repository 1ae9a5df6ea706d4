"""What both sides of a comparison do for a mention in a new thread, call by call.

A notice, one read of the thread, one answer: three Web API calls. Burrow makes them through its
turns; the bare handler makes the same ones by hand, with arguments of the same size.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.investigators.contract import Case, Finding

NOTICE = "Starting a new investigation"
ANSWER = "I have read the whole thread; nothing in it looks wrong. Messages:"
"""Both answers begin with this, and the simulator looks for it."""
CALLS = {"chat.postMessage": 2, "conversations.replies": 1}
"""Web API calls for one mention, once the author is known."""

Investigate = Callable[[Case], AsyncIterator[Finding]]


def investigator() -> Investigate:
    """Make Burrow's half: an investigator that reads the thread once and answers."""
    return _investigate


async def _investigate(case: Case) -> AsyncIterator[Finding]:
    messages = await case.thread.read()
    yield Finding(text=answer(len(messages)))


def answer(messages: int) -> str:
    """Word the answer."""
    return f"{ANSWER} {messages}"


def post_of(text: str, kind: str, thread_ts: str, *, as_blocks: bool) -> dict[str, Any]:
    """Make the arguments of `chat.postMessage` as Burrow sends them, but for the channel."""
    return {
        "thread_ts": thread_ts,
        "text": text,
        "blocks": [{"type": "markdown", "text": text}] if as_blocks else None,
        "metadata": {
            "event_type": f"burrow_{kind}",
            "event_payload": {"key": "0123456789abcdef" * 4, "part": 1, "of": 1},
        },
        "unfurl_links": False,
        "unfurl_media": False,
    }
