"""Sessions are created once, found again, deleted only when idle, and moved whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from session import (
    LockLostError,
    Outcome,
    Repository,
    Session,
    SessionId,
    SessionSource,
    TurnEnd,
)
from session.models import SessionRecord
from tests.conformance.examples import (
    INSTANT,
    TTL,
    a_message,
    a_session,
    acquired,
    answer,
    cli_session,
    message,
    message_id,
    new_session,
    stored,
    thread,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

LATER = timedelta(days=1)


async def answered(repository: Repository, ts: str = "1712.0001") -> Session:
    """A session whose one question is answered and posted; nobody holds it."""
    question = await a_message(repository, ts, into=ts)
    claim = await acquired(repository, question.session_id, f"req_{ts}")
    await repository.begin_turn(claim, [question.id])
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer(f"a{ts}"), note="done"
    )
    await repository.finish_turn(claim, end)
    await repository.release_lease(claim, delivered=message_id(f"a{ts}"))
    return await stored(repository, question.session_id)


async def record_of(repository: Repository, session_id: SessionId) -> SessionRecord:
    return SessionRecord(
        session=await stored(repository, session_id),
        messages=tuple(await repository.timeline(session_id)),
        turns=tuple(await repository.turns(session_id)),
    )


async def test_a_session_is_created_once(repository: Repository) -> None:
    first, created = await repository.create_session(new_session(user="U1"))
    again, created_again = await repository.create_session(new_session(user="U2"))
    assert (created, created_again) == (True, False)
    assert again == first
    assert again.user_id == "U1"


async def test_a_slack_session_starts_free_and_owes_its_notice(repository: Repository) -> None:
    session, _ = await repository.create_session(new_session(ticket="SEC-42"))
    assert session.source is SessionSource.SLACK
    assert session.thread == thread()
    assert session.ticket_id == "SEC-42"
    assert session.lease is None
    assert session.fence == 0
    assert session.notice_owed
    assert not session.muted
    assert session.created_at == session.last_active_at


async def test_other_sessions_owe_no_notice(repository: Repository) -> None:
    session, _ = await repository.create_session(cli_session())
    assert session.source is SessionSource.CLI
    assert session.thread is None
    assert not session.notice_owed


async def test_what_was_created_is_what_is_read(repository: Repository) -> None:
    for new in (new_session(ticket="SEC-42"), new_session("1712.2"), cli_session()):
        session, _ = await repository.create_session(new)
        assert await repository.get_session(new.id) == session


async def test_reading_never_creates(repository: Repository) -> None:
    nowhere = SessionId("slack_nowhere")
    assert await repository.get_session(nowhere) is None
    assert await repository.get_session(nowhere) is None
    assert await repository.get_message(message_id("9")) is None
    assert list(await repository.open_messages(nowhere)) == []
    assert list(await repository.timeline(nowhere)) == []
    assert list(await repository.turns(nowhere)) == []
    assert list(await repository.scan_sessions()) == []


async def test_sessions_of_a_ticket_come_oldest_first(
    harness: Harness, repository: Repository
) -> None:
    for ts in ("3", "1", "2"):
        await repository.create_session(new_session(ts, ticket="SEC-42"))
        await harness.advance(timedelta(seconds=1))
    await repository.create_session(new_session("4", ticket="SEC-421"))
    await repository.create_session(new_session("5"))
    found = await repository.sessions_by_ticket("SEC-42")
    assert [session.thread.thread_ts for session in found if session.thread] == ["3", "1", "2"]
    assert list(await repository.sessions_by_ticket("SEC-4")) == []


async def test_a_scan_pages_through_all_sessions_in_the_order_of_their_ids(
    repository: Repository,
) -> None:
    ids = {(await a_session(repository, f"1712.{number}")).id for number in range(7)}
    ids.add((await repository.create_session(cli_session()))[0].id)
    seen: list[SessionId] = []
    while page := await repository.scan_sessions(after=seen[-1] if seen else None, limit=3):
        assert len(page) <= 3
        seen += [session.id for session in page]
    assert seen == sorted(ids)


async def test_a_scan_shows_sessions_as_they_are_stored(repository: Repository) -> None:
    session = await answered(repository)
    assert list(await repository.scan_sessions()) == [session]


async def test_an_idle_session_is_deleted_with_all_that_is_in_it(
    harness: Harness, repository: Repository
) -> None:
    session, other = await answered(repository), await answered(repository, "1712.2")
    session = await stored(repository, session.id)
    await harness.advance(LATER)
    assert await repository.delete_session(session.id, idle_since=repository.now()) is True
    assert await repository.get_session(session.id) is None
    assert list(await repository.timeline(session.id)) == []
    assert list(await repository.turns(session.id)) == []
    assert await repository.get_message(message_id("1712.0001")) is None
    assert [session.id for session in await repository.scan_sessions()] == [other.id]
    assert len(await repository.timeline(other.id)) == 2


async def test_a_deleted_session_leaves_its_ticket(
    harness: Harness, repository: Repository
) -> None:
    session, _ = await repository.create_session(new_session(ticket="SEC-42"))
    await harness.advance(LATER)
    assert await repository.delete_session(session.id, idle_since=repository.now())
    assert list(await repository.sessions_by_ticket("SEC-42")) == []


async def test_a_deleted_thread_can_begin_anew(harness: Harness, repository: Repository) -> None:
    session = await answered(repository)
    await harness.advance(LATER)
    await repository.delete_session(session.id, idle_since=repository.now())
    receipt = await repository.take_in(new_session(), message())
    assert receipt.created
    assert receipt.is_new
    assert list(await repository.timeline(session.id)) == [receipt.message]


async def test_an_unknown_session_is_not_deleted(repository: Repository) -> None:
    gone = SessionId("slack_nowhere")
    assert await repository.delete_session(gone, idle_since=repository.now()) is False


async def test_a_held_session_is_not_deleted(harness: Harness, repository: Repository) -> None:
    session = await a_session(repository)
    await harness.advance(LATER)
    claim = await acquired(repository, session.id)
    assert await repository.delete_session(session.id, idle_since=repository.now()) is False
    await repository.refresh_lease(claim, TTL)
    await repository.release_lease(claim)
    assert await repository.delete_session(session.id, idle_since=repository.now()) is True


async def test_a_session_whose_lease_ran_out_can_be_deleted_and_its_holder_learns_it(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    await harness.advance(LATER)
    assert await repository.delete_session(session.id, idle_since=repository.now()) is True
    assert await repository.release_lease(claim) is False
    with pytest.raises(LockLostError):
        await repository.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED))


async def test_a_session_with_an_open_message_is_not_deleted(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    await harness.advance(LATER)
    assert not await repository.delete_session(question.session_id, idle_since=repository.now())
    assert await repository.get_message(question.id) is not None


async def test_a_session_with_a_parked_message_is_not_deleted(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    await harness.advance(LATER)
    assert not await repository.delete_session(question.session_id, idle_since=repository.now())


async def test_a_session_with_an_unposted_answer_is_not_deleted(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer(), release=True
    )
    await repository.finish_turn(claim, end)
    await harness.advance(LATER)
    assert not await repository.delete_session(question.session_id, idle_since=repository.now())


async def test_a_session_that_was_active_since_is_not_deleted(repository: Repository) -> None:
    session = await answered(repository)
    active = session.last_active_at
    assert await repository.delete_session(session.id, idle_since=active) is False
    assert await repository.delete_session(session.id, idle_since=active + INSTANT) is True


async def test_a_session_moves_to_another_store_as_it_is(
    harness: Harness, repository: Repository
) -> None:
    session = await answered(repository)
    claim = await acquired(repository, session.id, "req_b")
    record = await record_of(repository, session.id)
    await repository.release_lease(claim)
    await harness.advance(LATER)
    assert await repository.delete_session(session.id, idle_since=repository.now())

    assert await repository.restore_session(record) is True
    restored = await record_of(repository, session.id)
    assert restored.session == replace(record.session, lease=None)
    assert restored.messages == record.messages
    assert restored.turns == record.turns
    assert (await acquired(repository, session.id, "req_c")).fence == 3


async def test_restoring_twice_changes_nothing(repository: Repository, harness: Harness) -> None:
    session = await answered(repository)
    record = await record_of(repository, session.id)
    await harness.advance(LATER)
    await repository.delete_session(session.id, idle_since=repository.now())
    assert await repository.restore_session(record) is True
    await a_message(repository, "1712.9")
    before = await record_of(repository, session.id)
    assert await repository.restore_session(record) is False
    assert await record_of(repository, session.id) == before


async def test_a_restored_inbox_is_open_as_it_was(
    repository: Repository, harness: Harness
) -> None:
    questions = [await a_message(repository, ts) for ts in ("1712.1", "1712.2")]
    claim = await acquired(repository, questions[0].session_id)
    await repository.begin_turn(claim, [question.id for question in questions])
    record = await record_of(repository, questions[0].session_id)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=tuple(question.id for question in questions))
    await repository.finish_turn(claim, end)
    await repository.release_lease(claim)
    await harness.advance(LATER)
    assert await repository.delete_session(claim.session_id, idle_since=repository.now())

    await repository.restore_session(record)
    assert tuple(await repository.open_messages(claim.session_id)) == record.messages
    assert tuple(await all_due(repository)) == record.messages
    successor = await acquired(repository, claim.session_id, "req_b")
    await repository.begin_turn(successor, [question.id for question in questions])
    first, second = await repository.turns(claim.session_id)
    assert first.outcome == Outcome.INTERRUPTED
    assert second.fence == 2
    assert [entry.tries for entry in await repository.open_messages(claim.session_id)] == [2, 2]
