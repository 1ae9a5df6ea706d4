"""No wall clock decides who holds a lease, and engine time never runs backwards."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.surroundings import machine_boot_id
from tests.conformance.examples import (
    INSTANT,
    TTL,
    a_message,
    a_session,
    acquired,
    asks,
    stored,
    stored_message,
)
from tests.unit.session.sqlite.machine import Machine
from tests.unit.session.sqlite.processes import process, said

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def machine() -> Machine:
    return Machine()


async def test_the_first_opening_starts_from_the_wall_clock(machine: Machine, path: Path) -> None:
    repository = await machine.open(path)
    assert repository.now() == machine.wall
    machine.advance(timedelta(seconds=7, microseconds=3))
    assert repository.now() == machine.wall
    await repository.aclose()


@pytest.mark.parametrize("step", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_step_of_the_wall_clock_moves_nothing(
    machine: Machine, path: Path, step: timedelta
) -> None:
    first = await machine.open(path)
    session = await a_session(first)
    await acquired(first, session.id, "req_a")
    machine.step_the_wall_clock(step)
    second = await machine.open(path)
    assert first.now() == second.now()
    machine.advance(TTL - INSTANT)
    assert await second.acquire_lease(session.id, asks("req_b")) is None
    machine.advance(INSTANT)
    assert await second.acquire_lease(session.id, asks("req_b")) is not None
    await first.aclose()
    await second.aclose()


async def test_real_processes_agree_on_the_time(path: Path) -> None:
    repository = await SQLiteRepository.open(path)
    before = repository.now()
    with process("look", path) as other:
        theirs = datetime.fromisoformat(said(other))
    assert before < theirs < repository.now()
    await repository.aclose()


async def test_after_a_reboot_leases_are_free_and_messages_are_kept(
    machine: Machine, path: Path
) -> None:
    before = await machine.open(path)
    question = await a_message(before)
    await acquired(before, question.session_id, "req_a", TTL * 100)
    await before.aclose()
    machine.reboot(boot="boot 2")
    after = await machine.open(path)
    assert after.now() == machine.wall
    taken = await after.acquire_lease(question.session_id, asks("req_b"))
    assert taken is not None
    assert taken.fence == 2
    assert await after.open_messages(question.session_id) == [question]
    await after.aclose()


async def test_a_new_boot_with_a_wrong_wall_clock_goes_on_from_what_is_stored(
    machine: Machine, path: Path
) -> None:
    before = await machine.open(path)
    machine.advance(timedelta(hours=5))
    question = await a_message(before)
    await before.aclose()
    machine.reboot(boot="boot 2", after=timedelta(days=-365))
    after = await machine.open(path)
    assert after.now() == question.stored_at
    machine.advance(INSTANT)
    later = await a_message(after, "1712.2")
    assert later.stored_at == question.stored_at + INSTANT
    await after.aclose()


async def test_opening_again_in_the_same_boot_frees_no_lease(machine: Machine, path: Path) -> None:
    async with AsyncExitStack() as opened:
        first = await machine.open(path)
        opened.push_async_callback(first.aclose)
        session = await a_session(first)
        await acquired(first, session.id)
        second = await machine.open(path)
        opened.push_async_callback(second.aclose)
        assert (await stored(second, session.id)).lease is not None


async def test_a_boot_without_a_name_shows_by_time_that_would_run_backwards(
    machine: Machine, path: Path
) -> None:
    machine.boot = ""
    first = await machine.open(path)
    machine.advance(timedelta(hours=5))
    question = await a_message(first)
    await acquired(first, question.session_id, "req_a")
    second = await machine.open(path)
    assert second.now() == first.now()
    await first.aclose()
    await second.aclose()

    machine.reboot(boot="")
    third = await machine.open(path)
    assert third.now() == machine.wall
    assert await third.acquire_lease(question.session_id, asks("req_b")) is None
    machine.advance(TTL)
    assert await third.acquire_lease(question.session_id, asks("req_b")) is not None
    assert (await stored_message(third, question.id)).stored_at == question.stored_at
    await third.aclose()


def test_this_machines_boot_has_a_name_that_stays() -> None:
    assert machine_boot_id() == machine_boot_id() != ""
