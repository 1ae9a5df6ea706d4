"""Replies that come right behind their thread's first mention."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.intake.incoming import Incoming
from bot.slack.addresses import sent_at
from session import SlackThread

PAUSE = 1.0
"""Seconds, of the three that Slack waits for an ack."""
_YOUNG = timedelta(seconds=10)
"""Since the thread's root: its first mention may be under way on another instance."""


class FirstMentions:
    """Knows in which threads a mention is being taken in right now."""

    def __init__(self) -> None:
        self._counts: Counter[SlackThread] = Counter()
        self._ended = asyncio.Event()

    @contextmanager
    def under_way(self, incoming: Incoming) -> Iterator[None]:
        """Note that a message is being taken in that may be its thread's first mention."""
        if not incoming.asks:
            yield
            return
        thread = incoming.thread
        self._counts[thread] += 1
        try:
            yield
        finally:
            self._counts[thread] -= 1
            if not self._counts[thread]:
                del self._counts[thread]
            self._ended.set()
            self._ended = asyncio.Event()

    async def wait_for(self, reply: Incoming) -> bool:
        """Wait for the mention that a reply may follow; False if there can hardly be one."""
        is_here = reply.thread in self._counts
        if not is_here and reply.sent_at - sent_at(reply.thread.thread_ts) > _YOUNG:
            return False
        try:
            async with asyncio.timeout(PAUSE):
                while self._counts[reply.thread] or not is_here:
                    await self._ended.wait()
        except TimeoutError:
            pass
        return True
