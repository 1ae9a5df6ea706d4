"""One process that acquires and releases as fast as it can; prints its figures as JSON.

`python -m benchmarks.lock_worker STORE NAME TASKS SECONDS START_AT`: STORE is `raw:PATH` or a
store's URL, NAME keeps the sessions of two workers apart, START_AT is on the machine's monotonic
clock.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.raw_commits import RawCommits
from benchmarks.rounds import percentile
from session import LockService, Resolver, SlackThread, open_repository, request_scope

Pair = Callable[[], Awaitable[None]]


@asynccontextmanager
async def raw_pairs(path: Path, name: str, tasks: int) -> AsyncIterator[list[Pair]]:
    """Make pairs without our code."""
    raw = RawCommits(path)

    def pair(number: int) -> Pair:
        return lambda: raw.pair(f"{name}-{number}", "holder")

    try:
        yield [pair(number) for number in range(tasks)]
    finally:
        raw.close()


@asynccontextmanager
async def our_pairs(url: str, name: str, tasks: int) -> AsyncIterator[list[Pair]]:
    """Make pairs through the library as its users write them; each task has a session."""
    async with open_repository(url) as repository:
        resolver, locks = Resolver(repository), LockService(repository)

        async def make(number: int) -> Pair:
            thread = SlackThread(team_id="T1", channel_id=name, thread_ts=f"{number}.000000")
            session, _ = await resolver.resolve_slack_session(thread, "U1")

            async def pair() -> None:
                lock = await locks.try_acquire(session.id)
                assert lock is not None
                await lock.release()

            return pair

        with request_scope():
            yield [await make(number) for number in range(tasks)]


async def measure(pairs: list[Pair], seconds: float, start_at: float) -> dict[str, float]:
    """Run each pair in a task of its own, again and again."""
    times: list[float] = []
    await asyncio.sleep(max(0.0, start_at - time.monotonic()))
    end = time.monotonic() + seconds

    async def again(pair: Pair) -> None:
        before = time.perf_counter()
        while time.monotonic() < end:
            await pair()
            after = time.perf_counter()
            times.append(after - before)
            before = after

    began = time.monotonic()
    await asyncio.gather(*map(again, pairs))
    took = time.monotonic() - began
    return {"pairs": len(times) / took, "p99": percentile([*times, *times[:1]], 99) * 1e6}


async def main(store: str, name: str, tasks: str, seconds: str, start_at: str) -> None:
    """Measure and print."""
    raw = store.removeprefix("raw:")
    opened = (
        our_pairs(store, name, int(tasks))
        if raw == store
        else raw_pairs(Path(raw), name, int(tasks))
    )
    async with opened as pairs:
        print(json.dumps(await measure(pairs, float(seconds), float(start_at))))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
