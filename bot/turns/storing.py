"""Writes that a turn cannot do without: made again while the store fails."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from session import Lock, StorageError

log = structlog.get_logger(__name__)

TRY_AGAIN_SECONDS = 0.5

Write = Callable[[], Awaitable[object]]
Stored = Callable[[Write], Awaitable[None]]
"""`stored` for one lock."""


async def stored(lock: Lock, margin: float, write: Write) -> None:
    """Write again and again while the store fails, until the lease has `margin` seconds left.

    After that all stays as it is until the lease ends; the work would be done anew.
    """
    while True:
        try:
            await write()
        except StorageError as error:
            log.warning("turn.not_stored", reason=str(error))
            if lock.remaining() <= margin:
                raise
            await asyncio.sleep(TRY_AGAIN_SECONDS)
        else:
            return
