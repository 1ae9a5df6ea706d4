"""At most one holder, whose late writes harm nobody."""

from datetime import timedelta

import pytest

from session import (
    LockLostError,
    Repository,
    SessionChange,
    SessionId,
    SessionNotFoundError,
    TurnEnd,
)
from session.models import Outcome
from tests.conformance.examples import (
    INSTANT,
    TTL,
    a_message,
    a_session,
    acquired,
    answer,
    asks,
    message_id,
    stored,
)
from tests.conformance.harness import Harness

SECOND = timedelta(seconds=1)
FAILED = TurnEnd(outcome=Outcome.FAILED)


async def test_a_free_session_is_acquired(repository: Repository) -> None:
    session = await a_session(repository)
    held = await repository.acquire_lease(session.id, asks("req_a"))
    assert held is not None
    assert (held.holder_id, held.fence) == ("req_a", 1)
    after = await stored(repository, session.id)
    assert (after.lease, after.fence) == (held, 1)


async def test_a_lease_lasts_its_ttl(harness: Harness, repository: Repository) -> None:
    session = await a_session(repository)
    held = await repository.acquire_lease(session.id, asks(ttl=TTL))
    assert held is not None
    length = held.expires_at - held.acquired_at
    assert abs(length - TTL) <= (timedelta(0) if harness.has_frozen_clock else SECOND)


async def test_a_held_session_is_refused(repository: Repository) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_a")
    assert await repository.acquire_lease(session.id, asks("req_b")) is None


async def test_the_holder_itself_is_refused_too(repository: Repository) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_a")
    assert await repository.acquire_lease(session.id, asks("req_a")) is None
    assert (await stored(repository, session.id)).fence == 1


async def test_a_refusal_changes_nothing(repository: Repository) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_a")
    before = await stored(repository, session.id)
    await repository.acquire_lease(session.id, asks("req_b"))
    assert await stored(repository, session.id) == before


async def test_acquiring_an_unknown_session_is_an_error(repository: Repository) -> None:
    with pytest.raises(SessionNotFoundError, match="slack_nowhere"):
        await repository.acquire_lease(SessionId("slack_nowhere"), asks())
    assert await repository.get_session(SessionId("slack_nowhere")) is None


async def test_a_lease_is_held_until_just_before_its_end(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_a")
    await harness.advance(TTL - (INSTANT if harness.has_frozen_clock else 30 * SECOND))
    assert await repository.acquire_lease(session.id, asks("req_b")) is None


async def test_a_lease_is_free_from_the_very_instant_of_its_end(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_a")
    await harness.advance(TTL)
    taken = await repository.acquire_lease(session.id, asks("req_b"))
    assert taken is not None
    assert (taken.holder_id, taken.fence) == ("req_b", 2)


async def test_a_released_session_is_free_at_once(repository: Repository) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id, "req_a")
    assert await repository.release_lease(claim) is True
    assert (await stored(repository, session.id)).lease is None
    assert (await acquired(repository, session.id, "req_b")).fence == 2


async def test_a_second_release_does_nothing(repository: Repository) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    await repository.release_lease(claim)
    assert await repository.release_lease(claim) is False


async def test_the_fence_rises_with_each_acquisition_and_never_falls(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    seen = []
    for turn in range(4):
        claim = await acquired(repository, session.id, f"req_{turn}")
        seen.append(claim.fence)
        if turn % 2:
            await repository.release_lease(claim)
            assert (await stored(repository, session.id)).fence == claim.fence
        else:
            await harness.advance(TTL)
    assert seen == [1, 2, 3, 4]


async def test_a_refresh_moves_the_end_of_the_lease_and_nothing_else(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    before = await stored(repository, session.id)
    assert before.lease is not None
    await harness.advance(TTL / 3)
    lease = await repository.refresh_lease(claim, TTL)
    after = await stored(repository, session.id)
    assert after.lease == lease
    assert lease.expires_at > before.lease.expires_at
    assert lease.acquired_at <= before.lease.acquired_at
    assert (lease.holder_id, after.fence) == (before.lease.holder_id, before.fence)
    if harness.has_frozen_clock:
        assert lease.expires_at == before.lease.expires_at + TTL / 3
        assert (lease.acquired_at, after.last_active_at) == (
            before.lease.acquired_at,
            before.last_active_at,
        )


async def test_a_refreshed_lease_is_held_past_its_first_end(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id, "req_a")
    await harness.advance(TTL * 0.6)
    await repository.refresh_lease(claim, TTL)
    await harness.advance(TTL * 0.6)
    assert await repository.acquire_lease(session.id, asks("req_b")) is None


async def test_a_late_holder_goes_on_while_nobody_took_over(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await harness.advance(TTL * 2)
    await repository.begin_turn(claim, [question.id])
    await repository.finish_turn(claim, FAILED)
    await repository.refresh_lease(claim, TTL)
    assert await repository.acquire_lease(question.session_id, asks("req_b")) is None
    await harness.advance(TTL * 2)
    assert await repository.release_lease(claim) is True


async def test_a_late_holder_cannot_release_its_successor(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    late = await acquired(repository, session.id, "req_a")
    await harness.advance(TTL)
    await acquired(repository, session.id, "req_b")
    before = await stored(repository, session.id)
    assert await repository.release_lease(late) is False
    assert await stored(repository, session.id) == before


async def test_a_late_holder_cannot_write_once_a_successor_came(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    late = await acquired(repository, question.session_id, "req_a")
    await repository.begin_turn(late, [question.id])
    await harness.advance(TTL)
    await acquired(repository, question.session_id, "req_b")
    session = await stored(repository, question.session_id)
    timeline = await repository.timeline(question.session_id)
    turns = await repository.turns(question.session_id)
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(question.id,),
        answer=answer("late"),
        session=SessionChange(notice_posted=True, muted=True),
        release=True,
    )
    with pytest.raises(LockLostError):
        await repository.refresh_lease(late, TTL)
    with pytest.raises(LockLostError):
        await repository.begin_turn(late, [question.id])
    with pytest.raises(LockLostError):
        await repository.finish_turn(late, end)
    assert await stored(repository, question.session_id) == session
    assert await repository.timeline(question.session_id) == timeline
    assert await repository.turns(question.session_id) == turns
    assert await repository.get_message(message_id("late")) is None


async def test_a_late_release_does_not_close_an_answer(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    late = await acquired(repository, question.session_id, "req_a")
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer())
    await repository.finish_turn(late, end)
    await harness.advance(TTL)
    await acquired(repository, question.session_id, "req_b")
    assert await repository.release_lease(late, delivered=message_id("a1")) is False
    assert [entry.id for entry in await repository.open_messages(question.session_id)] == [
        message_id("a1")
    ]


async def test_the_same_holder_with_another_fence_is_a_stranger(
    harness: Harness, repository: Repository
) -> None:
    """Slack redelivers, people copy ids: the holder's name alone proves nothing."""
    session = await a_session(repository)
    late = await acquired(repository, session.id, "req_a")
    await harness.advance(TTL)
    await acquired(repository, session.id, "req_a")
    with pytest.raises(LockLostError):
        await repository.refresh_lease(late, TTL)
    assert await repository.release_lease(late) is False


async def test_after_a_release_nothing_more_can_be_written(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.release_lease(claim)
    with pytest.raises(LockLostError, match="req_a"):
        await repository.refresh_lease(claim, TTL)
    with pytest.raises(LockLostError):
        await repository.begin_turn(claim, [question.id])
    with pytest.raises(LockLostError):
        await repository.finish_turn(claim, FAILED)


async def test_a_claim_on_an_unknown_session_is_lost(repository: Repository) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    await repository.release_lease(claim)
    elsewhere = type(claim)(session_id=SessionId("gone"), holder_id="req_a", fence=1)
    with pytest.raises(LockLostError):
        await repository.refresh_lease(elsewhere, TTL)
    with pytest.raises(LockLostError):
        await repository.finish_turn(elsewhere, FAILED)
    assert await repository.release_lease(elsewhere) is False


async def test_a_snapshot_from_before_never_refuses_wrongly_nor_wins_wrongly(
    harness: Harness,
) -> None:
    first, second = await harness.connect(), await harness.connect()
    session = await a_session(first)
    await stored(second, session.id)
    claim = await acquired(first, session.id, "req_a")
    assert await second.acquire_lease(session.id, asks("req_b")) is None, "won on an old read"
    await first.release_lease(claim)
    taken = await second.acquire_lease(session.id, asks("req_b"))
    assert taken is not None, "refused on an old read"
    assert await first.acquire_lease(session.id, asks("req_a")) is None


async def test_a_lease_reaches_other_connections_at_once(harness: Harness) -> None:
    first, second = await harness.connect(), await harness.connect()
    session = await a_session(first)
    claim = await acquired(first, session.id)
    assert await stored(second, session.id) == await stored(first, session.id)
    assert await second.release_lease(claim) is True
    with pytest.raises(LockLostError):
        await first.refresh_lease(claim, TTL)
