"""Forgetting what nobody has used for long, and nothing else."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import retention
from bot.retention import Retention, keep_for
from session import AlertKey, NewAlert, Outcome, Session, SessionId, StorageError, TurnEnd
from session.engines.memory import MemoryRepository
from tests.conformance.examples import a_message, a_session
from tests.unit.bot.stories import in_memory, lock_of
from tests.unit.bot.virtual_time import in_virtual_time
from tests.unit.session.sqlite.machine import Machine

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

    assert await Retention(repository, WEEK).pass_over() == 1
    kept = {session.id for session in await repository.scan_sessions()}
    assert kept == {waiting, opened, held, fresh}
    assert await repository.get_session(idle) is None


@in_virtual_time
async def test_what_is_known_of_an_alert_goes_once_it_was_not_seen_for_so_long() -> None:
    repository = in_memory()
    for name in ("old", "new"):
        key = AlertKey(team_id="T1", channel_id=name, fingerprint="cpu")
        at = repository.date()
        new = NewAlert(key=key, thread_ts="1.1", ts="1.1", sent_at=at)
        await repository.see_alert(new)
        await asyncio.sleep(timedelta(days=5).total_seconds())
    await Retention(repository, WEEK).pass_over()
    assert {record.key.channel_id for record in await repository.scan_alerts()} == {"new"}


@in_virtual_time
async def test_numbers_of_days_that_are_over_for_so_long_are_deleted() -> None:
    repository = in_memory()
    first = repository.date().date()
    await repository.put_count("tokens", first, 1)
    await asyncio.sleep(WEEK.total_seconds())
    await repository.put_count("tokens", repository.date().date(), 2)
    retention_of_a_week = Retention(repository, WEEK)
    await retention_of_a_week.pass_over()
    assert len(await repository.scan_counts()) == 2
    await asyncio.sleep(timedelta(days=1).total_seconds())
    await retention_of_a_week.pass_over()
    assert [count.value for count in await repository.scan_counts()] == [2]


@in_virtual_time
async def test_every_page_is_passed_over_though_sessions_vanish_meanwhile() -> None:
    repository = in_memory()
    for number in range(250):
        await a_session(repository, f"{number}.1")
        await a_message(repository, f"{number}.2", f"{number}.2")
    await asyncio.sleep(WEEK.total_seconds() + 60)
    await a_session(repository, "fresh")
    assert await Retention(repository, WEEK).pass_over() == 250
    assert len(await repository.scan_sessions(limit=1_000)) == 251


@in_virtual_time
async def test_more_than_one_pass_may_delete_are_deleted_by_the_passes_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "MOST_AT_ONCE", 3)
    repository = in_memory()
    for number in range(8):
        await a_session(repository, f"{number}.1")
    await asyncio.sleep(WEEK.total_seconds() + 60)
    await a_session(repository, "fresh")
    keeping = asyncio.create_task(keep_for(repository, 7))
    await asyncio.sleep(1)
    assert len(await repository.scan_sessions()) == 1
    keeping.cancel()


@in_virtual_time
async def test_it_is_done_daily_until_cancelled() -> None:
    repository = in_memory()
    await a_session(repository)
    with capture_logs() as logs:
        keeping = asyncio.create_task(keep_for(repository, 3))
        await asyncio.sleep(4.5 * 24 * 3600)
        keeping.cancel()
        await asyncio.wait([keeping])
    assert [(line["event"], line.get("deleted")) for line in logs] == [
        ("retention.passed", 0),
        ("retention.passed", 0),
        ("retention.postponed", None),
        ("retention.passed", 0),
        ("retention.passed", 1),
    ]


class Wall:
    """A date that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_date_far_after_all_that_is_stored_deletes_nothing_at_the_first_look() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    session = await a_session(repository)
    retention = Retention(repository, WEEK)
    wall.now += timedelta(days=4000)
    with capture_logs() as logs:
        assert await retention.pass_over() is None
    assert logs[0]["event"] == "retention.postponed"
    assert "is the clock right?" in logs[0]["reason"]
    assert await repository.get_session(session.id) is not None


async def test_a_date_that_is_still_there_at_the_second_look_is_believed() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    session = await a_session(repository)
    retention = Retention(repository, WEEK)
    wall.now += timedelta(days=4000)
    assert await retention.pass_over() is None
    wall.now += timedelta(days=1)
    assert await retention.pass_over() == 1
    assert await repository.get_session(session.id) is None


async def test_a_clock_that_is_set_right_before_the_second_look_costs_nothing() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    session = await a_session(repository)
    retention = Retention(repository, WEEK)
    wall.now += timedelta(days=4000)
    assert await retention.pass_over() is None
    wall.now -= timedelta(days=4000)
    assert await retention.pass_over() == 0
    wall.now += timedelta(days=4000)
    assert await retention.pass_over() is None, "it is doubted anew"
    assert await repository.get_session(session.id) is not None


async def test_the_second_look_may_be_another_process_s_a_day_later_and_no_sooner() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    session = await a_session(repository)
    wall.now += timedelta(days=4000)
    for hours in (0, 8, 15):
        wall.now += timedelta(hours=hours)
        assert await Retention(repository, WEEK).pass_over() is None
    wall.now += timedelta(hours=1)
    assert await Retention(repository, WEEK).pass_over() == 1
    assert await repository.get_session(session.id) is None


async def test_a_file_keeps_the_first_look_while_no_process_runs(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "burrow.db"
    repository = await machine.open(path)
    await a_session(repository)
    await repository.aclose()
    for days, deleted in ((4000, None), (1, 1)):
        machine.advance(timedelta(days=days))
        repository = await machine.open(path)
        assert await Retention(repository, WEEK).pass_over() == deleted
        await repository.aclose()


async def test_a_stored_first_look_at_what_was_active_since_proves_nothing() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    await a_session(repository)
    wall.now += timedelta(days=4000)
    assert await Retention(repository, WEEK).pass_over() is None
    wall.now -= timedelta(days=4000) - timedelta(hours=1)
    await a_session(repository, "2.1")
    wall.now += timedelta(days=4002)
    assert await Retention(repository, WEEK).pass_over() is None


async def test_a_stored_first_look_that_a_sound_date_followed_proves_nothing() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    await a_session(repository)
    for days, deleted in ((4000, None), (-4000, 0), (4002, None)):
        wall.now += timedelta(days=days)
        assert await Retention(repository, WEEK).pass_over() == deleted
    again = Retention(repository, WEEK)
    assert await again.pass_over() is None
    wall.now += timedelta(days=1)
    assert await again.pass_over() == 1, "one process saw it for a day"


async def test_a_store_in_use_is_passed_over_at_the_first_look() -> None:
    wall = Wall()
    repository = MemoryRepository(wall=wall)
    idle = await a_session(repository, "1.1")
    wall.now += timedelta(days=8)
    await a_session(repository, "2.1")
    wall.now += timedelta(hours=23)
    assert await Retention(repository, WEEK).pass_over() == 1
    assert await repository.get_session(idle.id) is None


async def test_an_empty_store_is_no_reason_to_doubt() -> None:
    assert await Retention(MemoryRepository(), WEEK).pass_over() == 0


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
