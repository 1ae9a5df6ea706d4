"""A lease is kept while work runs, and the work ends before the lease can."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.turns.keep_alive import ABANDON_AFTER, KeepAlive, LeaseUnsureError
from session import Lease, Lock, LockLostError, StorageError
from session.engines.memory import MemoryRepository
from session.models import Claim
from tests.unit.bot.stories import SENT_AT, TTL, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now

MARGIN = 2.0
TTL_SECONDS = TTL.total_seconds()


class Store(MemoryRepository):
    """Notes each refresh; `trouble` may make one slow, fail, or find the lease gone."""

    def __init__(self) -> None:
        began = now()
        super().__init__(lambda: SENT_AT + timedelta(seconds=now() - began))
        self.refreshed_at: list[float] = []
        self.trouble: Exception | float | None = None

    async def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        self.refreshed_at.append(now())
        if isinstance(self.trouble, float):
            await asyncio.sleep(self.trouble)
        elif self.trouble is not None:
            raise self.trouble
        return await super().refresh_lease(claim, ttl)


async def held(store: Store) -> Lock:
    (message,) = await take_in(store, question("1"))
    return await lock_of(store, message.session_id)


class Work:
    """Runs for so long; knows when it was cancelled."""

    def __init__(self, seconds: float = 1e6) -> None:
        self.seconds = seconds
        self.cancelled_at: float | None = None

    async def __call__(self) -> str:
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled_at = now()
            raise
        return "done"


@in_virtual_time
async def test_the_lease_is_refreshed_every_third_while_work_runs_and_not_after() -> None:
    store = Store()
    lock = await held(store)
    began = now()
    assert await KeepAlive(MARGIN).run(lock, Work(95)()) == "done"
    assert [time - began for time in store.refreshed_at] == [10.0 * n for n in range(1, 10)]
    await asyncio.sleep(100)
    assert len(store.refreshed_at) == 9


@in_virtual_time
async def test_a_lease_that_was_granted_late_is_refreshed_before_it_is_too_late() -> None:
    store = Store()
    lock = await held(store)
    await asyncio.sleep(TTL_SECONDS - 2 * MARGIN - 6)
    began = now()
    assert await KeepAlive(MARGIN).run(lock, Work(20)()) == "done"
    assert [time - began for time in store.refreshed_at] == [3.0, 13.0]


@in_virtual_time
async def test_what_the_work_raises_passes_through() -> None:
    lock = await held(Store())

    async def fail() -> None:
        await asyncio.sleep(15)
        raise KeyError("x")

    with pytest.raises(KeyError):
        await KeepAlive(MARGIN).run(lock, fail())


@in_virtual_time
async def test_once_a_successor_has_the_lease_the_work_is_cancelled_at_the_next_refresh() -> None:
    store = Store()
    lock, work = await held(store), Work()
    store.trouble = LockLostError(lock.session_id, lock.holder_id, lock.fence)
    began = now()
    with pytest.raises(LockLostError) as caught:
        await KeepAlive(MARGIN).run(lock, work())
    assert not isinstance(caught.value, LeaseUnsureError)
    assert work.cancelled_at == began + 10


@in_virtual_time
async def test_while_the_store_fails_it_is_asked_often_and_the_work_ends_in_time() -> None:
    store = Store()
    lock, work = await held(store), Work()
    store.trouble = StorageError("disk full")
    deadline = lock.deadline
    with pytest.raises(LeaseUnsureError):
        await KeepAlive(MARGIN).run(lock, work())
    assert work.cancelled_at == pytest.approx(deadline - 2 * MARGIN)
    assert len(store.refreshed_at) >= 8


@in_virtual_time
async def test_a_store_that_hangs_does_not_hold_up_the_cancelling() -> None:
    store = Store()
    lock, work = await held(store), Work()
    store.trouble = 1_000.0
    deadline = lock.deadline
    with pytest.raises(LeaseUnsureError):
        await KeepAlive(MARGIN).run(lock, work())
    assert work.cancelled_at == pytest.approx(deadline - 2 * MARGIN)
    await store.aclose()


@in_virtual_time
async def test_a_store_that_recovers_in_time_lets_the_work_go_on() -> None:
    store = Store()
    lock = await held(store)
    store.trouble = StorageError("busy")

    async def recover() -> None:
        await asyncio.sleep(20)
        store.trouble = None

    recovering = asyncio.create_task(recover())
    assert await KeepAlive(MARGIN).run(lock, Work(200)()) == "done"
    await recovering


@in_virtual_time
async def test_a_lease_that_is_nearly_over_at_the_start_ends_the_work_at_once() -> None:
    lock, work = await held(Store()), Work()
    await asyncio.sleep(TTL_SECONDS - 2 * MARGIN)
    began = now()
    with pytest.raises(LeaseUnsureError):
        await KeepAlive(MARGIN).run(lock, work())
    assert now() == began


@in_virtual_time
async def test_cancelled_from_outside_the_work_ends_first_and_is_waited_for() -> None:
    store, ended = Store(), []
    lock = await held(store)

    async def tidy() -> None:
        try:
            await asyncio.sleep(1e6)
        finally:
            await asyncio.sleep(2)
            ended.append(now())

    running = asyncio.create_task(KeepAlive(MARGIN).run(lock, tidy()))
    await asyncio.sleep(5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == [now()]
    await asyncio.sleep(100)
    assert store.refreshed_at == []


@in_virtual_time
async def test_work_that_ignores_being_cancelled_is_left_behind() -> None:
    store, leave = Store(), asyncio.Event()
    lock = await held(store)
    store.trouble = LockLostError(lock.session_id, lock.holder_id, lock.fence)
    tasks: list[asyncio.Task[Any] | None] = []

    async def stubborn() -> None:
        tasks.append(asyncio.current_task())
        while not leave.is_set():
            try:
                await leave.wait()
            except asyncio.CancelledError:
                continue

    began = now()
    with pytest.raises(LockLostError):
        await KeepAlive(MARGIN).run(lock, stubborn())
    assert now() - began == pytest.approx(10 + ABANDON_AFTER)
    leave.set()
    assert tasks[0] is not None
    await tasks[0]
