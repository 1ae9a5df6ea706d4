"""A process of its own on a shared store: says it is ready, waits for the start, acts, reports.

`python -m tests.conformance.worker URL ACT NAME`. Each report is one line of JSON on stdout.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from session import (
    LockService,
    Notebook,
    Outcome,
    Repository,
    Resolver,
    SessionId,
    StorageError,
    TurnEnd,
    open_repository,
    request_scope,
)
from tests.conformance.examples import (
    a_message,
    acquired,
    answer,
    long_record,
    message,
    new_session,
    thread,
)

TASKS = int(os.environ.get("CROWD", "50"))
TURNS = 15
SESSION_ID: SessionId = new_session().id
MOVED_ID = SessionId("cli_moved")


def report(fact: Any) -> None:
    """Print one fact; whoever reads it may rely on it."""
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


async def create(repository: Repository, name: str) -> None:
    """Resolve one thread many times at once; report who believes to have created it."""
    resolver = Resolver(repository)
    made = await asyncio.gather(
        *(resolver.resolve_slack_session(thread(), f"{name}-{n}") for n in range(TASKS))
    )
    report([[session.id, session.user_id, created] for session, created in made])


async def take_in(repository: Repository, name: str) -> None:
    """Take in one message many times at once, each asking for the lease."""
    resolver, locks = Resolver(repository), LockService(repository)

    async def once(number: int) -> list[Any]:
        with request_scope(f"{name}-{number}"):
            receipt = await resolver.resolve_slack_session(
                thread(), name, message=message(text=name), locks=locks
            )
        return [receipt.created, receipt.is_new, receipt.claim is not None, receipt.message.text]

    report(await asyncio.gather(*(once(number) for number in range(TASKS))))


async def acquire(repository: Repository, name: str) -> None:
    """Ask for one lock many times at once; report the fences that were got."""
    locks = LockService(repository)

    async def once(number: int) -> int | None:
        with request_scope(f"{name}-{number}"):
            lock = await locks.try_acquire(SESSION_ID)
        return None if lock is None else lock.fence

    fences = await asyncio.gather(*(once(number) for number in range(TASKS)))
    report([fence for fence in fences if fence is not None])


async def work(repository: Repository, name: str) -> None:
    """Hold the lock again and again, with a file that would tell of an overlap."""
    locks, inside = LockService(repository), os.environ["INSIDE"]
    fences: list[int] = []
    while len(fences) < TURNS:
        with request_scope():
            lock = await locks.try_acquire(SESSION_ID)
        if lock is None:
            await asyncio.sleep(0.003)
            continue
        os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
        await asyncio.sleep(0.001)
        os.unlink(inside)
        fences.append(lock.fence)
        assert await lock.release()
    report(fences)


async def write(repository: Repository, name: str) -> None:
    """Take in and answer messages for ever, reporting each commit once it is acknowledged."""
    for number in range(1_000_000):
        question = await a_message(repository, f"{name}.{number}")
        report(["taken in", question.id])
        claim = await acquired(repository, SESSION_ID, f"{name}-{number}")
        report(["acquired", claim.fence])
        end = TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=(question.id,),
            answer=answer(f"a{name}.{number}"),
            notebook=Notebook(name="brief", value={"number": number}),
            release=True,
        )
        await repository.finish_turn(claim, end)
        report(["answered", question.id])


async def hold(repository: Repository, name: str) -> None:
    """Hold a lock without refreshing it, for a second, and never give it back."""
    locks = LockService(repository, ttl=timedelta(seconds=1))
    with request_scope(name):
        lock = await locks.try_acquire(SESSION_ID)
    assert lock is not None
    await lock.begin_turn([entry.id for entry in await repository.open_messages(SESSION_ID)])
    report(lock.fence)
    await asyncio.Event().wait()


async def knock(repository: Repository, name: str) -> None:
    """Ask for one lock each time a line comes; report whether it was got, and the wall clock."""
    locks = LockService(repository)
    while True:
        with request_scope():
            lock = await locks.try_acquire(SESSION_ID)
        report([lock is not None, time.time()])
        await asyncio.to_thread(sys.stdin.readline)


async def keep(repository: Repository, name: str) -> None:
    """Hold a lock for `name` seconds from each line on that comes; report the wall clock."""
    locks = LockService(repository, ttl=timedelta(seconds=float(name)))
    with request_scope():
        lock = await locks.try_acquire(SESSION_ID)
    assert lock is not None
    while True:
        report([lock.fence, time.time()])
        await asyncio.to_thread(sys.stdin.readline)
        await lock.refresh()


async def move(repository: Repository, name: str) -> None:
    """Restore a long record, which takes a while."""
    report("moving")
    report(await repository.restore_session(long_record(MOVED_ID)))


ACTS: dict[str, Callable[[Repository, str], Awaitable[None]]] = {
    act.__name__: act for act in (create, take_in, acquire, work, write, hold, knock, keep, move)
}


async def main(url: str, act: str, name: str) -> None:
    """Act once the parent says so."""
    async with open_repository(url) as repository:
        # The first call opens the connection, which may take longer than a call may.
        with suppress(StorageError):
            await repository.get_session(SESSION_ID)
        report("ready")
        await asyncio.to_thread(sys.stdin.readline)
        await ACTS[act](repository, name)
        # Whoever won stays alive until all have tried.
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
