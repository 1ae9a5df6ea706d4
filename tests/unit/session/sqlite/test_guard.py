"""What others do to the files under a running bot is noticed, and nothing goes astray."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from session import Access, StorageError
from session.engines.sqlite import guard
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, a_session, acquired, asks, new_session, stored
from tests.unit.session.sqlite.processes import process, said

SUFFIXES = ["", "-wal", "-shm"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files in place")


@pytest.fixture(autouse=True)
def every_read_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS_BETWEEN_CHECKS", 0.0)


@pytest.fixture
async def linked(path: Path) -> AsyncIterator[SQLiteRepository]:
    """A store that is opened by a link, as a mounted volume's may be."""
    path.with_name("link.db").symlink_to(path)
    repository = await SQLiteRepository.open(path.with_name("link.db"))
    yield repository
    await repository.aclose()


def remove(file: Path) -> None:
    file.unlink()


def replace_by_a_copy(file: Path) -> None:
    copy = file.with_name("copy")
    shutil.copy(file, copy)
    copy.replace(file)


async def refused(repository: SQLiteRepository, file: Path) -> None:
    """See that every kind of call says which file it is."""
    says = rf"{file} was (removed or replaced|emptied) while a bot used it: stop every bot"
    for call in (
        lambda: repository.get_session(new_session().id),
        lambda: repository.scan_sessions(),
        lambda: a_message(repository, "1712.9"),
        lambda: repository.acquire_lease(new_session().id, asks()),
    ):
        with pytest.raises(StorageError, match=says):
            await call()


@pytest.mark.parametrize("change", [remove, replace_by_a_copy])
@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_nothing_is_read_or_written_once_a_file_is_gone(
    repository: SQLiteRepository, path: Path, change: Callable[[Path], None], suffix: str
) -> None:
    await a_session(repository)
    file = path.with_name(path.name + suffix)
    change(file)
    await refused(repository, file)


async def test_a_database_that_is_emptied_is_noticed(
    repository: SQLiteRepository, path: Path
) -> None:
    await a_session(repository)
    os.truncate(path, 0)
    await refused(repository, path)


async def test_everything_that_waits_together_is_refused_together(
    repository: SQLiteRepository, path: Path
) -> None:
    path.rename(path.with_name("away.db"))
    for number in range(3):
        with pytest.raises(StorageError, match="was removed or replaced"):
            await a_message(repository, f"1712.{number}")
    path.with_name("away.db").rename(path)
    await a_session(repository)


async def test_a_folder_that_is_moved_away_and_back_goes_on(
    repository: SQLiteRepository, path: Path
) -> None:
    session = await a_session(repository)
    away = path.parent.with_name(path.parent.name + "-away")
    path.parent.rename(away)
    await refused(repository, path)
    away.rename(path.parent)
    assert await repository.get_session(session.id) == session


async def test_a_link_that_is_turned_to_another_file_is_noticed(
    linked: SQLiteRepository, path: Path
) -> None:
    await a_session(linked)
    other = await SQLiteRepository.open(path.with_name("other.db"))
    await other.aclose()
    link = path.with_name("link.db")
    link.unlink()
    link.symlink_to(path.with_name("other.db"))
    await refused(linked, link)


async def test_a_bots_sign_of_life_that_is_tidied_away_comes_back(
    repository: SQLiteRepository, path: Path
) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    shutil.rmtree(path.with_name("burrow.db-instances"))
    await stored(repository, claim.session_id)
    with process("look", path) as other:
        assert said(other)
    assert (await stored(repository, claim.session_id)).lease is not None
    looking = await SQLiteRepository.open(path, access=Access.LOOK)
    assert (await stored(looking, claim.session_id)).held_at(looking.now())
    await looking.aclose()


async def test_a_sign_of_life_that_cannot_come_back_stops_nobody(
    repository: SQLiteRepository, path: Path
) -> None:
    folder = path.with_name("burrow.db-instances")
    shutil.rmtree(folder)
    folder.touch()
    session = await a_session(repository)
    assert await repository.get_session(session.id) == session
