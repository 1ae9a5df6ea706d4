"""A disk that takes no more is an error that passes, and it says what to do."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session import Access, StorageError
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, a_session, asks, stored
from tests.support.small_disk import SmallDisk, small_disk
from tests.unit.session.sqlite.busy import Stop

FULL = "is full: free some space; everything stored before is safe"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
async def on_disk(disk: SmallDisk) -> AsyncIterator[SQLiteRepository]:
    repository = await SQLiteRepository.open(disk.folder / "burrow.db")
    yield repository
    await repository.aclose()


async def test_a_full_disk_is_said_and_loses_nothing(
    disk: SmallDisk, on_disk: SQLiteRepository
) -> None:
    kept = await a_message(on_disk, "1712.1", text="kept")
    disk.fill()
    for _ in range(2):
        writes = [a_message(on_disk, f"1713.{n}", text="x" * 50_000) for n in range(5)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {StorageError}
        assert str(outcomes[0]) == f"the disk that holds {disk.folder}/burrow.db {FULL}"
    assert await on_disk.timeline(kept.session_id) == [kept]
    disk.free()
    later = await a_message(on_disk, "1714.1", text="x" * 50_000)
    assert {message.id for message in await on_disk.open_messages(kept.session_id)} == {
        kept.id,
        later.id,
    }


async def test_a_full_disk_is_said_by_whoever_creates_a_store_on_it(disk: SmallDisk) -> None:
    disk.fill()
    with pytest.raises(StorageError, match=FULL):
        await SQLiteRepository.open(disk.folder / "burrow.db")
    disk.free()
    await (await SQLiteRepository.open(disk.folder / "burrow.db")).aclose()


async def test_a_store_on_a_full_disk_can_be_looked_at(
    disk: SmallDisk, on_disk: SQLiteRepository
) -> None:
    session = await a_session(on_disk)
    disk.fill()
    looking = await SQLiteRepository.open(disk.folder / "burrow.db", access=Access.LOOK)
    assert await looking.scan_sessions() == [session]
    await looking.aclose()


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
    assert await small == (await stored(repository, session.id)).lease


async def test_a_disk_that_is_mounted_read_only_is_named_at_the_start(disk: SmallDisk) -> None:
    path = disk.folder / "burrow.db"
    await (await SQLiteRepository.open(path)).aclose()
    disk.make_read_only()
    with pytest.raises(StorageError) as refused:
        await SQLiteRepository.open(path)
    assert str(refused.value) == (f"the disk that holds {path} is read-only: mount it for writing")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
async def test_a_limit_on_the_size_of_files_is_named(
    repository: SQLiteRepository, path: Path
) -> None:
    kept = await a_message(repository, "1712.1")
    size = path.with_name(path.name + "-wal").stat().st_size
    with file_size_limit(size), pytest.raises(StorageError, match="the limits for the size"):
        await a_message(repository, "1713.1", text="x" * 50_000)
    later = await a_message(repository, "1714.1", text="x" * 50_000)
    assert {message.id for message in await repository.timeline(kept.session_id)} == {
        kept.id,
        later.id,
    }


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def _limit(repository: SQLiteRepository, pages: int) -> None:
    """Let the file grow to so many pages, or not at all if it has more."""
    limit = f"PRAGMA max_page_count = {pages}"
    await repository._writer.run(lambda tx: tx.execute(limit).fetchone())
