"""A bot signs in the store at a modest pace, and knows from it whether writing works."""

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.observe import presence as presence_module
from bot.observe.presence import Presence
from session import StorageError, open_repository
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import in_memory
from tests.unit.bot.virtual_time import in_virtual_time


class Failing(MemoryRepository):
    """Takes no sign while `is_full`."""

    is_full = True
    asked = 0

    async def sign(self, about: Mapping[str, Any]) -> None:
        self.asked += 1
        if self.is_full:
            raise StorageError("the disk is full")
        await super().sign(about)


@in_virtual_time
async def test_it_signs_with_version_and_host_until_it_is_cancelled() -> None:
    repository = in_memory()
    signing = asyncio.create_task(Presence(repository).run())
    await asyncio.sleep(1)
    [first] = await repository.instances()
    assert {"version", "host", "started"} <= set(first.about)
    await asyncio.sleep(60)
    [later] = await repository.instances()
    assert later.signed_at > first.signed_at
    signing.cancel()
    await asyncio.wait([signing])


@in_virtual_time
async def test_a_store_that_takes_nothing_is_said_once_and_tried_again_until_it_does() -> None:
    repository = Failing()
    presence = Presence(repository)
    with capture_logs() as logs:
        signing = asyncio.create_task(presence.run())
        await asyncio.sleep(30)
        assert await presence.trouble() == "the store takes nothing: the disk is full"
        assert repository.asked > 3
        repository.is_full = False
        await asyncio.sleep(10)
        assert await presence.trouble() is None
        signing.cancel()
        await asyncio.wait([signing])
    assert [line["event"] for line in logs] == ["store.not_written", "store.written_again"]


async def test_a_store_whose_write_lock_is_held_is_said_and_so_is_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LONGEST_SECONDS", 0.3)
    monkeypatch.setattr(presence_module, "PROBED_SECONDS", 0)
    async with open_repository(f"sqlite:///{tmp_path}/burrow.db") as repository:
        presence = Presence(repository)
        assert await presence.trouble() is None
        blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        assert "the store does not answer" in str(await presence.trouble())
        blocker.execute("ROLLBACK")
        blocker.close()
        async with asyncio.timeout(20):
            while await presence.trouble() is not None:
                pass


@in_virtual_time
async def test_probes_share_one_sign_for_a_while() -> None:
    repository = Failing()
    repository.is_full = False
    presence = Presence(repository)
    assert await asyncio.gather(*(presence.trouble() for _ in range(50))) == [None] * 50
    assert repository.asked == 1
    repository.is_full = True
    assert await presence.trouble() is None
    await asyncio.sleep(presence_module.PROBED_SECONDS)
    assert await presence.trouble() == "the store takes nothing: the disk is full"
    assert repository.asked == 2
