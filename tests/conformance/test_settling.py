"""What may be changed without the lease: a parked message is settled, a person's text amended."""

import asyncio
from datetime import timedelta

import pytest

from session import (
    Claim,
    Message,
    MessageState,
    Outcome,
    Repository,
    TurnEnd,
)
from tests.conformance.examples import (
    SENT_AT,
    a_message,
    a_session,
    acquired,
    asks,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

SECOND = timedelta(seconds=1)


async def a_parked_one(repository: Repository, ts: str = "1712.0001") -> Message:
    """A message whose author is not known yet."""
    return await a_message(repository, ts, parked=True)


async def parked_by_a_turn(repository: Repository) -> tuple[Claim, Message]:
    """A question that waits for an approval, under a lock that is still held."""
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.begin_turn(claim, [question.id])
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,))
    await repository.finish_turn(claim, end)
    return claim, await stored_message(repository, question.id)


async def test_a_parked_message_takes_no_lease(repository: Repository) -> None:
    receipt = await repository.take_in(new_session(), message(parked=True), lease=asks())
    assert (receipt.is_new, receipt.created, receipt.claim) == (True, True, None)
    assert receipt.message.state is MessageState.PARKED
    assert receipt.session.lease is None
    assert list(await repository.open_messages(receipt.session.id)) == []
    assert list(await repository.turns(receipt.session.id)) == []


async def test_a_session_is_provisional_while_only_parked_messages_made_it(
    repository: Repository,
) -> None:
    await a_parked_one(repository, "1712.1")
    await a_parked_one(repository, "1712.2")
    assert (await stored(repository, new_session().id)).provisional
    receipt = await repository.take_in(new_session(), message("1712.3"), lease=asks())
    assert not receipt.session.provisional
    assert not (await stored(repository, new_session().id)).provisional
    await a_parked_one(repository, "1712.4")
    assert not (await stored(repository, new_session().id)).provisional


async def test_a_session_that_was_there_is_never_provisional(repository: Repository) -> None:
    session = await a_session(repository)
    await a_parked_one(repository)
    assert not (await stored(repository, session.id)).provisional


async def test_an_opened_message_takes_its_place_by_when_it_was_sent(
    repository: Repository,
) -> None:
    first = await a_message(repository, "1712.1", parked=True, sent_at=SENT_AT)
    second = await a_message(repository, "1712.2", sent_at=SENT_AT + SECOND)
    assert await repository.settle(first.id) is True
    opened = await stored_message(repository, first.id)
    assert (opened.state, opened.outcome, opened.due_at) == (MessageState.OPEN, None, None)
    assert (opened.stored_at, opened.text) == (first.stored_at, first.text)
    found = await repository.open_messages(first.session_id)
    assert [entry.id for entry in found] == [first.id, second.id]
    assert {entry.id for entry in await all_due(repository)} == {first.id, second.id}


async def test_opening_makes_a_provisional_session_a_real_one(repository: Repository) -> None:
    parked = await a_parked_one(repository)
    assert await repository.settle(parked.id) is True
    assert not (await stored(repository, parked.session_id)).provisional
    claim = await acquired(repository, parked.session_id)
    assert (await repository.begin_turn(claim, [parked.id])).message_ids == (parked.id,)


async def test_a_closed_message_may_be_blanked(repository: Repository) -> None:
    await a_message(repository, "1712.1")
    kept, blanked = [
        await a_message(repository, ts, parked=True, attributes={"files": ["F1"]})
        for ts in ("1712.2", "1712.3")
    ]
    assert await repository.settle(kept.id, "failed") is True
    assert await repository.settle(blanked.id, "refused", blank=True) is True
    kept, blanked = [await stored_message(repository, entry.id) for entry in (kept, blanked)]
    assert (kept.state, kept.outcome, kept.text) == (
        MessageState.CLOSED,
        "failed",
        "why is checkout slow?",
    )
    assert (blanked.state, blanked.outcome) == (MessageState.CLOSED, "refused")
    assert (blanked.text, dict(blanked.attributes)) == ("", {})


@pytest.mark.parametrize("outcome", [None, "failed"])
async def test_only_a_parked_message_is_settled(
    repository: Repository, outcome: str | None
) -> None:
    open_one = await a_message(repository, "1712.1")
    parked = await a_parked_one(repository, "1712.2")
    assert await repository.settle(parked.id, "failed") is True
    closed = await stored_message(repository, parked.id)
    for id in (open_one.id, parked.id, message_id("unknown")):
        assert await repository.settle(id, outcome, blank=outcome is not None) is False
    assert await stored_message(repository, open_one.id) == open_one
    assert await stored_message(repository, parked.id) == closed


async def test_what_is_opened_is_not_blanked(repository: Repository) -> None:
    parked = await a_parked_one(repository)
    with pytest.raises(ValueError, match="give an outcome"):
        await repository.settle(parked.id, blank=True)
    assert await stored_message(repository, parked.id) == parked
    assert (await stored(repository, parked.session_id)).provisional


@pytest.mark.parametrize("outcomes", [(None, None), (None, "failed"), ("failed", "failed")])
async def test_of_two_that_settle_it_one_does(
    harness: Harness, repository: Repository, outcomes: tuple[str | None, str | None]
) -> None:
    other = await harness.connect()
    for number in range(5):
        parked = await a_parked_one(repository, f"1712.{number}")
        done = await asyncio.gather(
            repository.settle(parked.id, outcomes[0]), other.settle(parked.id, outcomes[1])
        )
        assert sorted(done) == [False, True]
        assert (await stored_message(repository, parked.id)).outcome == outcomes[done.index(True)]


async def test_a_provisional_session_goes_with_its_last_message(repository: Repository) -> None:
    first, last = [await a_parked_one(repository, ts) for ts in ("1712.1", "1712.2")]
    assert await repository.settle(first.id, "refused", blank=True) is True
    assert await repository.get_session(first.session_id) is not None
    assert await repository.settle(last.id, "refused", blank=True) is True
    assert (await stored(repository, first.session_id)).provisional, "it still holds two"


async def test_an_empty_provisional_session_is_deleted(repository: Repository) -> None:
    parked = await a_parked_one(repository)
    assert await repository.settle(parked.id, "refused", blank=True) is True
    assert await repository.get_session(parked.session_id) is None
    assert await repository.get_message(parked.id) is None
    assert await repository.settle(parked.id, "refused", blank=True) is False
    again = await repository.take_in(new_session(), message(parked=True))
    assert (again.created, again.is_new) == (True, True)


@pytest.mark.parametrize("reason", ["held", "not blanked", "not provisional"])
async def test_other_sessions_stay(repository: Repository, reason: str) -> None:
    if reason == "not provisional":
        await a_session(repository)
    parked = await a_parked_one(repository)
    if reason == "held":
        await acquired(repository, parked.session_id)
    blank = reason != "not blanked"
    assert await repository.settle(parked.id, "refused", blank=blank) is True
    assert (await stored_message(repository, parked.id)).state is MessageState.CLOSED
    assert await repository.get_session(parked.session_id) is not None


async def test_a_message_that_comes_while_a_session_goes_has_its_session(
    harness: Harness, repository: Repository
) -> None:
    other = await harness.connect()
    for number in range(8):
        parked = await a_parked_one(repository, f"1712.{number}")
        new = message(f"1713.{number}", parked=number % 2 == 0)
        settled, receipt = await asyncio.gather(
            repository.settle(parked.id, "refused", blank=True), other.take_in(new_session(), new)
        )
        assert settled is True
        assert receipt.is_new
        assert await repository.get_session(receipt.session.id) is not None
        assert await stored_message(repository, new.id) == receipt.message
        await _forget(harness, repository)


async def _forget(harness: Harness, repository: Repository) -> None:
    """Close what is left, and delete the session."""
    for entry in await repository.timeline(new_session().id):
        await repository.settle(entry.id, "failed")
    claim = await acquired(repository, new_session().id)
    ids = tuple(entry.id for entry in await repository.timeline(claim.session_id))
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=ids, release=True)
    await repository.finish_turn(claim, end)
    later = repository.now() + timedelta(days=1)
    assert await repository.delete_session(claim.session_id, idle_since=later) is True


async def test_a_holder_sees_what_was_settled_meanwhile(
    harness: Harness, repository: Repository
) -> None:
    claim, parked = await parked_by_a_turn(repository)
    other = await harness.connect()
    assert await other.settle(parked.id, "withdrawn") is True
    turn = await repository.begin_turn(claim, [parked.id])
    assert (await stored_message(repository, parked.id)).outcome == "withdrawn"
    await repository.finish_turn(
        claim, TurnEnd(outcome=Outcome.ANSWERED, message_ids=(parked.id,))
    )
    closed = await stored_message(repository, parked.id)
    assert (closed.state, closed.outcome) == (MessageState.CLOSED, "withdrawn")
    assert turn.message_ids == (parked.id,), "from when it was parked"


async def test_what_a_turn_took_up_again_is_not_settled(repository: Repository) -> None:
    claim, parked = await parked_by_a_turn(repository)
    await repository.begin_turn(claim, [parked.id])
    assert await repository.settle(parked.id, "withdrawn") is False
    assert (await stored_message(repository, parked.id)).is_open
