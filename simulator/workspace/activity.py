"""Tells listeners and waiters of everything that happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from simulator.clock import Clock
from simulator.values import Happening, HappeningKind

T = TypeVar("T")
Listener = Callable[[Happening], None]


class Activity:
    """Listeners are called at once, in the order they came, and must not block or raise."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._listeners: dict[object, Listener] = {}
        self.last_at = clock.monotonic()

    def tell(self, kind: HappeningKind, **details: Any) -> None:
        self.last_at = self.clock.monotonic()
        happening = Happening(kind=kind, at=self.last_at, **details)
        for listener in tuple(self._listeners.values()):
            listener(happening)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` from now on; calling what is returned ends that."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Happening]]:
        """Everything that happens from entering on; nothing is dropped for a slow reader."""
        queue: asyncio.Queue[Happening] = asyncio.Queue()
        stop = self.listen(queue.put_nowait)
        try:
            yield Happenings(queue)
        finally:
            stop()

    async def wait(
        self,
        check: Callable[[], T | None],
        *,
        timeout: float,
        concerns: Callable[[Happening], bool] = lambda happening: True,
    ) -> T:
        """The first result of `check` that is not None; it is asked now and after each happening
        that `concerns` it. `TimeoutError` after `timeout` seconds.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look(happening: Happening | None) -> None:
            if done.done() or not (happening is None or concerns(happening)):
                return
            found = check()
            if found is not None:
                done.set_result(found)

        stop = self.listen(look)
        try:
            look(None)
            return await asyncio.wait_for(done, timeout)
        finally:
            stop()


class Happenings(AsyncIterator[Happening]):
    """Not a generator: a cancelled `anext` must not end it."""

    def __init__(self, queue: asyncio.Queue[Happening]) -> None:
        self._queue = queue

    async def __anext__(self) -> Happening:
        return await self._queue.get()
