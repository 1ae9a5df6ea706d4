"""Forgetting what nobody has used for long, and nothing else."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from structlog.testing import capture_logs

from bot.retention import delete_idle, keep_for
from session import Outcome, Session, SessionId, StorageError, TurnEnd
from session.engines.memory import MemoryRepository
from tests.conformance.examples import a_message, a_session
from tests.unit.bot.stories import in_memory, lock_of
from tests.unit.bot.virtual_time import in_virtual_time

WEEK = timedelta(days=7)


async def closed(repository: MemoryRepository, ts: str, outcome: Outcome) -> SessionId:
    """A session whose one message a turn ended that way."""
    message = await a_message(repository, ts, ts)
    lock = await lock_of(repository, message.session_id)
    await lock.finish_turn(TurnEnd(outcome=outcome, message_ids=(message.id,), release=True))
    return message.session_id


@in_virtual_time
async def test_only_what_is_idle_closed_and_unheld_is_deleted() -> None:
    repository = in_memory()
    idle = await closed(repository, "1.1", Outcome.ANSWERED)
    waiting = await closed(repository, "2.1", Outcome.PARKED)
    opened = (await a_message(repository, "3.1", "3.1")).session_id
    held = (await a_session(repository, "4.1")).id
    await asyncio.sleep(WEEK.total_seconds() + 60)
    await lock_of(repository, held)
    fresh = await closed(repository, "5.1", Outcome.ANSWERED)

    assert await delete_idle(repository, WEEK) == 1
    kept = {one.id for one in await repository.scan_sessions()}
    assert kept == {waiting, opened, held, fresh}
    assert await repository.get_session(idle) is None


@in_virtual_time
async def test_every_page_is_passed_over_though_sessions_vanish_meanwhile() -> None:
    repository = in_memory()
    for number in range(250):
        await a_session(repository, f"{number}.1")
        await a_message(repository, f"{number}.2", f"{number}.2")
    await asyncio.sleep(WEEK.total_seconds() + 60)
    assert await delete_idle(repository, WEEK) == 250
    assert len(await repository.scan_sessions(limit=1_000)) == 250


@in_virtual_time
async def test_it_is_done_daily_until_cancelled() -> None:
    repository = in_memory()
    await a_session(repository)
    with capture_logs() as logs:
        keeping = asyncio.create_task(keep_for(repository, 3))
        await asyncio.sleep(4.5 * 24 * 3600)
        keeping.cancel()
        await asyncio.wait([keeping])
    assert [one["deleted"] for one in logs] == [0, 0, 0, 0, 1]


@in_virtual_time
async def test_zero_days_keep_everything() -> None:
    class Unasked(MemoryRepository):
        async def scan_sessions(
            self, *, after: SessionId | None = None, limit: int = 100
        ) -> Sequence[Session]:
            raise AssertionError("it was asked")

    await keep_for(Unasked(), 0)


@in_virtual_time
async def test_a_store_that_fails_is_asked_again_the_next_day() -> None:
    class Failing(MemoryRepository):
        asked = 0

        async def scan_sessions(
            self, *, after: SessionId | None = None, limit: int = 100
        ) -> Sequence[Session]:
            self.asked += 1
            raise StorageError("disk full")

    repository = Failing()
    keeping = asyncio.create_task(keep_for(repository, 3))
    await asyncio.sleep(25 * 3600)
    keeping.cancel()
    await asyncio.wait([keeping])
    assert repository.asked == 2
