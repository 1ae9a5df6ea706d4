"""What is timed: one mention to its ack and to its answer, one at a time or many at once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.peers.events import Driver, mention, new_token, new_ts
from benchmarks.peers.stand_in import StandIn

LONGEST = 15.0
"""Seconds; what is not answered by then counts as lost."""
_SETTLING = 0.5


@dataclass(slots=True)
class Times:
    """Seconds from the sending of each mention."""

    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0
    """From the first to the last of them all."""

    @property
    def per_second(self) -> float:
        """Mentions answered in a second."""
        return len(self.answers) / self.seconds


class Timer:
    """Sends mentions to one bot."""

    def __init__(self, slack: StandIn, driver: Driver) -> None:
        self._slack = slack
        self._driver = driver

    async def first(self) -> None:
        """Send one mention in a new thread; raises `RuntimeError` if it is not answered."""
        times = Times()
        await self._time(new_ts(), times)
        if times.lost:
            raise RuntimeError("the first mention was not answered")

    async def known_threads(self, count: int, at_once: int) -> Sequence[str]:
        """Return threads in which a first mention was answered, untimed.

        In them every bot posts once for a mention: Burrow's notice comes with the first.
        """
        threads = [new_ts() for _ in range(count)]
        await self.mentions(threads, at_once)
        await asyncio.sleep(_SETTLING)
        return threads

    async def mentions(self, threads: Sequence[str], at_once: int) -> Times:
        """Mention the bot once in each thread."""
        times, left = Times(), iter(threads)

        async def work() -> None:
            for thread_ts in left:
                await self._time(thread_ts, times)

        began_at = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(at_once)))
        times.seconds = time.perf_counter() - began_at
        return times

    async def _time(self, thread_ts: str, times: Times) -> None:
        token, ts = new_token(), new_ts()
        answer = self._slack.expect(token, thread_ts)
        try:
            async with asyncio.timeout(LONGEST):
                delivered = await self._driver.deliver(mention(token, ts, thread_ts))
                if delivered.status != 200:
                    raise RuntimeError(f"the bot answered {delivered.status}")
                times.acks.append(delivered.acked_at - delivered.sent_at)
                times.answers.append(await answer - delivered.sent_at)
        except TimeoutError:
            times.lost += 1
