"""Closing loses nothing and leaves nothing behind."""

import asyncio
import threading
from pathlib import Path

import pytest

from session import StorageError
from session.engines.sqlite import sessions
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, a_session, acquired, message, new_session
from tests.support.inbox import all_due
from tests.unit.session.sqlite.busy import Stop


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
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sqlite-")]
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
        lambda: all_due(repository),
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
