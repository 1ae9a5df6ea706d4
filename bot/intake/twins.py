"""Two events for one message, or the same event twice: the first does the work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from session import Bounded

T = TypeVar("T")

_REMEMBERED = 4_000
"""Twins that are done; Slack sends both events of a mention within a moment."""


class _Done(NamedTuple, Generic[T]):
    result: T


class Twins(Generic[T]):
    """Of calls for the same thing, made at once or soon after each other, the first does it."""

    def __init__(self, counts: Callable[[T], bool] = lambda _: True) -> None:
        """`counts` tells by its result whether work is done for its twins too."""
        self._counts = counts
        self._under_way: dict[str, asyncio.Future[_Done[T] | None]] = {}
        self._done: Bounded[str, _Done[T]] = Bounded(_REMEMBERED)

    async def once(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run the work once per key, and give its result to the twins too.

        If the first one fails, or its result does not count, its twins each try by themselves.
        """
        if (done := self._done.get(key) or await self._of_first(key)) is not None:
            return done.result
        under_way = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            result = await work()
            if self._counts(result):
                done = self._done[key] = _Done(result)
            return result
        finally:
            under_way.set_result(done)
            if self._under_way.get(key) is under_way:
                del self._under_way[key]

    async def _of_first(self, key: str) -> _Done[T] | None:
        """Wait for the twin that is under way, if one is."""
        first = self._under_way.get(key)
        return None if first is None else await asyncio.shield(first)
