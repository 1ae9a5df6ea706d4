"""Writes that must end even if their caller is cancelled: nothing half-done, nothing forgotten."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from session.errors import StorageError

T = TypeVar("T")

WRITE_TIMEOUT = 5.0
"""Seconds after which a shielded write is given up, whoever still waits for it."""


class ShieldedTasks:
    """Runs writes in tasks of its own, bounded in time, and can be drained."""

    def __init__(self, timeout: float = WRITE_TIMEOUT) -> None:
        self._timeout = timeout
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(
        self,
        write: Coroutine[Any, Any, T],
        *,
        undo: Callable[[T], Awaitable[object]] | None = None,
    ) -> T:
        """Await `write`, shielded; if the caller is cancelled, `undo` gives back its result.

        Raises `StorageError` if it takes longer than the time limit.
        """
        task = self._keep(self._bounded(write))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if undo is not None:
                self._keep(self._give_back(task, undo))
            raise

    async def drain(self) -> None:
        """Wait until no write is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Retrieved here, since a cancelled caller no longer will.
            task.exception()

    async def _bounded(self, write: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._timeout):
                return await write
        except TimeoutError as error:
            raise StorageError(f"the store did not answer within {self._timeout:g} s") from error

    async def _give_back(
        self, task: asyncio.Task[T], undo: Callable[[T], Awaitable[object]]
    ) -> None:
        result = await task
        async with asyncio.timeout(self._timeout):
            await undo(result)
