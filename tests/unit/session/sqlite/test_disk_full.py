"""A full disk is an error that passes."""

import asyncio

import pytest

from session import StorageError
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message, a_session, asks, stored
from tests.unit.session.sqlite.busy import Stop


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
    assert await small == (await stored(repository, session.id)).lease


async def _limit(repository: SQLiteRepository, pages: int) -> None:
    """Let the file grow to so many pages, or not at all if it has more."""
    limit = f"PRAGMA max_page_count = {pages}"
    await repository._writer.run(lambda tx: tx.execute(limit).fetchone())
