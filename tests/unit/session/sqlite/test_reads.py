"""Reads never wait for writes, and what must be quick is served by an index."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from session import StorageError
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, a_session, new_session, stored


@contextmanager
def locked(path: Path, how: str) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(how)
        yield
        other.execute("ROLLBACK")


async def test_a_short_read_sees_the_last_commit_while_another_process_writes(
    repository: SQLiteRepository, path: Path
) -> None:
    session = await a_session(repository)
    with locked(path, "BEGIN IMMEDIATE"):
        assert await stored(repository, session.id) == session


async def test_a_short_read_runs_on_the_loop_and_a_long_one_does_not(
    repository: SQLiteRepository,
) -> None:
    here = threading.get_ident()
    assert await repository._reader.short(lambda _: threading.get_ident()) == here
    assert await repository._reader.long(lambda _: threading.get_ident()) != here


async def test_a_busy_file_makes_a_short_read_wait_in_the_thread(
    repository: SQLiteRepository,
) -> None:
    threads: list[int] = []

    def read(_: sqlite3.Connection) -> str:
        threads.append(threading.get_ident())
        if len(threads) == 1:
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
            raise busy
        return "read"

    assert await repository._reader.short(read) == "read"
    assert threads[0] == threading.get_ident() != threads[1]


async def test_a_failing_read_says_so_in_plain_words(repository: SQLiteRepository) -> None:
    def fail(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    for read in (repository._reader.short, repository._reader.long):
        with pytest.raises(StorageError, match="failed to read or write: look into the system"):
            await read(fail)


async def test_a_reader_cannot_write(repository: SQLiteRepository) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        await repository._reader.short(lambda db: db.execute("DELETE FROM sessions"))


async def test_more_open_messages_than_fit_the_loop_are_all_found(
    repository: SQLiteRepository,
) -> None:
    await asyncio.gather(*(a_message(repository, f"1712.{n:03}") for n in range(120)))
    found = await repository.open_messages(new_session().id)
    assert len(found) == 120
    assert found == await repository.timeline(new_session().id)


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("look_at IS NOT NULL AND look_at <= 9 ORDER BY look_at, id LIMIT 500", "messages_due"),
        ("session_id = 's' AND state <> 'closed' AND state = 'open'", "messages_unfinished"),
        ("session_id = 's' ORDER BY sent_at DESC, id DESC", "messages_timeline"),
    ],
)
async def test_an_index_serves_the_query_without_sorting(
    repository: SQLiteRepository, sql: str, index: str
) -> None:
    def plan(db: sqlite3.Connection) -> str:
        rows = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM messages WHERE {sql}").fetchall()
        return "; ".join(row[3] for row in rows)

    said = await repository._reader.short(plan)
    assert f"USING INDEX {index}" in said
    assert "TEMP B-TREE" not in said


async def test_an_index_alone_says_which_sessions_saw_the_same(
    repository: SQLiteRepository,
) -> None:
    asked: list[str] = []
    await repository._reader.long(lambda db: db.set_trace_callback(asked.append))
    await repository.seen_elsewhere(["a", "b"], besides=new_session().id)
    await repository._reader.long(lambda db: db.set_trace_callback(None))
    (sql,) = asked
    plan = await repository._reader.long(
        lambda db: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    )
    assert "SEARCH sightings USING COVERING INDEX sightings_by_key (key=?)" in plan
