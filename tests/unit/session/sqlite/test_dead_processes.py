"""On one machine nobody waits for the ttl of a process that is gone."""

import os
import signal
from pathlib import Path

import pytest

from session import LockLostError, Outcome
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import (
    TTL,
    a_session,
    acquired,
    asks,
    claim_of,
    message,
    new_session,
    stored,
)
from tests.unit.session.sqlite.processes import process, said

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no flock: the ttl decides")

ID = new_session().id


async def test_a_running_process_takes_over_at_once_after_a_kill(
    repository: SQLiteRepository, path: Path
) -> None:
    with process("hold", path) as other:
        assert said(other) == "1"
        assert await repository.acquire_lease(ID, asks("req_b")) is None
        other.kill()
        other.wait()
        taken = await repository.acquire_lease(ID, asks("req_b"))
    assert taken is not None
    assert (taken.holder_id, taken.fence) == ("req_b", 2)


async def test_a_message_that_comes_in_takes_over_at_once_after_a_kill(
    repository: SQLiteRepository, path: Path
) -> None:
    with process("hold", path) as other:
        said(other)
        refused = await repository.take_in(new_session(), message("2"), lease=asks("req_b"))
        assert refused.claim is None
        other.kill()
        other.wait()
        receipt = await repository.take_in(new_session(), message("3"), lease=asks("req_b"))
    assert receipt.claim is not None
    first, second = await repository.turns(ID)
    assert (first.outcome, second.outcome) == (Outcome.INTERRUPTED, None)


async def test_a_restarted_process_finds_the_lease_free_and_the_message_open(path: Path) -> None:
    with process("hold", path) as other:
        said(other)
        other.kill()
        other.wait()
    repository = await SQLiteRepository.open(path)
    try:
        assert (await stored(repository, ID)).lease is None
        assert [entry.text for entry in await repository.open_messages(ID)] == ["held"]
        locks = path.with_name("burrow.db-instances").glob("*.lock")
        assert len(list(locks)) == 1, "the dead one's file is still there"
    finally:
        await repository.aclose()


async def test_a_stopped_process_keeps_its_lease(repository: SQLiteRepository, path: Path) -> None:
    with process("hold", path) as other:
        said(other)
        other.send_signal(signal.SIGSTOP)
        try:
            assert await repository.acquire_lease(ID, asks("req_b")) is None
            other_repository = await SQLiteRepository.open(path)
            assert (await stored(other_repository, ID)).lease is not None
            await other_repository.aclose()
        finally:
            other.send_signal(signal.SIGCONT)


async def test_a_program_that_outlives_its_parent_does_not_keep_the_lease(
    repository: SQLiteRepository, path: Path
) -> None:
    with process("hold_with_a_child", path) as other:
        child = int(said(other))
        said(other)
        other.kill()
        other.wait()
        try:
            os.kill(child, 0)
            assert await repository.acquire_lease(ID, asks("req_b")) is not None
        finally:
            os.kill(child, signal.SIGKILL)


async def test_two_repositories_of_one_process_do_not_break_each_others_leases(
    repository: SQLiteRepository, path: Path
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    other = await SQLiteRepository.open(path)
    assert await other.acquire_lease(session.id, asks("req_b")) is None
    await other.aclose()
    again = await SQLiteRepository.open(path)
    assert await again.acquire_lease(session.id, asks("req_b")) is None
    await again.aclose()
    await repository.refresh_lease(claim, TTL)


async def test_a_lease_whose_lock_file_was_tidied_away_lasts_its_ttl(
    repository: SQLiteRepository, path: Path
) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id)
    for file in path.with_name("burrow.db-instances").glob("*.lock"):
        file.unlink()
    other = await SQLiteRepository.open(path)
    assert await other.acquire_lease(session.id, asks("req_b")) is None
    await other.aclose()


async def test_a_refresh_by_another_process_keeps_the_lease_alive(
    repository: SQLiteRepository, path: Path
) -> None:
    with process("hold", path) as other:
        said(other)
        await repository.refresh_lease(claim_of(await stored(repository, ID)), TTL)
        other.kill()
        other.wait()
    third = await SQLiteRepository.open(path)
    assert await third.acquire_lease(ID, asks("req_b")) is None
    await third.aclose()


async def test_a_broken_lease_cannot_be_written_under(
    repository: SQLiteRepository, path: Path
) -> None:
    with process("hold", path) as other:
        said(other)
        late = claim_of(await stored(repository, ID))
        other.kill()
        other.wait()
    await acquired(repository, ID, "req_b")
    with pytest.raises(LockLostError):
        await repository.refresh_lease(late, TTL)
