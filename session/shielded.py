"""Writes that must end even if their caller is cancelled: nothing half-done, nothing forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar, cast

from session.errors import SessionError, StorageError
from session.writes import Ended, UnderWay

T = TypeVar("T")
Undo = Callable[[T], Awaitable[object]]
Then = Callable[[T], object]

WRITE_TIMEOUT = 5.0
"""Seconds after which a shielded write is given up, even if somebody waits for it."""


class _Shielded(NamedTuple):
    waiter: asyncio.Future[Any] | None
    then: Then[Any] | None
    undo: Undo[Any] | None
    give_up_at: float


class ShieldedTasks:
    """Keeps writes from their callers' cancellation, bounds them in time, and can be drained.

    `asyncio.shield` and `asyncio.timeout` would do the same for a multiple of the processor time,
    and every lock and every message passes here.
    """

    def __init__(self, timeout: float = WRITE_TIMEOUT) -> None:
        self._timeout = timeout
        self._writes: dict[asyncio.Future[Any], _Shielded] = {}
        self._watch: asyncio.TimerHandle | None = None

    async def run(
        self, write: Awaitable[T], *, then: Then[T] | None = None, undo: Undo[T] | None = None
    ) -> T:
        """Await `write`, shielded; if the caller is cancelled, `undo` gives back its result.

        `then` gets the result in the very step in which the write ends, whether or not anybody
        waits for it any more. A coroutine becomes a task; a future, which somebody else completes,
        needs none, and what has `Ended` is not waited for. Raises `StorageError` if it takes
        longer than the limit.
        """
        if isinstance(write, Ended):
            result = cast(T, await write)
            if then is not None:
                then(result)
            return result
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._start(write, waiter, then, undo)
        try:
            return await waiter
        except asyncio.CancelledError:
            # The write may have ended in the very moment in which its caller was cancelled.
            ended = not waiter.cancelled() and waiter.exception() is None
            if ended and undo is not None:
                self._start(_give_back(waiter.result(), undo))
            raise

    def start(self, write: Awaitable[object]) -> None:
        """Begin a write that nobody waits for but `drain`, within the same time."""
        self._start(write)

    async def drain(self) -> None:
        """Wait until no write is under way."""
        while self._writes:
            await asyncio.wait(list(self._writes))

    def _start(
        self,
        write: Awaitable[Any],
        waiter: asyncio.Future[Any] | None = None,
        then: Then[Any] | None = None,
        undo: Undo[Any] | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        work = asyncio.ensure_future(write)
        self._writes[work] = _Shielded(waiter, then, undo, loop.time() + self._timeout)
        if isinstance(work, UnderWay):
            work.at_its_end(self._ended)
        else:
            work.add_done_callback(self._ended)
        if self._watch is None:
            self._watch = loop.call_later(self._timeout, self._give_up_late_ones)

    def _ended(self, work: asyncio.Future[Any]) -> None:
        """Tell the waiter; if nobody waits any more, give the result back."""
        waiter, then, undo, _ = self._writes.pop(work)
        if waiter is None:
            # Nobody's: should it have failed, the loop's own handler says so.
            return
        if work.cancelled():
            waiter.cancel()
            return
        error = work.exception()
        if error is None and then is not None:
            then(work.result())
        if waiter.done():
            if error is None and undo is not None:
                self._start(_give_back(work.result(), undo))
        elif error is None:
            waiter.set_result(work.result())
        else:
            waiter.set_exception(error)

    def _give_up_late_ones(self) -> None:
        """One timer for all, which are in the order of their time limits."""
        loop = asyncio.get_running_loop()
        self._watch = None
        for work, (waiter, _, _, give_up_at) in list(self._writes.items()):
            if give_up_at > loop.time():
                self._watch = loop.call_at(give_up_at, self._give_up_late_ones)
                return
            if waiter is not None and not waiter.done():
                error = StorageError(f"the store did not answer within {self._timeout:g} s")
                error.__cause__ = TimeoutError()
                waiter.set_exception(error)
            work.cancel()


async def _give_back(result: T, undo: Undo[T]) -> None:
    with suppress(SessionError):
        await undo(result)
