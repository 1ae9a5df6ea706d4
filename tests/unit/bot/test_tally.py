"""Numbers of today: added up over all instances, written now and then, and never in between."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from structlog.testing import capture_logs

from bot.tally import WRITE_EVERY, Tally
from session import Repository, StorageError, open_repository
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import in_memory
from tests.unit.bot.virtual_time import in_virtual_time


class Counted:
    """Notes each write of a number, or refuses it."""

    def __init__(self, repository: Repository) -> None:
        self.written: list[int] = []
        self.is_down = False
        self._put = repository.put_count
        repository.put_count = self  # type: ignore[method-assign]

    async def __call__(self, name: str, day: date, value: int) -> None:
        if self.is_down:
            raise StorageError("away")
        self.written.append(value)
        await self._put(name, day, value)


@in_virtual_time
async def test_what_is_counted_is_known_at_once_and_written_every_ten_seconds() -> None:
    repository = in_memory()
    tally, counted = Tally(repository), Counted(repository)
    writing = asyncio.create_task(tally.run())
    for _ in range(35):
        tally.add("tokens", 2)
        await asyncio.sleep(1)
    assert await tally.today("tokens") == 70
    assert await tally.today("other") == 0
    assert len(counted.written) == 35 // WRITE_EVERY + 1
    await asyncio.sleep(WRITE_EVERY)
    assert counted.written[-1] == 70
    await asyncio.sleep(1_000)
    assert len(counted.written) == 35 // WRITE_EVERY + 2
    writing.cancel()


async def test_all_instances_add_up_and_one_that_starts_again_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/burrow.db"
    async with open_repository(url) as here, open_repository(url) as there:
        ours, theirs = Tally(here), Tally(there)
        ours.add("tokens", 5)
        theirs.add("tokens", 7)
        await theirs.write()
        assert await ours.today("tokens") == 12
        await ours.close()
    async with open_repository(url) as again:
        after = Tally(again)
        after.add("tokens", 1)
        await after.write()
        assert await after.today("tokens") == 13


@in_virtual_time
async def test_while_the_store_is_away_this_instance_counts_on_and_writes_it_later() -> None:
    repository = in_memory()
    tally, counted = Tally(repository), Counted(repository)
    counted.is_down = True

    async def away(name: str, day: date) -> int:
        raise StorageError("away")

    total, repository.total = repository.total, away  # type: ignore[method-assign]
    writing = asyncio.create_task(tally.run())
    tally.add("tokens", 3)
    with capture_logs():
        await asyncio.sleep(60)
        assert await tally.today("tokens") == 3
    counted.is_down = False
    repository.total = total  # type: ignore[method-assign]
    await asyncio.sleep(WRITE_EVERY)
    assert counted.written == [3]
    assert await tally.today("tokens") == 3
    writing.cancel()


@in_virtual_time
async def test_a_new_day_begins_at_nothing_and_the_old_one_is_written_and_forgotten() -> None:
    times = [datetime(2026, 3, 1, 23, 59, tzinfo=UTC)]
    repository = MemoryRepository(wall=lambda: times[0])
    tally = Tally(repository)
    tally.add("tokens", 4)
    times[0] += timedelta(minutes=2)
    assert await tally.today("tokens") == 0
    tally.add("tokens", 1)
    await tally.write()
    assert await repository.total("tokens", date(2026, 3, 1)) == 4
    assert await tally.today("tokens") == 1
    assert list(tally._mine) == [("tokens", date(2026, 3, 2))]


@in_virtual_time
async def test_the_last_write_does_not_hold_up_the_end() -> None:
    repository = in_memory()

    async def hangs(name: str, day: date, value: int) -> None:
        await asyncio.sleep(1_000)

    repository.put_count = hangs  # type: ignore[method-assign]
    tally = Tally(repository)
    tally.add("tokens", 1)
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            await tally.close()
    assert logs[0]["event"] == "tally.not_written"
