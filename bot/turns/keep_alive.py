"""Keeps a lease alive while work runs under it, and stops the work if that fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import LATE_REFRESHES, LEASES_LOST
from session import Lock, LockLostError, StorageError

log = structlog.get_logger(__name__)
T = TypeVar("T")

ABANDON_AFTER = 5.0
"""Seconds a cancelled turn may take to end; a stubborn one is left, unable to write."""


class LeaseUnsureError(LockLostError):
    """The lease could not be refreshed in time; it is still ours until its deadline."""


class KeepAlive:
    """Refreshes every third of the ttl, and stops the work well before the lease can end.

    Sooner where little is left, because the store took its time to grant or refresh the lease.

    `margin` is the longest a Web API call may take: no post begins with less than that left, and
    the work stops with twice that left, so that the thread can still be told.
    """

    def __init__(self, margin: float, recorder: Recorder = NO_RECORDER) -> None:
        self._margin = margin
        self._recorder = recorder

    async def run(self, lock: Lock, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns, or cancel it and raise `LockLostError` once it must stop.

        That is a `LeaseUnsureError` if nobody else is known to have taken the lease.

        No refresh is under way when this returns.
        """
        working = asyncio.create_task(work)
        try:
            lost = await self._refresh(lock, working)
            if working.done():
                return working.result()
            log.warning("lock.lost", session_id=lock.session_id, fence=lock.fence)
            is_taken = lost is LockLostError
            self._recorder.count(LEASES_LOST, "taken" if is_taken else "not_refreshed")
            raise lost(lock.session_id, lock.holder_id, lock.fence)
        finally:
            working.cancel()
            await _settled(working)

    async def _refresh(self, lock: Lock, working: asyncio.Task[Any]) -> type[LockLostError]:
        """Refresh until the work has ended; or say in which way the lease failed it."""
        pause = self._pause(lock)
        while (left := self._left(lock)) > 0:
            await asyncio.wait({working}, timeout=min(pause, left))
            if working.done():
                break
            try:
                async with asyncio.timeout(self._left(lock)):
                    await self._refresh_once(lock)
                pause = self._pause(lock)
            except LockLostError:
                return LockLostError
            except TimeoutError:
                return LeaseUnsureError
            except StorageError as error:
                log.warning("lock.not_refreshed", reason=str(error))
                pause = _interval(lock) / 6
        return LeaseUnsureError

    async def _refresh_once(self, lock: Lock) -> None:
        loop = asyncio.get_running_loop()
        ended_at = loop.time() + lock.remaining()
        await lock.refresh()
        if ended_at - loop.time() < lock.ttl.total_seconds() / 2:
            self._recorder.count(LATE_REFRESHES)

    def _pause(self, lock: Lock) -> float:
        return min(_interval(lock), self._left(lock) / 2)

    def _left(self, lock: Lock) -> float:
        """Seconds until the work must stop."""
        return lock.remaining() - 2 * self._margin


def _interval(lock: Lock) -> float:
    return lock.ttl.total_seconds() / 3


async def _settled(task: asyncio.Task[Any]) -> None:
    """Wait for a cancelled task, even if we are cancelled meanwhile, but not for ever."""
    if not task.done():
        await asyncio.wait({task}, timeout=ABANDON_AFTER)
    if not task.done():
        log.error("turn.abandoned", task=task.get_name())
    elif not task.cancelled():
        task.exception()
