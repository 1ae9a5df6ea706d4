"""One file, opened by anybody at any moment; what cannot be opened says what to do."""

import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from session import Access, StorageError, StoreUrlError, open_repository
from session.engines.sqlite.file import LOG_PAGES
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.surroundings import Surroundings
from tests.conformance.examples import a_message, a_session
from tests.unit.session.sqlite.processes import process, said

ROOT = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw"


async def refused(path: Path, *, mounts: str = ROOT) -> str:
    with pytest.raises(StorageError) as failure:
        await SQLiteRepository.open(path, machine=Surroundings(mounts=lambda: mounts))
    return str(failure.value)


async def test_the_url_names_a_file_relative_to_the_working_directory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    async with open_repository("sqlite:///burrow.db") as repository:
        assert repository.description == f"the SQLite file {path}"
        assert repository.is_local
    assert path.exists()


async def test_a_url_with_four_slashes_names_an_absolute_path(path: Path) -> None:
    async with open_repository(f"sqlite:///{path}") as repository:
        await a_session(repository)
    assert path.exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://b.db", "sqlite:///:memory:"])
async def test_a_url_without_a_file_shows_the_good_forms(url: str) -> None:
    with pytest.raises(StoreUrlError, match=r"Good forms: .*sqlite:///relative/path\.db"):
        async with open_repository(url):
            pass


async def test_only_the_owner_may_read_the_files(repository: SQLiteRepository, path: Path) -> None:
    await a_session(repository)
    files = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
    locks = path.with_name("burrow.db-instances")
    files += locks.iterdir()
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(locks.stat().st_mode) == 0o700


async def test_every_commit_is_on_the_disk(repository: SQLiteRepository) -> None:
    async def setting(name: str) -> object:
        return await repository._writer.run(lambda tx: tx.execute(f"PRAGMA {name}").fetchone()[0])

    assert await setting("journal_mode") == "wal"
    assert await setting("synchronous") == 2
    assert await setting("wal_autocheckpoint") == LOG_PAGES


async def test_eight_processes_may_create_the_file_at_once(path: Path) -> None:
    with ExitStack() as running:
        others = [running.enter_context(process("create", path)) for _ in range(8)]
        assert [said(other) for other in others] == ["ready"] * 8
        for other in others:
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()
        assert all(said(other) for other in others)
        assert [other.wait() for other in others] == [0] * 8


async def test_many_openings_in_one_process_at_once_share_the_file(path: Path) -> None:
    opened = await asyncio.gather(*(SQLiteRepository.open(path) for _ in range(8)))
    session = await a_session(opened[0])
    assert [await repository.get_session(session.id) for repository in opened] == [session] * 8
    for repository in opened:
        await repository.aclose()
    assert not list(path.with_name("burrow.db-instances").glob("*.lock"))


async def test_a_link_to_the_file_is_the_file(path: Path, repository: SQLiteRepository) -> None:
    (path.parent / "elsewhere").mkdir()
    link = path.parent / "elsewhere" / "link.db"
    link.symlink_to(path)
    session = await a_session(repository)
    other = await SQLiteRepository.open(link)
    assert await other.get_session(session.id) == session
    await other.aclose()
    assert [file.name for file in link.parent.iterdir()] == ["link.db"]


async def test_an_opening_that_is_cancelled_leaves_nothing_behind(path: Path) -> None:
    started, go = threading.Event(), threading.Event()

    def mounts() -> str:
        started.set()
        go.wait(10)
        return ROOT

    opening = asyncio.ensure_future(
        SQLiteRepository.open(path, machine=Surroundings(mounts=mounts))
    )
    await asyncio.to_thread(started.wait, 10)
    opening.cancel()
    asyncio.get_running_loop().call_later(0.1, go.set)
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert path.exists(), "it was not waited for"
    assert not list(path.parent.glob("burrow.db-instances/*.lock"))


async def test_a_missing_folder(path: Path) -> None:
    said = await refused(path.parent / "nowhere" / "burrow.db")
    assert said == f"there is no folder {path.parent}/nowhere: create it, or name another file"


async def test_a_folder_instead_of_a_file(path: Path) -> None:
    path.mkdir()
    assert await refused(path) == f"{path} is a folder: name a file in it"


async def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    assert await refused(path) == f"{path} is not a SQLite database: name another file"
    assert path.read_text().startswith("Dear diary")


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE songs (title TEXT)")
    theirs.close()
    before = path.read_bytes()
    assert await refused(path) == f"{path} is another program's database: name another file"
    assert path.read_bytes() == before


async def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    await (await SQLiteRepository.open(path)).aclose()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 1000")
    newer.close()
    assert "was written by a newer version of Burrow" in await refused(path)
    assert "update Burrow" in await refused(path)


async def test_a_file_from_before_the_first_release_is_left_alone(path: Path) -> None:
    await (await SQLiteRepository.open(path)).aclose()
    older = sqlite3.connect(path)
    older.execute("PRAGMA user_version = 1")
    older.close()
    sentence = await refused(path)
    assert "from before its first release (its format is 1," in sentence
    assert "move it away, with its -wal and -shm files" in sentence


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE messages DROP COLUMN author_id", "the column messages.author_id"),
        ("ALTER TABLE sessions RENAME COLUMN muted TO mute", "the column sessions.muted"),
        ("DROP INDEX messages_timeline", "the index messages_timeline"),
        ("DROP TABLE turns", "the table turns"),
        (
            "DROP INDEX messages_timeline;CREATE INDEX messages_timeline ON messages (session_id)",
            "the index messages_timeline",
        ),
    ],
)
@pytest.mark.parametrize("access", list(Access))
async def test_a_file_that_lost_something_says_so_at_the_start(
    path: Path, change: str, named: str, access: Access
) -> None:
    await (await SQLiteRepository.open(path)).aclose()
    other = sqlite3.connect(path)
    other.executescript(change)
    other.close()
    with pytest.raises(StorageError) as failure:
        await SQLiteRepository.open(path, access=access)
    assert f"{path} lacks {named}" in str(failure.value)
    assert "put a backup in its place" in str(failure.value)


async def test_what_another_program_added_does_no_harm(path: Path) -> None:
    await (await SQLiteRepository.open(path)).aclose()
    other = sqlite3.connect(path)
    other.executescript("ALTER TABLE messages ADD COLUMN note; CREATE INDEX own ON turns (id)")
    other.close()
    await (await SQLiteRepository.open(path)).aclose()


async def test_a_damaged_file(path: Path) -> None:
    repository = await SQLiteRepository.open(path)
    for number in range(200):
        await a_message(repository, f"1712.{number}", text="x" * 500)
    await repository.aclose()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * len(content[4096:])
    path.write_bytes(content)
    assert "is damaged: stop the bot and put a backup in its place" in await refused(path)


async def test_a_network_file_system(path: Path) -> None:
    mounts = f"{ROOT}\n36 27 0:40 / {path.parent} rw - nfs4 server:/export rw"
    assert "is on a network file system (nfs4)" in await refused(path, mounts=mounts)
    assert not path.exists()


@pytest.mark.parametrize("kind", ["virtiofs", "fakeowner", "vboxsf", "9p", "fuse.grpcfuse"])
async def test_a_file_system_that_is_not_known_to_be_local(path: Path, kind: str) -> None:
    mounts = f"{ROOT}\n36 27 0:40 / {path.parent} rw - {kind} host rw"
    told = await refused(path, mounts=mounts)
    assert f"{path} is on {kind}, which is not known to be a local disk" in told
    assert "in Docker on a named volume" in told
    assert "SQLITE_ANY_FILE_SYSTEM=true" in told
    assert not list(path.parent.iterdir())


async def test_a_file_that_is_mounted_by_itself(path: Path) -> None:
    path.touch()
    mounts = f"{ROOT}\n36 27 254:0 / {path} rw - ext4 /dev/vdb rw"
    assert f"{path} is mounted as a single file" in await refused(path, mounts=mounts)
    mounts = mounts.replace("ext4 /dev/vdb", "fakeowner /host")
    assert f"{path} is on fakeowner" in await refused(path, mounts=mounts)


async def test_the_operator_may_answer_for_any_file_system(path: Path) -> None:
    mounts = f"{ROOT}\n36 27 0:40 / {path.parent} rw - virtiofs host rw"
    trusting = Surroundings(mounts=lambda: mounts, any_file_system=True)
    repository = await SQLiteRepository.open(path, machine=trusting)
    await a_session(repository)
    await repository.aclose()


@pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")
async def test_a_file_or_folder_that_may_not_be_written() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        path = folder / "burrow.db"
        path.touch(0o444)
        path.chmod(0o444)
        with ordinary_user():
            assert await refused(path) == (
                f"{path} cannot be read and written: check the file's permissions"
            )
        path.unlink()
        folder.chmod(0o555)
        with ordinary_user():
            assert f"{folder} cannot be written" in await refused(path)
        folder.chmod(0o755)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Obey permissions even where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
