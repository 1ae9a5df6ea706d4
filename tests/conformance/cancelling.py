"""Cancels a piece of work at one moment after the other, from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")

LOOP_TURNS = 12
STEP = 0.0002
"""Seconds between two later moments, for engines whose work goes on outside of the loop."""
MOMENTS = 60


class Attempt(Generic[T]):
    """One run of the work, to be cancelled at its moment unless it ends before."""

    def __init__(self, moment: int) -> None:
        self.moment = moment
        self.was_cancelled = False

    async def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Return the work's result, or None if it was cancelled."""
        task = asyncio.ensure_future(work)
        for _ in range(min(self.moment, LOOP_TURNS)):
            await asyncio.sleep(0)
        if self.moment > LOOP_TURNS:
            await asyncio.wait([task], timeout=(self.moment - LOOP_TURNS) * STEP)
        task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            self.was_cancelled = True
            return None


async def each_moment() -> AsyncIterator[Attempt[Any]]:
    """Yield attempts until one was not cancelled in time; the first never even begins."""
    for moment in range(MOMENTS):
        attempt: Attempt[Any] = Attempt(moment)
        yield attempt
        if not attempt.was_cancelled:
            return
