"""Stopping in order: nothing runs on, errands are done, every lease is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import lifecycle
from bot.app import Burrow, open_burrow
from bot.lifecycle import ShutdownRequests, serve
from bot.turns.workers import Held
from session import LockService, request_scope
from simulator import Simulator
from tests.conformance.examples import a_session
from tests.e2e.conftest import settings_for


@asynccontextmanager
async def serving(slack: Simulator) -> AsyncIterator[tuple[Burrow, ShutdownRequests]]:
    """A bot at work; on leaving it has stopped, by itself or because it is asked to now."""
    requests = ShutdownRequests()
    settings = settings_for(slack, "memory://", retention_days=30)
    async with open_burrow(settings) as burrow:
        task = asyncio.create_task(serve(burrow, requests))
        await slack.wait_for_sockets(1)
        yield burrow, requests
        requests.stop.set()
        await task


def running_tasks() -> set[str]:
    return {one.get_name() for one in asyncio.all_tasks()}


async def test_sweep_and_retention_run_until_the_stop_and_not_after(slack: Simulator) -> None:
    async with serving(slack):
        await slack.wait_until(lambda: {"sweep", "retention"} <= running_tasks())
    assert not {"sweep", "retention"} & running_tasks()
    await slack.wait_for_sockets(0)


async def test_errands_under_way_are_done_before_it_ends(slack: Simulator) -> None:
    done: list[str] = []

    async def errand() -> None:
        await asyncio.sleep(0.2)
        done.append("errand")

    async with serving(slack) as (burrow, requests):
        burrow.handlers.errands.start(errand(), name="errand")
        requests.ask()
    assert done == ["errand"]


async def test_an_errand_that_hangs_does_not_hold_up_the_end(
    slack: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "ERRAND_SECONDS", 0.1)
    async with serving(slack) as (burrow, requests):
        hanging = burrow.handlers.errands.start(asyncio.Event().wait(), name="hanging")
        requests.ask()
    assert hanging.cancelled()


async def test_a_lock_that_came_with_a_message_is_given_back(slack: Simulator) -> None:
    async with serving(slack) as (burrow, requests):
        locks = LockService(burrow.repository, ttl=timedelta(minutes=3))
        held = await a_held_session(burrow, locks)
        requests.ask()
        requests.ask()
        burrow.handlers.workers.call(held.session.id, "req_1", held=held)
    assert not await held.lock.release()


async def a_held_session(burrow: Burrow, locks: LockService) -> Held:
    session = await a_session(burrow.repository)
    with request_scope("req_1"):
        lock = await locks.try_acquire(session.id)
    assert lock is not None
    return Held(lock, session)


def test_the_first_request_stops_and_the_second_hurries() -> None:
    requests = ShutdownRequests()
    requests.ask()
    assert (requests.stop.is_set(), requests.hurry.is_set()) == (True, False)
    requests.ask()
    assert requests.hurry.is_set()
