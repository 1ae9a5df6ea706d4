"""A file of the version before is carried forward by a bot, with a copy as the way back."""

import asyncio
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from session import Access, FileInUseError, StorageError
from session.engines.sqlite.formats import Format, Step
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.schema import FORMAT
from tests.conformance.examples import a_message, a_session
from tests.support.full_store import contents, fill
from tests.support.next_version import NEXT, add_moods
from tests.support.small_disk import small_disk
from tests.unit.session.sqlite.machine import Machine
from tests.unit.session.sqlite.processes import process, program, said
from tests.unit.session.sqlite.upgrading import upgrading

SOON = 0.5
WEEK = timedelta(days=7)


@pytest.fixture
async def before(path: Path) -> dict[str, str]:
    """What the version before left in the file."""
    repository = await SQLiteRepository.open(path)
    await fill(repository)
    left = await contents(repository)
    await repository.aclose()
    return left


async def opened(
    path: Path, access: Access = Access.SERVE, waits: float = SOON
) -> SQLiteRepository:
    return await SQLiteRepository.open(path, access=access, ours=NEXT, waits=waits)


async def look(path: Path, ours: Format = FORMAT) -> dict[str, str]:
    repository = await SQLiteRepository.open(path, access=Access.LOOK, ours=ours)
    try:
        return await contents(repository)
    finally:
        await repository.aclose()


def copy_of(path: Path) -> Path:
    return path.with_name("burrow.db-before-upgrade")


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("PRAGMA user_version").fetchone()[0])


def with_last_step(step: Step) -> Format:
    return replace(NEXT, steps=(*NEXT.steps[:-1], step))


async def test_all_that_was_stored_is_there_and_the_steps_have_run(
    path: Path, before: dict[str, str]
) -> None:
    repository = await opened(path)
    assert await contents(repository) == before
    [carried] = await repository._writer.run(
        lambda tx: tx.execute("SELECT count(*) FROM stamps").fetchall()
    )
    await a_message(repository, "1799.0001")
    await repository.aclose()
    assert carried[0] >= 8
    assert version_of(path) == NEXT.version
    await (await opened(path)).aclose()


async def test_a_carried_file_is_durable_as_a_new_one_is(
    path: Path, before: dict[str, str]
) -> None:
    repository = await opened(path)

    async def setting(name: str) -> object:
        return await repository._writer.run(lambda tx: tx.execute(f"PRAGMA {name}").fetchone()[0])

    assert (await setting("journal_mode"), await setting("synchronous")) == ("wal", 2)
    await repository.aclose()


async def test_what_a_step_deletes_is_gone_from_the_file(
    path: Path, before: dict[str, str]
) -> None:
    def forgets(connection: sqlite3.Connection) -> None:
        add_moods(connection)
        connection.execute("UPDATE messages SET text = ''")

    assert "ünïcode".encode() in path.read_bytes()
    await (await SQLiteRepository.open(path, ours=with_last_step(forgets))).aclose()
    assert "ünïcode".encode() not in path.read_bytes()


async def test_several_steps_follow_one_another(path: Path, before: dict[str, str]) -> None:
    def once_more(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE stamps SET stamp = stamp || ' twice'")

    ours = replace(NEXT, version=NEXT.version + 1, steps=(*NEXT.steps, once_more))
    await (await SQLiteRepository.open(path, ours=ours)).aclose()
    assert version_of(path) == ours.version
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT DISTINCT stamp FROM stamps").fetchall() == [("carried twice",)]


async def test_a_new_file_needs_no_steps(path: Path) -> None:
    await (await opened(path)).aclose()
    assert version_of(path) == NEXT.version
    assert not copy_of(path).exists()


async def test_the_copy_is_the_way_back(path: Path, before: dict[str, str]) -> None:
    repository = await opened(path)
    await a_message(repository, "1799.0001")
    await repository.aclose()
    assert stat.S_IMODE(copy_of(path).stat().st_mode) == 0o600
    assert sorted(file.name for file in path.parent.iterdir() if "before" in file.name) == [
        "burrow.db-before-upgrade"
    ]
    with pytest.raises(StorageError, match="written by a newer version of Burrow"):
        await SQLiteRepository.open(path)
    copy_of(path).replace(path)
    former = await SQLiteRepository.open(path)
    assert await contents(former) == before, "what came since is not in it"
    await former.aclose()


async def test_there_is_one_copy_and_a_week_later_none(path: Path, before: dict[str, str]) -> None:
    machine = Machine()
    copy_of(path).write_text("of an earlier upgrade")
    bot = await SQLiteRepository.open(path, machine=machine.surroundings(), ours=NEXT)
    assert await look(copy_of(path)) == before
    machine.advance(WEEK - timedelta(seconds=1))
    await bot.sign({})
    assert copy_of(path).exists()
    machine.advance(timedelta(seconds=1))
    await bot.sign({})
    assert not copy_of(path).exists()
    await bot.aclose()


async def test_a_start_deletes_a_copy_that_is_a_week_old(
    path: Path, before: dict[str, str]
) -> None:
    machine = Machine()
    await (await SQLiteRepository.open(path, machine=machine.surroundings(), ours=NEXT)).aclose()
    machine.advance(WEEK)
    for access, is_kept in ((Access.LOOK, True), (Access.MOVE, True), (Access.SERVE, False)):
        repository = await SQLiteRepository.open(
            path, access=access, machine=machine.surroundings(), ours=NEXT
        )
        await repository.aclose()
        assert copy_of(path).exists() == is_kept


async def test_a_command_reads_the_version_before_as_it_is_while_its_bot_runs(path: Path) -> None:
    bot = await SQLiteRepository.open(path)
    await fill(bot)
    left = await contents(bot)
    reader = await opened(path, Access.LOOK)
    assert await contents(reader) == left
    assert len(await reader.open_messages((await a_session(bot, "1714.0001")).id)) == 1
    with pytest.raises(StorageError):
        await reader.sign({})
    await reader.aclose()
    await bot.sign({})
    await bot.aclose()
    assert version_of(path) == FORMAT.version
    assert not copy_of(path).exists()


async def test_a_command_that_would_write_says_which_one_carries_forward(
    path: Path, before: dict[str, str]
) -> None:
    with pytest.raises(StorageError, match="is of an earlier version of Burrow") as refused:
        await opened(path, Access.MOVE)
    assert "start `burrow run` on it once" in str(refused.value)
    assert version_of(path) == FORMAT.version


def a_bot(path: Path) -> list[str]:
    return ["-m", "tests.unit.session.sqlite.processes", "hold", str(path)]


def another_program(path: Path) -> list[str]:
    script = (
        f"import sqlite3; file = sqlite3.connect({str(path)!r});"
        "print(len(file.execute('SELECT * FROM sessions').fetchall()), flush=True); input()"
    )
    return ["-c", script]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
@pytest.mark.parametrize("command", [a_bot, another_program])
async def test_who_has_the_file_open_is_named_and_nothing_is_done(
    path: Path, before: dict[str, str], command: Callable[[Path], list[str]]
) -> None:
    with program(*command(path)) as other:
        said(other)
        with pytest.raises(FileInUseError) as refused:
            await opened(path)
        pid = other.pid
    assert str(refused.value).startswith(f"another process uses {path}: stop it first (process")
    assert f"(process {pid} (python" in str(refused.value)
    assert version_of(path) == FORMAT.version
    assert not copy_of(path).exists()


def said_in(caplog: pytest.LogCaptureFixture) -> None:
    """Wait for the first line of the log."""
    while not caplog.messages:
        time.sleep(0.05)


async def test_a_bot_is_waited_for_and_its_going_noticed(
    path: Path, before: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with process("hold", path) as other:
        said(other)
        opening = asyncio.ensure_future(SQLiteRepository.open(path, ours=NEXT))
        async with asyncio.timeout(20):
            await asyncio.to_thread(said_in, caplog)
        assert not opening.done()
        other.kill()
        other.wait()
        bot = await asyncio.wait_for(opening, 20)
    assert "store.waiting" in caplog.messages[0]
    assert "store.carried_forward" in caplog.messages[1]
    assert str(copy_of(path)) in caplog.messages[1]
    assert len(caplog.messages) == 2, "waiting is said once"
    assert not [each for each in await bot.scan_sessions() if each.lease], "its leases are ended"
    await bot.aclose()


async def test_a_wait_that_nobody_waits_for_ends_at_once(path: Path, before: object) -> None:
    bot = await SQLiteRepository.open(path)
    opening = asyncio.ensure_future(SQLiteRepository.open(path, ours=NEXT))
    await asyncio.sleep(0.3)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(opening, 5)
    await bot.sign({})
    await bot.aclose()
    assert version_of(path) == FORMAT.version


async def test_a_long_step_ends_when_nobody_waits_for_it(
    path: Path, before: dict[str, str]
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(connection: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        count = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        connection.execute(f"{count} SELECT max(x) FROM n").fetchall()

    opening = asyncio.ensure_future(SQLiteRepository.open(path, ours=with_last_step(endless)))
    await asyncio.wait_for(begun.wait(), 20)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(opening, 20)
    assert await look(path) == before


async def test_one_that_is_killed_in_the_middle_has_changed_nothing(
    path: Path, before: dict[str, str]
) -> None:
    with upgrading(path) as child:
        assert said(child) == "in the middle"
        child.kill()
        child.wait()
    assert await look(path) == before
    assert version_of(path) == FORMAT.version
    bot = await opened(path)
    assert await contents(bot) == before
    await bot.aclose()


@pytest.mark.parametrize("milliseconds", [1, 5, 10, 15, 20, 30, 50])
async def test_one_that_is_killed_at_any_moment_loses_nothing(
    path: Path, before: dict[str, str], milliseconds: int
) -> None:
    with upgrading(path, "at once") as child:
        await asyncio.sleep(milliseconds / 1_000)
        child.kill()
        child.wait()
    assert await look(path, NEXT) == before
    if copy_of(path).exists():
        assert await look(copy_of(path)) == before
    # A busy machine may take a while to close what the dead one had open.
    bot = await opened(path, waits=30)
    assert await contents(bot) == before
    await bot.aclose()
    assert {file.name for file in path.parent.iterdir()} <= {
        *("burrow.db", "burrow.db-instances", "burrow.db-before-upgrade"),
    }


@pytest.mark.skipif(os.name == "nt", reason="no flock on Windows")
async def test_a_second_bot_waits_for_the_first_to_have_carried_forward(
    path: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("session.engines.sqlite.file.OPENING_LIMIT", 0.1)
    with upgrading(path) as child:
        assert said(child) == "in the middle"
        second = asyncio.ensure_future(opened(path))
        await asyncio.sleep(0.5)
        assert not second.done()
        assert child.stdin is not None
        child.stdin.write("go on\n")
        child.stdin.flush()
        assert said(child) == "open"
        bot = await asyncio.wait_for(second, 20)
    assert await contents(bot) == before
    await bot.aclose()


def raises(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM messages")
    raise KeyError("mood")


def is_refused(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM messages")
    connection.execute("INSERT INTO nowhere VALUES (1)")


def forgets_an_index(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE messages ADD COLUMN mood")
    connection.execute("CREATE TABLE stamps (id, stamp)")


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (raises, "'mood'"),
        (is_refused, "no such table: nowhere"),
        (forgets_an_index, "lacks the index messages_by_mood"),
    ],
)
async def test_a_step_that_fails_changes_nothing_and_says_so(
    path: Path, before: dict[str, str], step: Step, reason: str
) -> None:
    for _ in range(2):
        with pytest.raises(StorageError, match="failed and has changed nothing") as failed:
            await SQLiteRepository.open(path, ours=with_last_step(step))
        assert reason in str(failed.value)
        assert "\n" not in str(failed.value)
    assert await look(path) == before
    former = await SQLiteRepository.open(path)
    await former.sign({})
    await former.aclose()


async def test_a_step_that_ends_its_transaction_is_found_out(
    path: Path, before: dict[str, str]
) -> None:
    def commits(connection: sqlite3.Connection) -> None:
        connection.executescript("SELECT 1")

    with pytest.raises(StorageError, match="ended its transaction"):
        await SQLiteRepository.open(path, ours=with_last_step(commits))


async def test_a_disk_without_room_for_the_copy_says_so_and_keeps_the_file(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk.folder / "burrow.db"
        repository = await SQLiteRepository.open(path)
        await fill(repository)
        left = await contents(repository)
        await repository.aclose()
        disk.fill()
        with pytest.raises(StorageError, match="is full: free some space"):
            await opened(path)
        assert not list(disk.folder.glob("*before-upgrade*"))
        disk.free()
        bot = await opened(path)
        assert await contents(bot) == left
        await bot.aclose()


@pytest.mark.parametrize("step", [raises, is_refused])
async def test_a_command_that_cannot_make_its_copy_says_so(
    path: Path, before: dict[str, str], step: Step
) -> None:
    with pytest.raises(StorageError, match="read such a store from a temporary copy") as failed:
        await look(path, with_last_step(step))
    assert "set SQLITE_TMPDIR to a folder with as much room" in str(failed.value)
    assert await look(path) == before
