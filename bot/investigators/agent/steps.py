"""Shows what a task is doing while it runs: the newest words win."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bot.investigators.agent import words

TICK_SECONDS = 5.0
"""How often it is told anew how long something has been going on."""


class Latest:
    """The newest words of progress; older ones that nobody read are dropped."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._changed = asyncio.Event()

    def say(self, text: str) -> None:
        """Replace the words; may be called from anywhere on the loop."""
        self._text = text
        self._changed.set()

    async def next(self) -> str:
        """Wait for new words."""
        await self._changed.wait()
        self._changed.clear()
        return self._text or ""


async def progress_of(task: asyncio.Task[Any], latest: Latest) -> AsyncIterator[tuple[str, bool]]:
    """Yield words of progress until the task is done, and now and then for how long already.

    With each, whether it is of that second kind.
    """
    shown, since = "", 0.0
    loop = asyncio.get_running_loop()
    while not task.done():
        listening = asyncio.ensure_future(latest.next())
        try:
            await asyncio.wait(
                {task, listening}, timeout=TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if listening.done() and (text := listening.result()) != shown:
                shown, since = text, loop.time()
                yield text, False
            elif shown and not (listening.done() or task.done()):
                yield words.for_seconds(shown, loop.time() - since), True
        finally:
            listening.cancel()


async def ended(task: asyncio.Task[Any]) -> None:
    """End a task and wait until it has; what it raises was dealt with, or is of no use."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
