"""Tasks that somebody owns: none is forgotten, none dies unseen, all end before we do."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from session import SessionError

log = structlog.get_logger(__name__)


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
