"""Writes that must end even if their caller is cancelled: nothing half-done, nothing forgotten."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from session.errors import SessionError, StorageError

T = TypeVar("T")
Undo = Callable[[T], Awaitable[object]]

WRITE_TIMEOUT = 5.0
"""Seconds after which a shielded write is given up, whoever still waits for it."""


@dataclass(frozen=True, slots=True)
class _UnderWay:
    waiter: asyncio.Future[Any] | None
    give_up_at: float


class ShieldedTasks:
    """Runs writes in tasks of its own, bounded in time, and can be drained.

    `asyncio.shield` and `asyncio.timeout` would do the same for three times the processor time,
    and every lock and every message passes here.
    """

    def __init__(self, timeout: float = WRITE_TIMEOUT) -> None:
        self._timeout = timeout
        self._tasks: dict[asyncio.Task[None], _UnderWay] = {}
        self._watch: asyncio.TimerHandle | None = None

    async def run(self, write: Coroutine[Any, Any, T], *, undo: Undo[T] | None = None) -> T:
        """Await `write`, shielded; if the caller is cancelled, `undo` gives back its result.

        Raises `StorageError` if it takes longer than the time limit.
        """
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._start(self._carry_out(write, waiter, undo), waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            # The write may have ended in the very moment in which its caller was cancelled.
            ended = not waiter.cancelled() and waiter.exception() is None
            if ended and undo is not None:
                self._start(self._give_back(waiter.result(), undo))
            raise

    async def drain(self) -> None:
        """Wait until no write is under way."""
        while running := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(running)

    def _start(
        self, work: Coroutine[Any, Any, None], waiter: asyncio.Future[Any] | None = None
    ) -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(work)
        self._tasks[task] = _UnderWay(waiter, loop.time() + self._timeout)
        if self._watch is None:
            self._watch = loop.call_later(self._timeout, self._give_up_late_ones)

    async def _carry_out(
        self, write: Coroutine[Any, Any, T], waiter: asyncio.Future[T], undo: Undo[T] | None
    ) -> None:
        """End the write, and tell the waiter; if nobody waits any more, give its result back."""
        try:
            result = await write
        except asyncio.CancelledError:
            waiter.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            if not waiter.done():
                waiter.set_exception(error)
        else:
            if not waiter.done():
                waiter.set_result(result)
            elif undo is not None:
                self._start(self._give_back(result, undo))
        finally:
            self._forget()

    async def _give_back(self, result: T, undo: Undo[T]) -> None:
        try:
            with suppress(SessionError):
                await undo(result)
        finally:
            self._forget()

    def _forget(self) -> None:
        """Take the running task off the list: it has nothing left to do."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.pop(task, None)

    def _give_up_late_ones(self) -> None:
        """One timer for all, which are in the order of their time limits."""
        loop = asyncio.get_running_loop()
        self._watch = None
        for task, one in list(self._tasks.items()):
            if one.give_up_at > loop.time():
                self._watch = loop.call_at(one.give_up_at, self._give_up_late_ones)
                return
            if one.waiter is not None and not one.waiter.done():
                error = StorageError(f"the store did not answer within {self._timeout:g} s")
                error.__cause__ = TimeoutError()
                one.waiter.set_exception(error)
            task.cancel()
