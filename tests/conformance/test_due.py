"""When an entry is to be looked at: at once, later, or never by itself."""

from datetime import timedelta

import pytest

from session import (
    Claim,
    LockLostError,
    Message,
    MessageId,
    MessageState,
    Outcome,
    Repository,
    TurnEnd,
)
from tests.conformance.examples import (
    INSTANT,
    TTL,
    a_message,
    acquired,
    answer,
    message_id,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


async def due_by(repository: Repository, moment: timedelta) -> list[MessageId]:
    """Name what is to be looked at within this time from now on."""
    found = await repository.scan_due(until=repository.now() + moment)
    return [message.id for message in found]


async def owed_answer(repository: Repository, ts: str = "1712.1") -> tuple[Claim, Message]:
    """A turn that has stored its answer, and holds the session."""
    question = await a_message(repository, ts)
    claim = await acquired(repository, question.session_id)
    reply = answer(f"a{ts}")
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=reply)
    await repository.finish_turn(claim, end)
    return claim, await stored_message(repository, reply.id)


async def test_an_open_message_is_due_when_it_is_stored(repository: Repository) -> None:
    question = await a_message(repository)
    assert question.due_at is None
    assert question.look_at == question.stored_at
    assert await due_by(repository, SECOND) == [question.id]
    assert await due_by(repository, -HOUR) == []


async def test_a_message_may_be_stored_for_later(repository: Repository) -> None:
    due_at = repository.now() + HOUR
    later = await a_message(repository, due_at=due_at)
    assert await stored_message(repository, later.id) == later
    assert (later.due_at, later.look_at) == (due_at, due_at)
    assert await due_by(repository, SECOND) == []
    assert await due_by(repository, HOUR + SECOND) == [later.id]
    assert list(await repository.open_messages(later.session_id)) == [later]


async def test_what_is_due_comes_in_the_order_of_its_time(
    harness: Harness, repository: Repository
) -> None:
    now = repository.now()
    for ts, hours in (("1712.3", 3), ("1712.1", 1), ("1712.2", 2)):
        await a_message(repository, ts, due_at=now + hours * HOUR)
    at_once = await a_message(repository, "1712.4")
    expected = [at_once.id, *(message_id(f"1712.{number}") for number in (1, 2, 3))]
    assert await due_by(repository, 4 * HOUR) == expected
    assert await due_by(repository, 2 * HOUR + SECOND) == expected[:3]
    limited = await repository.scan_due(until=now + 4 * HOUR, limit=2)
    assert [message.id for message in limited] == expected[:2]
    assert list(await repository.scan_due(until=now + 4 * HOUR, limit=0)) == []


async def test_a_holder_postpones_an_owed_answer(repository: Repository) -> None:
    claim, owed = await owed_answer(repository)
    for hours in (1, 2):
        due_at = repository.now() + hours * HOUR
        assert await repository.postpone(claim, owed.id, due_at) is True
        assert (await stored_message(repository, owed.id)).due_at == due_at
        assert await due_by(repository, SECOND) == []
    assert [found.id for found in await repository.open_messages(claim.session_id)] == [owed.id]
    (turn,) = await repository.turns(claim.session_id)
    assert turn.outcome == Outcome.ANSWERED, "the turn is as it was"


async def test_only_what_is_open_in_the_session_is_postponed(repository: Repository) -> None:
    claim, owed = await owed_answer(repository)
    await repository.close_messages(claim, [owed.id], Outcome.ANSWERED)
    parked = await a_message(repository, "1712.2", parked=True)
    foreign = await a_message(repository, "1713.1", into="1713.1")
    for id in (owed.id, parked.id, foreign.id, message_id("unknown")):
        assert await repository.postpone(claim, id, repository.now() + HOUR) is False
    assert await stored_message(repository, foreign.id) == foreign
    assert await stored_message(repository, parked.id) == parked


async def test_a_time_without_a_zone_is_refused(repository: Repository) -> None:
    claim, owed = await owed_answer(repository)
    with pytest.raises(ValueError, match="due_at needs a time zone"):
        await repository.postpone(claim, owed.id, repository.now().replace(tzinfo=None))
    with pytest.raises(ValueError, match="due_at needs a time zone"):
        await a_message(repository, "1712.9", due_at=repository.now().replace(tzinfo=None))


async def test_who_lost_the_lease_neither_postpones_nor_closes(
    harness: Harness, repository: Repository
) -> None:
    claim, owed = await owed_answer(repository)
    await harness.advance(TTL)
    await acquired(repository, claim.session_id, "req_b")
    with pytest.raises(LockLostError):
        await repository.postpone(claim, owed.id, repository.now() + HOUR)
    with pytest.raises(LockLostError):
        await repository.close_messages(claim, [owed.id], Outcome.ANSWERED)
    with pytest.raises(LockLostError):
        await repository.close_messages(claim, [], Outcome.ANSWERED)
    assert (await stored_message(repository, owed.id)).is_open


async def test_a_postponed_message_that_is_taken_up_and_handed_back_keeps_its_time(
    repository: Repository,
) -> None:
    due_at = repository.now() + HOUR
    later = await a_message(repository, due_at=due_at)
    claim = await acquired(repository, later.session_id)
    await repository.begin_turn(claim, [later.id])
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.INTERRUPTED, release=True))
    assert await stored_message(repository, later.id) == later


async def test_what_a_turn_parks_until_a_time_is_due_then(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.begin_turn(claim, [question.id])
    until = repository.now() + HOUR
    end = TurnEnd(
        outcome=Outcome.PARKED, message_ids=(question.id,), parked_until=until, release=True
    )
    await repository.finish_turn(claim, end)
    assert list(await repository.scan_due(until=until - INSTANT)) == []
    (due,) = await repository.scan_due(until=until)
    assert (due.id, due.state, due.due_at) == (question.id, MessageState.PARKED, until)
    successor = await acquired(repository, question.session_id, "req_b")
    await repository.begin_turn(successor, [question.id])
    assert (await stored_message(repository, question.id)).due_at is None
    with pytest.raises(ValueError, match="parked_until needs a time zone"):
        TurnEnd(outcome=Outcome.PARKED, parked_until=until.replace(tzinfo=None))


async def test_decisions_closed_in_mid_turn_stay_closed_whatever_becomes_of_the_turn(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    first = await a_message(repository, "1712.2", kind="approval")
    claim = await acquired(repository, question.session_id)
    parks = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id, first.id), release=True)
    await repository.finish_turn(claim, parks)
    last = await a_message(repository, "1712.3", kind="approval")
    resumed = await acquired(repository, question.session_id, "req_b")
    await repository.begin_turn(resumed, [question.id])
    await repository.close_messages(resumed, [first.id, last.id], "approved")
    for decision in (first, last):
        closed = await stored_message(repository, decision.id)
        assert (closed.state, closed.outcome) == (MessageState.CLOSED, "approved")
        assert closed.turn_id == resumed.turn_id
    await harness.advance(TTL)
    successor = await acquired(repository, question.session_id, "req_c")
    with pytest.raises(LockLostError):
        await repository.close_messages(resumed, [question.id], "approved")
    left = await repository.open_messages(question.session_id)
    assert [entry.id for entry in left] == [question.id]
    await repository.begin_turn(successor, [question.id, first.id, last.id])
    assert (await stored_message(repository, last.id)).state is MessageState.CLOSED


async def test_what_is_closed_is_due_no_more(repository: Repository) -> None:
    later = await a_message(repository, due_at=repository.now() + HOUR)
    claim = await acquired(repository, later.session_id)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(later.id,), release=True)
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, later.id)
    assert (closed.due_at, closed.look_at) == (None, None)
    assert list(await all_due(repository)) == []


async def test_a_parked_message_is_due_only_if_a_time_was_set(repository: Repository) -> None:
    never, some_day = await a_message(repository, "1712.1"), await a_message(repository, "1712.2")
    claim = await acquired(repository, never.session_id)
    await repository.postpone(claim, some_day.id, repository.now() + HOUR)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(never.id, some_day.id), release=True)
    await repository.finish_turn(claim, end)
    assert await due_by(repository, SECOND) == []
    assert await due_by(repository, 2 * HOUR) == [some_day.id]
    successor = await acquired(repository, never.session_id, "req_b")
    await repository.begin_turn(successor, [some_day.id])
    assert (await stored_message(repository, some_day.id)).due_at is None


async def test_a_duplicate_does_not_move_the_time(repository: Repository) -> None:
    later = await a_message(repository, due_at=repository.now() + HOUR)
    again = await a_message(repository)
    assert again == later == await stored_message(repository, later.id)
