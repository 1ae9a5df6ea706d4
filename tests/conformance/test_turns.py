"""A turn takes messages up, and one commit ends it."""

from datetime import timedelta

import pytest

from session import (
    ANSWER,
    Claim,
    LockLostError,
    Message,
    MessageId,
    MessageState,
    Outcome,
    Repository,
    SessionChange,
    TurnEnd,
)
from tests.conformance.examples import (
    TTL,
    a_message,
    acquired,
    answer,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

CLOSING = [Outcome.ANSWERED, Outcome.FAILED, Outcome.STOPPED]


async def begun(repository: Repository, *, holder: str = "req_a") -> tuple[Claim, Message]:
    """A running turn over one question."""
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id, holder)
    await repository.begin_turn(claim, [question.id])
    return claim, await stored_message(repository, question.id)


async def tries(repository: Repository, id: MessageId) -> int:
    return (await stored_message(repository, id)).tries


async def test_a_turn_is_named_after_its_session_and_fence(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    turn = await repository.begin_turn(claim, [question.id])
    assert turn.id == claim.turn_id == f"{question.session_id}#1"
    assert (turn.session_id, turn.fence, turn.holder_id) == (question.session_id, 1, "req_a")
    assert turn.message_ids == (question.id,)
    assert (turn.ended_at, turn.outcome, turn.note) == (None, None, None)
    assert list(await repository.turns(question.session_id)) == [turn]


async def test_beginning_counts_one_try_and_leaves_the_message_open(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    assert (question.turn_id, question.tries) == (claim.turn_id, 1)
    assert list(await repository.open_messages(claim.session_id)) == [question]


async def test_what_a_turn_takes_up_on_the_way_is_told_apart_by_every_later_holder(
    repository: Repository, harness: Harness
) -> None:
    claim, question = await begun(repository)
    more = await a_message(repository, "1712.2")
    await repository.begin_turn(claim, [more.id], on_the_way=True)
    await harness.advance(TTL)
    successor = await acquired(repository, claim.session_id, "req_b")
    left = await repository.open_messages(claim.session_id)
    assert {it.id: it.joined for it in left} == {question.id: False, more.id: True}
    assert {it.turn_id for it in left} == {claim.turn_id}
    await repository.begin_turn(successor, [question.id, more.id])
    assert not (await stored_message(repository, more.id)).joined


@pytest.mark.parametrize("outcome", [Outcome.INTERRUPTED, Outcome.PARKED])
async def test_what_a_turn_gives_back_is_no_longer_told_apart(
    repository: Repository, outcome: Outcome
) -> None:
    claim, _ = await begun(repository)
    more = await a_message(repository, "1712.2")
    await repository.begin_turn(claim, [more.id], on_the_way=True)
    await repository.finish_turn(claim, TurnEnd(outcome=outcome, message_ids=(more.id,)))
    assert not (await stored_message(repository, more.id)).joined


async def test_a_turn_may_take_up_more_and_counts_each_message_once(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    more = await a_message(repository, "1712.2")
    turn = await repository.begin_turn(claim, [question.id, more.id])
    again = await repository.begin_turn(claim, [more.id, more.id])
    assert turn.message_ids == again.message_ids == (question.id, more.id)
    assert turn.started_at == again.started_at
    assert await tries(repository, question.id) == 1
    assert await tries(repository, more.id) == 1
    assert len(await repository.turns(claim.session_id)) == 1


async def test_a_turn_may_begin_with_nothing(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    assert (await repository.begin_turn(claim, [])).message_ids == ()
    assert await tries(repository, question.id) == 0


async def test_a_turn_leaves_out_what_it_cannot_take_up(repository: Repository) -> None:
    claim, question = await begun(repository)
    foreign = (await repository.take_in(new_session("1713.1"), message("1713.1"))).message
    turn = await repository.begin_turn(claim, [message_id("unknown"), foreign.id, question.id])
    assert turn.message_ids == (question.id,)
    assert await stored_message(repository, foreign.id) == foreign
    assert await repository.get_message(message_id("unknown")) is None


@pytest.mark.parametrize("outcome", CLOSING)
async def test_a_closed_message_is_never_reopened(
    repository: Repository, outcome: Outcome
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=outcome, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, question.id)
    successor = await acquired(repository, claim.session_id, "req_b")
    turn = await repository.begin_turn(successor, [question.id])
    assert turn.message_ids == ()
    await repository.finish_turn(
        successor, TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,))
    )
    assert await stored_message(repository, question.id) == closed


async def test_an_unposted_answer_is_not_taken_up_nor_closed_like_a_question(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer(), release=True
    )
    await repository.finish_turn(claim, end)
    unposted = await stored_message(repository, message_id("a1"))
    successor = await acquired(repository, claim.session_id, "req_b")
    assert (await repository.begin_turn(successor, [unposted.id])).message_ids == ()
    await repository.finish_turn(
        successor, TurnEnd(outcome=Outcome.FAILED, message_ids=(unposted.id,))
    )
    assert await stored_message(repository, unposted.id) == unposted


async def test_a_turn_that_was_never_ended_is_interrupted_by_the_next(
    harness: Harness, repository: Repository
) -> None:
    _, question = await begun(repository)
    await harness.advance(TTL)
    successor = await acquired(repository, question.session_id, "req_b")
    second = await repository.begin_turn(successor, [question.id])
    first, running = await repository.turns(question.session_id)
    assert (first.fence, first.outcome) == (1, Outcome.INTERRUPTED)
    assert first.ended_at is not None
    assert first.message_ids == (question.id,)
    assert running == second
    again = await stored_message(repository, question.id)
    assert (again.turn_id, again.tries) == (successor.turn_id, 2)


async def test_an_ended_turn_keeps_its_outcome_when_the_next_begins(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(question.id,), note="boom", release=True)
    await repository.finish_turn(claim, end)
    before = list(await repository.turns(claim.session_id))
    await repository.begin_turn(await acquired(repository, claim.session_id, "req_b"), [])
    assert list(await repository.turns(claim.session_id))[:1] == before


@pytest.mark.parametrize("outcome", CLOSING)
async def test_the_end_of_a_turn_closes_its_messages(
    repository: Repository, outcome: Outcome
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=outcome, message_ids=(question.id,), note="why")
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, question.id)
    assert (closed.state, closed.outcome) == (MessageState.CLOSED, outcome)
    assert closed.turn_id == claim.turn_id
    assert list(await repository.open_messages(claim.session_id)) == []
    (turn,) = await repository.turns(claim.session_id)
    assert (turn.outcome, turn.note) == (outcome, "why")
    assert turn.ended_at is not None
    assert turn.ended_at >= turn.started_at


async def test_only_the_named_messages_are_closed(repository: Repository) -> None:
    claim, question = await begun(repository)
    later = await a_message(repository, "1712.2")
    await repository.begin_turn(claim, [later.id])
    end = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    assert [entry.id for entry in await repository.open_messages(claim.session_id)] == [later.id]


async def test_a_message_that_was_not_taken_up_can_be_closed_too(repository: Repository) -> None:
    claim, question = await begun(repository)
    stop = await a_message(repository, "1712.2", kind="stop")
    end = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id, stop.id))
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, stop.id)
    assert (closed.state, closed.turn_id) == (MessageState.CLOSED, claim.turn_id)
    (turn,) = await repository.turns(claim.session_id)
    assert turn.message_ids == (question.id, stop.id)


async def test_the_end_of_a_turn_leaves_other_sessions_alone(repository: Repository) -> None:
    claim, _ = await begun(repository)
    foreign = (await repository.take_in(new_session("1713.1"), message("1713.1"))).message
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(foreign.id, message_id("unknown")))
    await repository.finish_turn(claim, end)
    assert await stored_message(repository, foreign.id) == foreign
    assert await repository.get_message(message_id("unknown")) is None


async def test_an_answer_is_stored_open_until_it_is_delivered(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(question.id,),
        answer=answer(attributes={"parts": 2}),
    )
    await repository.finish_turn(claim, end)
    unposted = await stored_message(repository, message_id("a1"))
    assert (unposted.kind, unposted.state) == (ANSWER, MessageState.OPEN)
    assert (unposted.turn_id, unposted.session_id) == (claim.turn_id, claim.session_id)
    assert (unposted.text, unposted.attributes) == ("a cold cache", {"parts": 2})
    assert (await stored(repository, claim.session_id)).lease is not None, "a post is owed"

    assert await repository.release_lease(claim, delivered=unposted.id) is True
    posted = await stored_message(repository, unposted.id)
    assert (posted.state, posted.turn_id) == (MessageState.CLOSED, claim.turn_id)
    assert list(await repository.open_messages(claim.session_id)) == []
    assert (await stored(repository, claim.session_id)).lease is None


async def test_an_earlier_answer_is_closed_in_mid_turn(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer(), release=True
    )
    await repository.finish_turn(claim, end)
    successor = await acquired(repository, claim.session_id, "req_b")
    await repository.close_messages(successor, [message_id("a1")], Outcome.ANSWERED)
    posted = await stored_message(repository, message_id("a1"))
    assert (posted.state, posted.turn_id) == (MessageState.CLOSED, claim.turn_id)
    assert posted.outcome == Outcome.ANSWERED
    assert list(await all_due(repository)) == []
    assert await repository.release_lease(successor) is True


async def test_only_an_answer_of_the_session_can_be_delivered(repository: Repository) -> None:
    claim, question = await begun(repository)
    other = await repository.take_in(new_session("1713.1"), message("1713.1"))
    elsewhere = await acquired(repository, other.session.id)
    end = TurnEnd(outcome=Outcome.ANSWERED, answer=answer("a2"))
    await repository.finish_turn(elsewhere, end)
    assert await repository.release_lease(claim, delivered=message_id("a2")) is True
    again = await acquired(repository, question.session_id, "req_b")
    assert await repository.release_lease(again, delivered=question.id) is True
    assert (await stored_message(repository, question.id)).is_open
    assert (await stored_message(repository, message_id("a2"))).is_open


async def test_waiting_parks_the_messages_and_their_try_does_not_count(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    parked = await stored_message(repository, question.id)
    assert (parked.state, parked.outcome) == (MessageState.PARKED, Outcome.PARKED)
    assert (parked.turn_id, parked.tries) == (claim.turn_id, 0)
    assert list(await repository.open_messages(claim.session_id)) == []
    assert list(await all_due(repository)) == []
    assert (await stored(repository, claim.session_id)).lease is None, "nothing is locked"


async def test_a_parked_message_is_taken_up_again(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    approval = await a_message(repository, "1712.2", kind="approval")
    successor = await acquired(repository, claim.session_id, "req_b")
    await repository.begin_turn(successor, [approval.id, question.id])
    resumed = await stored_message(repository, question.id)
    assert (resumed.state, resumed.outcome) == (MessageState.OPEN, None)
    assert (resumed.turn_id, resumed.tries) == (successor.turn_id, 1)
    open_ids = {entry.id for entry in await repository.open_messages(claim.session_id)}
    assert open_ids == {question.id, approval.id}


async def test_a_parked_message_can_be_closed_without_being_taken_up(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    successor = await acquired(repository, claim.session_id, "req_b")
    end = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id,))
    await repository.finish_turn(successor, end)
    closed = await stored_message(repository, question.id)
    assert (closed.state, closed.outcome) == (MessageState.CLOSED, Outcome.STOPPED)


async def test_the_turn_that_parked_a_message_may_take_it_up_again(
    repository: Repository,
) -> None:
    claim, question = await begun(repository)
    for _ in range(3):
        end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,))
        await repository.finish_turn(claim, end)
        assert await tries(repository, question.id) == 0
        turn = await repository.begin_turn(claim, [question.id])
        assert (turn.outcome, turn.ended_at) == (None, None), "it runs again"
        assert await tries(repository, question.id) == 1
    assert (await stored_message(repository, question.id)).is_open


async def test_handing_back_leaves_the_messages_as_if_untouched(repository: Repository) -> None:
    before = await a_message(repository)
    claim = await acquired(repository, before.session_id)
    await repository.begin_turn(claim, [before.id])
    end = TurnEnd(outcome=Outcome.INTERRUPTED, message_ids=(before.id,), release=True)
    await repository.finish_turn(claim, end)
    assert await stored_message(repository, before.id) == before
    (turn,) = await repository.turns(before.session_id)
    assert (turn.outcome, turn.message_ids) == (Outcome.INTERRUPTED, (before.id,))
    assert (await stored(repository, before.session_id)).lease is None


async def test_handing_back_needs_no_list_of_messages(repository: Repository) -> None:
    claim, question = await begun(repository)
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.INTERRUPTED))
    assert await tries(repository, question.id) == 0
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.INTERRUPTED))
    assert await tries(repository, question.id) == 0


async def test_handing_back_keeps_the_tries_of_earlier_turns(
    harness: Harness, repository: Repository
) -> None:
    _, question = await begun(repository)
    await harness.advance(TTL)
    successor = await acquired(repository, question.session_id, "req_b")
    await repository.begin_turn(successor, [question.id])
    end = TurnEnd(outcome=Outcome.INTERRUPTED, release=True)
    await repository.finish_turn(successor, end)
    assert await tries(repository, question.id) == 1


async def test_handing_back_does_not_reopen_what_is_closed(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,))
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, question.id)
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.INTERRUPTED, release=True))
    assert await stored_message(repository, question.id) == closed


async def test_the_end_of_a_turn_updates_the_session(
    harness: Harness, repository: Repository
) -> None:
    claim, question = await begun(repository)
    before = await stored(repository, claim.session_id)
    await harness.advance(timedelta(seconds=1))
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(question.id,),
        session=SessionChange(notice_posted=True, muted=True),
    )
    await repository.finish_turn(claim, end)
    after = await stored(repository, claim.session_id)
    assert (before.notice_owed, before.muted) == (True, False)
    assert (after.notice_owed, after.muted) == (False, True)
    assert after.fence == before.fence
    assert after.lease is not None
    if harness.has_frozen_clock:
        assert after.lease == before.lease
        assert after.last_active_at == before.last_active_at + timedelta(seconds=1)


async def test_the_notice_is_owed_until_it_is_posted_and_never_again(
    repository: Repository,
) -> None:
    claim, _ = await begun(repository)
    for posted, owed in ((False, True), (True, False), (False, False)):
        end = TurnEnd(outcome=Outcome.FAILED, session=SessionChange(notice_posted=posted))
        await repository.finish_turn(claim, end)
        assert (await stored(repository, claim.session_id)).notice_owed is owed


async def test_muting_stays_until_it_is_undone(repository: Repository) -> None:
    claim, _ = await begun(repository)
    for muted, expected in ((True, True), (None, True), (False, False), (None, False)):
        await repository.finish_turn(
            claim, TurnEnd(outcome=Outcome.FAILED, session=SessionChange(muted=muted))
        )
        assert (await stored(repository, claim.session_id)).muted is expected


async def test_the_end_of_a_turn_may_release_in_the_same_commit(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    assert (await stored(repository, claim.session_id)).lease is None
    assert await repository.release_lease(claim) is False
    assert (await acquired(repository, claim.session_id, "req_b")).fence == 2


async def test_a_second_end_is_refused_after_a_release(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    with pytest.raises(LockLostError):
        await repository.finish_turn(claim, end)


async def test_a_second_end_adds_to_the_first(repository: Repository) -> None:
    claim, question = await begun(repository)
    more = await a_message(repository, "1712.2")
    first = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer())
    await repository.finish_turn(claim, first)
    second = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id, more.id), release=True)
    await repository.finish_turn(claim, second)
    (turn,) = await repository.turns(claim.session_id)
    assert (turn.outcome, turn.message_ids) == (Outcome.STOPPED, (question.id, more.id))
    assert (await stored_message(repository, more.id)).outcome == Outcome.STOPPED
    kept = await stored_message(repository, question.id)
    assert (kept.state, kept.outcome) == (MessageState.CLOSED, Outcome.ANSWERED)


async def test_an_answer_is_stored_once(repository: Repository) -> None:
    claim, question = await begun(repository)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer())
    await repository.finish_turn(claim, end)
    await repository.close_messages(claim, [message_id("a1")], Outcome.ANSWERED)
    posted = await stored_message(repository, message_id("a1"))
    await repository.finish_turn(claim, end)
    assert await stored_message(repository, message_id("a1")) == posted
    assert len(await repository.timeline(claim.session_id)) == 2


async def test_a_turn_can_end_without_having_begun(repository: Repository) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    (turn,) = await repository.turns(question.session_id)
    assert (turn.id, turn.outcome) == (claim.turn_id, Outcome.STOPPED)
    assert turn.message_ids == (question.id,)


async def test_turns_come_in_the_order_of_their_fences(repository: Repository) -> None:
    question = await a_message(repository)
    for number in range(12):
        claim = await acquired(repository, question.session_id, f"req_{number}")
        await repository.begin_turn(claim, [question.id])
        end = TurnEnd(outcome=Outcome.INTERRUPTED, release=True)
        await repository.finish_turn(claim, end)
    turns = await repository.turns(question.session_id)
    assert [turn.fence for turn in turns] == list(range(1, 13))
    assert await tries(repository, question.id) == 0
