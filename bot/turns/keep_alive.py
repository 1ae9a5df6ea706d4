"""Keeps a lease alive while work runs under it, and stops the work if that fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from session import Lock, LockLostError, StorageError

log = structlog.get_logger(__name__)
T = TypeVar("T")

ABANDON_AFTER = 5.0
"""Seconds a cancelled turn may take to end; a stubborn one is left, unable to write."""


class LeaseUnsureError(LockLostError):
    """The lease could not be refreshed in time; it is still ours until its deadline."""


class KeepAlive:
    """Refreshes every third of the ttl, and stops the work well before the lease can end.

    `margin` is the longest a Web API call may take: no post begins with less than that left, and
    the work stops with twice that left, so that the thread can still be told.
    """

    def __init__(self, margin: float) -> None:
        self._margin = margin

    def guard(self, lock: Lock) -> None:
        """Raise `LockLostError` unless the lease covers another post, by its own deadline."""
        if lock.remaining() <= self._margin:
            raise LockLostError(lock.session_id, lock.holder_id, lock.fence)

    async def run(self, lock: Lock, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns, or cancel it and raise `LockLostError` once it must stop.

        That is a `LeaseUnsureError` if nobody else is known to have taken the lease.

        The refresher has ended when this returns.
        """
        working = asyncio.create_task(work)
        refreshing = asyncio.create_task(self._refresh(lock))
        try:
            await asyncio.wait({working, refreshing}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            log.warning("lock.lost", session_id=lock.session_id, fence=lock.fence)
            raise refreshing.result()(lock.session_id, lock.holder_id, lock.fence)
        finally:
            refreshing.cancel()
            working.cancel()
            await _settled(working, refreshing)

    async def _refresh(self, lock: Lock) -> type[LockLostError]:
        """Return only when the lease is lost or can no longer be relied upon: which of the two."""
        interval = lock.ttl.total_seconds() / 3
        pause = interval
        while True:
            left = lock.remaining() - 2 * self._margin
            if left <= 0:
                return LeaseUnsureError
            await asyncio.sleep(min(pause, left))
            try:
                async with asyncio.timeout(lock.remaining() - 2 * self._margin):
                    await lock.refresh()
                pause = interval
            except LockLostError:
                return LockLostError
            except TimeoutError:
                return LeaseUnsureError
            except StorageError as error:
                log.warning("lock.not_refreshed", reason=str(error))
                pause = interval / 6


async def _settled(*tasks: asyncio.Task[Any]) -> None:
    """Wait for cancelled tasks, even if we are cancelled meanwhile, but not for ever."""
    _, stubborn = await asyncio.wait(tasks, timeout=ABANDON_AFTER)
    for task in tasks:
        if task in stubborn:
            log.error("turn.abandoned", task=task.get_name())
        elif not task.cancelled():
            task.exception()
