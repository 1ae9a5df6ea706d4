"""What is deleted is gone from the disk, and its room comes back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from session.engines.sqlite import file, tidying
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, new_session
from tests.unit.session.sqlite.busy import Stop

SECRET = b"the-password-is-tulip"
SOON = 0.05


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_SOON", SOON)
    monkeypatch.setattr(tidying, "_LATER", SOON)


@pytest.fixture(params=[True, False], ids=["as built", "a build that forgets nothing"])
async def repository(
    request: pytest.FixtureRequest, path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SQLiteRepository]:
    """A store whose SQLite overwrites deleted things by itself, and one whose does not."""
    if not request.param:
        connect = file.connect

        def careless(path: Path, *, busy_timeout: float = 0.0) -> sqlite3.Connection:
            connection = connect(path, busy_timeout=busy_timeout)
            connection.execute("PRAGMA secure_delete = OFF")
            return connection

        monkeypatch.setattr(file, "connect", careless)
    repository = await SQLiteRepository.open(path)
    yield repository
    await repository.aclose()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - the disk sets no event
            await asyncio.sleep(0.02)


def on_disk(path: Path) -> bytes:
    files = [path, path.with_name(path.name + "-wal")]
    return b"".join(file.read_bytes() for file in files)


async def fill(repository: SQLiteRepository, count: int) -> None:
    text = SECRET.decode() * 500
    await asyncio.gather(
        *(a_message(repository, f"1712.{number}", text=text) for number in range(count))
    )


async def forget(repository: SQLiteRepository) -> None:
    """Close everything and delete it, as retention does."""
    await repository._writer.run(
        lambda tx: tx.execute("UPDATE messages SET state = 'closed', look_at = NULL")
    )
    idle_since = repository.date() + timedelta(days=1)
    assert await repository.delete_session(new_session().id, idle_since=idle_since)


async def test_deleted_text_is_nowhere_on_the_disk_and_the_disk_comes_back(
    repository: SQLiteRepository, path: Path
) -> None:
    await fill(repository, 400)
    await forget(repository)
    await until(lambda: len(on_disk(path)) < 200_000)
    assert SECRET not in on_disk(path)


async def test_blanked_text_is_nowhere_on_the_disk(
    repository: SQLiteRepository, path: Path
) -> None:
    message = await a_message(repository, "1712.1", text=SECRET.decode())
    await a_message(repository, "1712.2", text="kept")
    assert SECRET in on_disk(path)
    await repository.blank_message(message.id)
    await until(lambda: SECRET not in on_disk(path))
    assert b"kept" in on_disk(path)


async def test_whoever_reads_meanwhile_only_delays_it(
    repository: SQLiteRepository, path: Path
) -> None:
    message = await a_message(repository, "1712.1", text=SECRET.decode())
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM messages").fetchall()
    await repository.blank_message(message.id)
    await asyncio.sleep(4 * SOON)
    await a_message(repository, "1712.2")
    reader.close()
    await until(lambda: SECRET not in on_disk(path))


async def test_a_write_waits_for_a_mebibyte_of_tidying_at_most(
    repository: SQLiteRepository, path: Path
) -> None:
    await fill(repository, 400)
    steps: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("PRAGMA incremental_vacuum") or statement == "COMMIT":
            steps.append(statement)

    connection = repository._writer._connection
    await repository._writer.run(lambda tx: connection.set_trace_callback(note))
    await forget(repository)
    steps.clear()
    await until(lambda: bool(steps))
    await a_message(repository, "1712.9999")
    assert "COMMIT" in steps
    await until(lambda: len(on_disk(path)) < 200_000)
    vacuums = [step for step in steps if step != "COMMIT"]
    assert len(vacuums) > 2


async def test_closing_waits_for_no_tidying(path: Path) -> None:
    repository = await SQLiteRepository.open(path)
    await fill(repository, 50)
    stop = Stop(repository)
    forgetting = asyncio.ensure_future(forget(repository))
    await asyncio.sleep(0)
    await stop.let_go()
    await forgetting
    await asyncio.wait_for(repository.aclose(), 10)
