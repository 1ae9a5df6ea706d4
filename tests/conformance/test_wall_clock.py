"""No wall clock decides who holds a lease: a process whose clock is wrong changes nothing."""

import asyncio
import time
from asyncio.subprocess import Process
from datetime import timedelta
from pathlib import Path

import pytest

from session import Repository
from tests.conformance.examples import TTL, a_session, acquired, asks, stored
from tests.conformance.harness import Harness
from tests.conformance.processes import let_go, running, told_by
from tests.conformance.worker import SESSION_ID
from tests.support.wall_clock import WallClock

TEN_MINUTES = 600

pytestmark = pytest.mark.parametrize("move", [TEN_MINUTES, -TEN_MINUTES], ids=["ahead", "behind"])


@pytest.fixture(params=["python", "faketime"])
def wall_clock(request: pytest.FixtureRequest, tmp_path: Path) -> WallClock:
    """The worker's wall clock; right until it is moved."""
    return WallClock(tmp_path / "wall_clock", is_real=request.param == "faketime")


async def told_at(worker: Process, offset: int) -> bool | int:
    """Read what the worker got, and see for ourselves that its clock is off by so much."""
    got, its_time = await told_by(worker)
    assert abs(its_time - time.time() - offset) < TEN_MINUTES / 4
    result: bool | int = got
    return result


@pytest.mark.parametrize("from_the_start", [True, False], ids=["from the start", "on the way"])
async def test_a_process_whose_clock_is_wrong_steals_no_lease(
    shared: Harness, store: Repository, wall_clock: WallClock, move: int, from_the_start: bool
) -> None:
    await a_session(store)
    claim = await acquired(store, SESSION_ID)
    wall_clock.move(move if from_the_start else 0)
    async with running(shared, "knock", extra=wall_clock.environment) as worker:
        await let_go(worker)
        assert await told_at(worker, move if from_the_start else 0) is False
        wall_clock.move(move)
        for _ in range(3):
            await let_go(worker)
            assert await told_at(worker, move) is False
        await store.refresh_lease(claim, TTL)
        await store.release_lease(claim)
        await let_go(worker)
        assert await told_at(worker, move) is True


async def test_a_process_whose_clock_is_wrong_keeps_its_own_lease(
    shared: Harness, store: Repository, wall_clock: WallClock, move: int
) -> None:
    await a_session(store)
    async with running(shared, "keep", "180", extra=wall_clock.environment) as worker:
        await let_go(worker)
        await told_at(worker, 0)
        wall_clock.move(move)
        for _ in range(3):
            assert await store.acquire_lease(SESSION_ID, asks("req_thief")) is None
            await let_go(worker)
            assert await told_at(worker, move) == 1
            lease = (await stored(store, SESSION_ID)).lease
            assert lease is not None
            assert timedelta(0) < lease.expires_at - store.now() < TTL + timedelta(seconds=30)
        assert await store.acquire_lease(SESSION_ID, asks("req_thief")) is None


async def test_a_lease_that_is_not_refreshed_ends_at_its_time_whatever_the_holders_clock_says(
    shared: Harness, store: Repository, wall_clock: WallClock, move: int
) -> None:
    await a_session(store)
    wall_clock.move(move)
    async with running(shared, "keep", "2", extra=wall_clock.environment) as worker:
        await let_go(worker)
        await told_at(worker, move)
        before = time.monotonic()
        await let_go(worker)
        await told_at(worker, move)
        while True:
            if await store.acquire_lease(SESSION_ID, asks("req_successor")) is not None:
                break
            assert time.monotonic() - before < TEN_MINUTES / 10
            await asyncio.sleep(0.05)
        assert time.monotonic() - before > 1.9
