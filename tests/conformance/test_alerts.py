"""Alerts: which begin, which go on, which are over, and how many may begin."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from session import (
    AlertFate,
    AlertKey,
    AlertReceipt,
    NewAlert,
    NotStorableError,
    Repository,
    copy_sessions,
    open_repository,
)
from tests.conformance.examples import SENT_AT, a_message, a_session, stored
from tests.conformance.harness import Harness

MINUTE = timedelta(minutes=1)


def alert(
    minute: float, fingerprint: str = "cpu", *, channel: str = "C1", is_over: bool = False
) -> NewAlert:
    """An alert that came so many minutes after nine."""
    ts = f"{1712 + minute}"
    return NewAlert(
        key=AlertKey(team_id="T1", channel_id=channel, fingerprint=fingerprint),
        thread_ts=ts,
        ts=ts,
        sent_at=SENT_AT + minute * MINUTE,
        is_over=is_over,
    )


async def see(repository: Repository, minute: float, fingerprint: str = "cpu") -> AlertReceipt:
    return await repository.see_alert(alert(minute, fingerprint))


async def fates(repository: Repository, *alerts: NewAlert) -> list[AlertFate]:
    return [(await repository.see_alert(each)).fate for each in alerts]


async def test_the_first_begins_and_the_same_one_within_half_an_hour_repeats_it(
    repository: Repository,
) -> None:
    began = await see(repository, 0)
    again = await see(repository, 29)
    once_more = await see(repository, 59)
    anew = await see(repository, 89.5)
    assert (began.fate, began.thread_ts) == (AlertFate.BEGINS, "1712")
    assert (again.fate, again.thread_ts) == (AlertFate.REPEATS, "1712")
    assert (once_more.fate, once_more.thread_ts) == (AlertFate.REPEATS, "1712")
    assert (anew.fate, anew.thread_ts) == (AlertFate.BEGINS, "1801.5")
    record = await repository.find_alert(alert(0).key)
    assert record is not None
    assert (record.count, len(record.begun), record.thread_ts) == (0, 2, "1801.5")


async def test_another_fingerprint_and_another_channel_begin_by_themselves(
    repository: Repository,
) -> None:
    seen = await fates(repository, alert(0), alert(1, "disk"), alert(2, channel="C2"))
    assert seen == [AlertFate.BEGINS] * 3


async def test_a_redelivery_gets_the_receipt_of_the_first_delivery(repository: Repository) -> None:
    alerts = [alert(0), alert(1), alert(2, is_over=True), alert(3)]
    first = [await repository.see_alert(each) for each in alerts]
    records = await repository.scan_alerts()
    assert [await repository.see_alert(each) for each in alerts] == first
    assert await repository.scan_alerts() == records


async def test_a_recovery_says_how_long_it_lasted_and_how_often_it_came(
    repository: Repository,
) -> None:
    await see(repository, 0)
    over = await repository.see_alert(alert(12, is_over=True))
    assert (over.fate, over.thread_ts) == (AlertFate.RECOVERS, "1712")
    assert (over.lasted, over.times) == (12 * MINUTE, 1)
    assert over.line_at is not None
    again = await see(repository, 13)
    assert again.fate is AlertFate.BEGINS
    over = await repository.see_alert(alert(15, is_over=True))
    assert (over.lasted, over.times) == (2 * MINUTE, 2)
    await see(repository, 24 * 60 + 14)
    over = await repository.see_alert(alert(24 * 60 + 15, is_over=True))
    assert over.times == 1


async def test_a_recovery_without_a_known_start_is_nothing(repository: Repository) -> None:
    over = await repository.see_alert(alert(1, is_over=True))
    assert (over.fate, over.line_at) == (AlertFate.NO_START, None)
    assert await repository.scan_alerts() == []
    await see(repository, 2)
    ends = [alert(1.5, is_over=True), alert(3, is_over=True), alert(4, is_over=True)]
    no_start = AlertFate.NO_START
    assert await fates(repository, *ends) == [no_start, AlertFate.RECOVERS, no_start]


async def test_a_repeat_that_is_delivered_after_the_recovery_begins_nothing(
    repository: Repository,
) -> None:
    """As when the process died that had it: Slack delivers it again a minute later."""
    await see(repository, 0)
    await repository.see_alert(alert(12, is_over=True))
    late, next_one = await see(repository, 11), await see(repository, 13)
    assert (late.fate, late.thread_ts) == (AlertFate.REPEATS, "1712")
    assert (next_one.fate, next_one.thread_ts) == (AlertFate.BEGINS, "1725")


async def test_a_thread_says_at_most_once_a_minute_that_its_alert_repeats(
    harness: Harness, repository: Repository
) -> None:
    await see(repository, 0)
    first = await see(repository, 1)
    assert first.line_at is not None
    second = await see(repository, 2)
    third = await see(repository, 3)
    assert second.line_at == first.line_at + MINUTE
    assert third.line_at is None
    await harness.advance(2 * MINUTE)
    later = await see(repository, 4)
    assert later.line_at is not None
    if harness.has_frozen_clock:
        assert later.line_at >= second.line_at + MINUTE


async def test_at_most_twenty_begin_an_hour_and_channel(repository: Repository) -> None:
    for number in range(20):
        assert (await see(repository, number, f"f{number}")).fate is AlertFate.BEGINS
    first, second = await see(repository, 20, "f20"), await see(repository, 21, "f21")
    assert (first.fate, first.thread_ts) == (AlertFate.LIMITED, "1731")
    assert first.line_at is not None
    assert (second.fate, second.line_at) == (AlertFate.LIMITED, None)
    elsewhere = await repository.see_alert(alert(21, "f21", channel="C2"))
    assert elsewhere.fate is AlertFate.BEGINS
    assert (await see(repository, 22, "f3")).fate is AlertFate.REPEATS
    over = await repository.see_alert(alert(22, "f20", is_over=True))
    assert over.fate is AlertFate.NO_START
    assert (await see(repository, 60.5, "f20")).fate is AlertFate.BEGINS


async def test_of_many_at_once_one_begins_and_all_are_counted(repository: Repository) -> None:
    seen = await asyncio.gather(*(see(repository, number / 100) for number in range(8)))
    assert [receipt.fate for receipt in seen].count(AlertFate.BEGINS) == 1
    record = await repository.find_alert(alert(0).key)
    assert record is not None
    assert (record.count, len(record.receipts)) == (7, 8)


async def test_what_no_store_can_keep_is_refused(repository: Repository) -> None:
    with pytest.raises(NotStorableError):
        await repository.see_alert(alert(0, "\0"))
    assert await repository.scan_alerts() == []


async def test_records_are_paged_by_id_and_deleted_once_idle(repository: Repository) -> None:
    for name in ("a", "b", "c"):
        await see(repository, ord(name) - 97, name)
    ids = [record.key.id for record in await repository.scan_alerts()]
    first = await repository.scan_alerts(limit=2)
    rest = await repository.scan_alerts(after=first[-1].key.id, limit=2)
    assert [record.key.id for record in (*first, *rest)] == ids == sorted(ids)
    assert len(ids) == 4
    assert await repository.delete_alert(alert(0, "a").key, idle_since=SENT_AT + MINUTE)
    assert not await repository.delete_alert(alert(0, "a").key, idle_since=SENT_AT + MINUTE)
    assert not await repository.delete_alert(alert(1, "b").key, idle_since=SENT_AT + MINUTE)
    assert await repository.find_alert(alert(0, "a").key) is None
    assert await repository.find_alert(alert(1, "b").key) is not None


async def test_a_copy_takes_them_along(repository: Repository, tmp_path: Path) -> None:
    await a_session(repository)
    await fates(repository, alert(0), alert(1), alert(2, is_over=True), alert(3, "disk"))
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        first = await copy_sessions(repository, target)
        again = await copy_sessions(repository, target)
        assert await target.scan_alerts() == await repository.scan_alerts()
        assert (first.is_whole, first.digest) == (True, again.digest)
        await target.see_alert(alert(4))
        conflicting = await copy_sessions(repository, target)
    assert not conflicting.is_whole
    assert conflicting.conflicting == [alert(0).key.channel.id, alert(0).key.id]


async def test_an_alerts_session_is_provisional_until_somebody_writes(
    repository: Repository,
) -> None:
    of_alert = await a_message(repository, "1712.0001", kind="alert", provisional=True)
    assert (await stored(repository, of_alert.session_id)).provisional
    await a_message(repository, "1712.0002", parked=True)
    assert (await stored(repository, of_alert.session_id)).provisional
    await a_message(repository, "1712.0003")
    assert not (await stored(repository, of_alert.session_id)).provisional
    await a_message(repository, "1712.0004", kind="alert", provisional=True)
    assert not (await stored(repository, of_alert.session_id)).provisional
