"""Two events for one message, or the same event twice: the first does the work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from session import Bounded

T = TypeVar("T")

_REMEMBERED = 4_000
"""Twins that are done; Slack sends both events of a mention within a moment."""


class Twins:
    """Of calls for the same thing, made at once or soon after each other, the first does it."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[bool]] = {}
        self._done: Bounded[str, None] = Bounded(_REMEMBERED)

    async def once(self, key: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """Run the work once per key: return its result, or None if a twin has done it.

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
