"""Many operations, few commits; and no operation harms its neighbours or the thread."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from session import LockLostError, SessionNotFoundError, StorageError
from session.engines.sqlite import sessions, writer
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.transaction import Transaction
from session.messages import SessionId
from session.models import Claim
from tests.conformance.examples import (
    TTL,
    a_message,
    a_session,
    acquired,
    asks,
    cli_session,
    message,
    new_session,
    stored,
)
from tests.unit.session.sqlite.busy import Stop


async def commits(repository: SQLiteRepository) -> list[str]:
    """Watch the writer's statements; the list grows with each commit."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement in ("COMMIT", "ROLLBACK"):
            seen.append(statement)

    connection = repository._writer._connection
    await repository._writer.run(lambda tx: connection.set_trace_callback(note))
    await repository._writer.run(lambda tx: None)
    seen.clear()
    return seen


async def test_operations_that_wait_together_are_committed_together(
    repository: SQLiteRepository,
) -> None:
    seen = await commits(repository)
    stop = Stop(repository)
    writes = [asyncio.ensure_future(a_message(repository, f"1712.{n}")) for n in range(100)]
    await asyncio.sleep(0)
    await stop.let_go()
    assert len({made.id for made in await asyncio.gather(*writes)}) == 100
    assert seen in (["COMMIT"], ["COMMIT"] * 2)


async def test_what_is_asked_for_in_one_round_of_the_loop_reaches_the_thread_at_once(
    repository: SQLiteRepository,
) -> None:
    stop = Stop(repository)
    await stop.begun()
    asked = [repository.take_in(new_session(), message(f"1712.{n}")) for n in range(10)]
    assert repository._writer._queue.empty()
    await asyncio.sleep(0)
    assert repository._writer._queue.qsize() == len(asked)
    await stop.let_go()
    await asyncio.gather(*asked)


async def test_what_was_asked_for_in_the_moment_of_closing_is_stored(path: Path) -> None:
    leaving = await SQLiteRepository.open(path)
    asked = leaving.take_in(new_session(), message("1712.1"))
    await asyncio.gather(asked, leaving._writer.close())
    await leaving.aclose()
    successor = await SQLiteRepository.open(path)
    assert len(await successor.timeline(new_session().id)) == 1
    await successor.aclose()


async def test_more_operations_than_may_wait_are_refused(
    repository: SQLiteRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 3)
    stop = Stop(repository)
    await stop.begun()
    writes = [asyncio.ensure_future(a_message(repository, f"1712.{n}")) for n in range(10)]
    await asyncio.sleep(0)
    await stop.let_go()
    ended = await asyncio.gather(*writes, return_exceptions=True)
    refused = [error for error in ended if isinstance(error, StorageError)]
    assert len(refused) == 7
    assert "wait already" in str(refused[0])
    await a_session(repository)


async def test_a_lone_operation_is_committed_at_once(repository: SQLiteRepository) -> None:
    seen = await commits(repository)
    await a_session(repository)
    assert seen == ["COMMIT"]


async def test_refusals_cost_their_neighbours_nothing(repository: SQLiteRepository) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    stranger = Claim(session_id=session.id, holder_id="stranger", fence=9)
    seen = await commits(repository)
    stop = Stop(repository)
    acts: list[Any] = [
        a_message(repository, "1712.1"),
        repository.acquire_lease(SessionId("nowhere"), asks()),
        repository.refresh_lease(stranger, TTL),
        repository.refresh_lease(claim, TTL),
        a_message(repository, "1712.2"),
    ]
    waiting = [asyncio.ensure_future(act) for act in acts]
    await asyncio.sleep(0)
    await stop.let_go()
    first, nowhere, lost, _, last = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(nowhere, SessionNotFoundError)
    assert isinstance(lost, LockLostError)
    assert await repository.timeline(session.id) == [first, last]
    assert "ROLLBACK" not in seen


@pytest.mark.parametrize("failure", [ZeroDivisionError, sqlite3.DatabaseError, LockLostError])
async def test_an_operation_that_fails_halfway_is_undone_and_its_neighbours_are_not(
    repository: SQLiteRepository, failure: type[Exception]
) -> None:
    def spoil(tx: Transaction) -> None:
        sessions.create(tx, cli_session("cli_half"))
        raise LockLostError("s", "h", 1) if failure is LockLostError else failure("on purpose")

    stop = Stop(repository)
    before = asyncio.ensure_future(a_message(repository, "1712.1"))
    spoiled = asyncio.ensure_future(asyncio.wait_for(_run(repository, spoil), 10))
    after = asyncio.ensure_future(a_message(repository, "1712.2"))
    await asyncio.sleep(0)
    await stop.let_go()
    expected = StorageError if failure is sqlite3.DatabaseError else failure
    with pytest.raises(expected):
        await spoiled
    stored = [await before, await after]
    assert await repository.timeline(new_session().id) == stored
    assert await repository.get_session(SessionId("cli_half")) is None


async def _run(repository: SQLiteRepository, operation: Any) -> Any:
    return await repository._writer.run(operation)


async def test_an_operation_cancelled_before_its_turn_is_left_out(
    repository: SQLiteRepository,
) -> None:
    stop = Stop(repository)
    given_up = asyncio.ensure_future(a_message(repository, "1712.1"))
    kept = asyncio.ensure_future(a_message(repository, "1712.2"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    await stop.let_go()
    assert await repository.timeline(new_session().id) == [await kept]


async def test_a_file_that_another_process_keeps_locked_fails_within_the_limit(
    repository: SQLiteRepository, path: Path
) -> None:
    repository._writer._busy_limit = 0.05
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"another process has kept .* locked") as failure:
        await a_session(repository)
    assert isinstance(failure.value.__cause__, sqlite3.OperationalError)
    other.execute("COMMIT")
    other.close()
    await a_session(repository)


async def test_a_file_that_is_locked_for_a_moment_is_waited_for(
    repository: SQLiteRepository, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    creating = asyncio.ensure_future(a_session(repository))
    await asyncio.sleep(0.05)
    assert not creating.done()
    other.execute("COMMIT")
    other.close()
    await creating


async def test_a_lease_that_was_given_up_while_the_file_was_locked_is_not_taken(
    repository: SQLiteRepository, path: Path
) -> None:
    session = await a_session(repository)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    given_up = asyncio.ensure_future(repository.acquire_lease(session.id, asks()))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    await _run(repository, lambda tx: None)
    assert (await stored(repository, session.id)).fence == 0


async def test_a_batch_ends_after_a_big_delete(
    repository: SQLiteRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("session.engines.sqlite.writer.MOST_ROWS", 50)
    for number in range(60):
        await a_message(repository, f"1712.{number}")
    seen = await commits(repository)
    stop = Stop(repository)
    acts: list[Any] = [
        repository._writer.run(lambda tx: tx.execute("DELETE FROM messages").rowcount),
        repository.create_session(cli_session()),
    ]
    waiting = [asyncio.ensure_future(act) for act in acts]
    await asyncio.sleep(0)
    await stop.let_go()
    await asyncio.gather(*waiting)
    assert seen[-2:] == ["COMMIT", "COMMIT"]


async def test_the_thread_outlives_what_goes_wrong_before_an_operation(
    repository: SQLiteRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(asked_at: float) -> None:
        raise OSError(f"on purpose at {asked_at}")

    with monkeypatch.context() as broken_machine:
        broken_machine.setattr(repository._writer, "_begin", broken)
        with pytest.raises(StorageError, match="on purpose"):
            await asyncio.wait_for(a_session(repository), 10)
    assert (await a_session(repository)).id == new_session().id
