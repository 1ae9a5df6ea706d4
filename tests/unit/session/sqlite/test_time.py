"""No wall clock decides who holds a lease, and engine time never runs backwards."""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from session import Access, Outcome, TurnEnd
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
from tests.conformance.test_alerts import see
from tests.support.moving import interrupted
from tests.unit.session.sqlite import processes
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


async def test_after_ten_nights_of_sleep_people_read_the_date_and_leases_slept_too(
    machine: Machine, path: Path
) -> None:
    repository = await machine.open(path)
    old = await a_session(repository, "1711.1")
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    for _ in range(10):
        machine.sleep(timedelta(hours=8))
    question = await a_message(repository, "1712.9")
    await repository.begin_turn(claim, [question.id])
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.ANSWERED))
    after, [turn] = await stored(repository, session.id), await repository.turns(session.id)
    assert repository.date() == after.last_active_at == turn.started_at == machine.wall
    assert turn.ended_at == machine.wall
    assert after.last_active_at - old.last_active_at == timedelta(hours=80)
    assert after.lease is not None
    assert after.lease.expires_at - repository.now() == TTL
    assert question.stored_at == repository.now(), "what is open is looked at by the same clock"
    assert await repository.delete_session(old.id, idle_since=machine.wall - timedelta(hours=79))
    await repository.aclose()


@pytest.mark.parametrize("wrong", [timedelta(days=-4000), timedelta(days=4000)])
async def test_a_clock_that_was_wrong_at_the_first_opening_is_right_once_it_is_set(
    machine: Machine, path: Path, wrong: timedelta
) -> None:
    right = machine.wall
    machine.step_the_wall_clock(wrong)
    repository = await machine.open(path)
    machine.step_the_wall_clock(-wrong)
    session = await a_session(repository)
    assert repository.date() == session.created_at == session.last_active_at == right
    await repository.aclose()


async def test_a_file_from_a_machine_that_ran_ahead_tells_the_right_date_here(
    machine: Machine, path: Path
) -> None:
    ahead = Machine()
    ahead.step_the_wall_clock(timedelta(days=400))
    theirs = await ahead.open(path)
    await a_message(theirs)
    await theirs.aclose()
    machine.boot = "boot of another machine"
    here = await machine.open(path)
    question = await a_message(here, "1713.1", "1713.1")
    session = await stored(here, question.session_id)
    assert here.date() == session.created_at == machine.wall
    due = await here.scan_due(until=here.now())
    assert question.id in {message.id for message in due}
    await here.aclose()


async def test_what_a_copy_brought_from_a_later_clock_is_due_at_once(
    machine: Machine, path: Path
) -> None:
    await (await machine.open(path)).aclose()
    copy = await machine.open(path, Access.MOVE)
    record = interrupted("cut-off")
    later = machine.wall + timedelta(hours=80)
    messages = tuple(replace(message, stored_at=later) for message in record.messages)
    assert await copy.restore_session(replace(record, messages=messages))
    await copy.aclose()
    bot = await machine.open(path)
    assert [message.stored_at for message in await bot.scan_due(until=bot.now())] == [later]
    await bot.aclose()


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


OWN_CLOCK = ("unshare", "-U", "-r", "-T", "--monotonic", "2592000", "--fork")
"""Runs a program whose monotonic clock is thirty days ahead of the machine's."""


def has_clocks_of_its_own() -> bool:
    try:
        return subprocess.run([*OWN_CLOCK, "true"], capture_output=True).returncode == 0
    except OSError:
        return False


async def test_a_container_with_a_clock_of_its_own_counts_leases_by_the_machines(
    path: Path,
) -> None:
    if not has_clocks_of_its_own():
        pytest.skip("no time namespaces here")
    repository = await SQLiteRepository.open(path)
    command = [*OWN_CLOCK, sys.executable, "-m", processes.__name__, "look", str(path)]
    look = partial(subprocess.check_output, command, cwd=processes.ROOT, text=True)
    told = datetime.fromisoformat((await asyncio.to_thread(look)).strip())
    assert abs(told - repository.now()) < timedelta(hours=1)
    await repository.aclose()


async def test_an_alerts_repeats_are_told_though_a_clock_ran_ahead_before_a_reboot(
    machine: Machine, path: Path
) -> None:
    machine.step_the_wall_clock(timedelta(days=400))
    ahead = await machine.open(path)
    await see(ahead, 0)
    assert (await see(ahead, 1)).line_at == ahead.now()
    await ahead.aclose()
    machine.step_the_wall_clock(timedelta(days=-400))
    machine.reboot(boot="boot 2")
    right = await machine.open(path)
    assert (await see(right, 2)).line_at == right.now()
    await right.aclose()
