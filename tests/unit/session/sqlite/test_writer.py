"""Many operations, few commits; and no operation harms its neighbours or the thread."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from session import LockLostError, SessionNotFoundError, StorageError
from session.engines.sqlite import sessions
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.transaction import Transaction
from session.models import Claim, SessionId
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


class Stop:
    """An operation that keeps the writer thread busy, so that others pile up behind it."""

    def __init__(self, repository: SQLiteRepository) -> None:
        self._go = threading.Event()
        self.done = repository._writer.run(self._wait)

    def _wait(self, tx: Transaction) -> None:
        self._go.wait()

    async def let_go(self) -> None:
        self._go.set()
        await self.done


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
    assert len({one.id for one in await asyncio.gather(*writes)}) == 100
    assert seen in (["COMMIT"], ["COMMIT"] * 2)


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
    assert await repository.timeline(new_session().id) == [await before, await after]
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


async def test_closing_finishes_what_was_asked_for(path: Path) -> None:
    repository = await SQLiteRepository.open(path)
    stop = Stop(repository)
    writes = [asyncio.ensure_future(a_message(repository, f"1712.{n}")) for n in range(20)]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(repository.aclose())
    await asyncio.sleep(0)
    await stop.let_go()
    await closing
    assert len(await asyncio.gather(*writes)) == 20
    assert not [one for one in threading.enumerate() if one.name.startswith("sqlite-")]
    again = await SQLiteRepository.open(path)
    assert len(await again.timeline(new_session().id)) == 20
    await again.aclose()


async def test_after_closing_every_method_says_that_the_store_is_closed(path: Path) -> None:
    repository = await SQLiteRepository.open(path)
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    await repository.aclose()
    await repository.aclose()
    for act in (
        lambda: repository.get_session(session.id),
        lambda: repository.timeline(session.id),
        lambda: repository.scan_open(),
        lambda: repository.create_session(new_session()),
        lambda: repository.take_in(new_session(), message()),
        lambda: repository.release_lease(claim),
    ):
        with pytest.raises(StorageError, match=r"burrow\.db is closed"):
            await act()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_loop_that_is_closed_meanwhile_neither_hangs_nor_complains(path: Path) -> None:
    held = threading.Event()

    async def leave() -> SQLiteRepository:
        repository = await SQLiteRepository.open(path)
        repository._writer.run(lambda tx: held.wait())
        repository._writer.run(lambda tx: sessions.create(tx, new_session()))
        return repository

    writer = asyncio.run(leave())._writer
    held.set()
    writer._queue.put(None)
    writer._thread.join(10)
    assert not writer._thread.is_alive()

    async def look() -> None:
        repository = await SQLiteRepository.open(path)
        assert await repository.get_session(new_session().id) is not None
        await repository.aclose()

    asyncio.run(look())


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


async def test_a_full_disk_is_said_and_loses_nothing(repository: SQLiteRepository) -> None:
    kept = await a_message(repository, "1712.1", text="kept")
    await _limit(repository, 1)
    writes = [a_message(repository, f"1713.{n}", text="x" * 5000) for n in range(5)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(one) for one in outcomes} == {StorageError}
    assert "is full: free some space; everything stored before is safe" in str(outcomes[0])
    assert await repository.timeline(kept.session_id) == [kept]
    await _limit(repository, 1_000_000)
    later = await a_message(repository, "1714.1", text="x" * 5000)
    both = await repository.open_messages(kept.session_id)
    assert {one.text: one for one in both} == {"kept": kept, later.text: later}


async def test_what_still_fits_on_a_full_disk_is_stored(repository: SQLiteRepository) -> None:
    session = await a_session(repository)
    await _limit(repository, 1)
    stop = Stop(repository)
    too_big = asyncio.ensure_future(a_message(repository, "1713.1", text="x" * 50_000))
    small = asyncio.ensure_future(repository.acquire_lease(session.id, asks()))
    await asyncio.sleep(0)
    await stop.let_go()
    with pytest.raises(StorageError, match="is full"):
        await too_big
    assert await small == await stored(repository, session.id)


async def _limit(repository: SQLiteRepository, pages: int) -> None:
    """Let the file grow to so many pages, or not at all if it has more."""
    limit = f"PRAGMA max_page_count = {pages}"
    await repository._writer.run(lambda tx: tx.execute(limit).fetchone())
