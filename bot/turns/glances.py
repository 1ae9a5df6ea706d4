"""Looks into the thread for somebody whose question waits: by fixed rules, within seconds."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.document.values import Document
from bot.investigators.contract import ThreadView
from session import Message

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 4.0
"""After that the person who waits is told without it."""
AT_ONCE = 4
"""Threads that are read for this at the same time; further questions are told without it."""

Look = Callable[[ThreadView, Message], Awaitable[Document]]


class Glances:
    """An extra: whatever goes wrong costs what it would have found, and nothing else."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._under_way = 0

    async def about(self, thread: ThreadView, question: Message) -> Document:
        """Return what is found, or an empty document."""
        if self._under_way >= AT_ONCE:
            return Document()
        self._under_way += 1
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self._look(thread, question)
        except Exception as error:  # noqa: BLE001 - an extra, see above
            log.info("glance.failed", reason=str(error) or type(error).__name__)
            return Document()
        finally:
            self._under_way -= 1
