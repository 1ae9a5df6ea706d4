"""Tasks that somebody owns: none is forgotten, none dies unseen, all end before we do."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from session import Bounded, SessionError

T = TypeVar("T")
log = structlog.get_logger(__name__)

_REMEMBERED = 4_000
"""Twins that are done; Slack sends both events of a mention within a moment."""


class TaskSet:
    """Keeps a reference to each task and logs what one raises."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[Any]:
        """Run `work` beside the caller."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, seconds: float) -> bool:
        """Wait up to `seconds` for all to end, those started meanwhile included."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._tasks and (left := until - loop.time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        return not self._tasks

    async def cancel(self, seconds: float) -> bool:
        """Cancel all and wait up to `seconds` for them to end."""
        # One that is cancelled before its first step would not even reach its `finally`.
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        return await self.drain(seconds)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SessionError):
            # The store failed, which is said where it matters; this was done on the side.
            log.warning("task.gave_up", task=task.get_name(), reason=str(error))
        elif error is not None:
            log.error("task.failed", task=task.get_name(), exc_info=error)


class Twins:
    """Of calls for the same thing, made at once or one soon after the other, the first does it."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[bool]] = {}
        self._done: Bounded[str, None] = Bounded(_REMEMBERED)

    async def once(self, key: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """Return what `work` returns, or None if a twin has done it.

        If the first one fails, its twins each try by themselves.
        """
        first = self._under_way.get(key)
        if key in self._done or (first is not None and await asyncio.shield(first)):
            return None
        done = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            result = await work()
            done.set_result(True)
            self._done[key] = None
            return result
        finally:
            if not done.done():
                done.set_result(False)
            if self._under_way.get(key) is done:
                del self._under_way[key]
