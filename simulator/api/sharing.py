"""Shares the files of an upload, a little after it."""

import asyncio
from collections.abc import Callable


class Sharing:
    """Shares completed uploads after `seconds`, for Slack first looks into them; some it never
    shares, and says nothing (https://github.com/paradigmxyz/centaur/pull/311).
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._to_lose = 0
        self._planned: set[asyncio.TimerHandle] = set()

    def lose(self, count: int) -> None:
        """Never share the next `count` completed uploads."""
        self._to_lose += count

    def later(self, share: Callable[[], None]) -> None:
        if self._to_lose:
            self._to_lose -= 1
            return

        def run() -> None:
            self._planned.discard(timer)
            share()

        timer = asyncio.get_running_loop().call_later(self._seconds, run)
        self._planned.add(timer)

    def close(self) -> None:
        for timer in self._planned:
            timer.cancel()
        self._planned.clear()
