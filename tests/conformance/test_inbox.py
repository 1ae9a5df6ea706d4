"""A message is taken in once, with its session, and stays open until a turn ends it."""

from datetime import timedelta

import pytest

from session import (
    Message,
    MessageState,
    Outcome,
    Repository,
    SessionId,
    TurnEnd,
)
from tests.conformance.examples import (
    SENT_AT,
    TTL,
    a_message,
    a_session,
    acquired,
    answer,
    asks,
    cli_session,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

SECOND = timedelta(seconds=1)


async def closed_message(repository: Repository, ts: str = "1712.0001") -> Message:
    question = await a_message(repository, ts)
    claim = await acquired(repository, question.session_id, f"req_{ts}")
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    return await stored_message(repository, question.id)


async def test_a_message_is_taken_in_together_with_its_session(repository: Repository) -> None:
    receipt = await repository.take_in(new_session(), message(attributes={"mention": True}))
    assert receipt.created
    assert receipt.is_new
    assert receipt.claim is None
    assert receipt.session == await stored(repository, new_session().id)
    taken = receipt.message
    assert taken == await stored_message(repository, message_id("1712.0001"))
    assert taken.session_id == receipt.session.id
    assert taken.text == "why is checkout slow?"
    assert taken.attributes == {"mention": True}
    assert taken.state is MessageState.OPEN
    assert (taken.turn_id, taken.tries, taken.outcome) == (None, 0, None)
    assert (taken.kind, taken.author_id) == ("question", "U1")
    assert taken.request_id == "req_of_1712.0001"
    assert taken.sent_at == SENT_AT


async def test_the_next_message_finds_the_session(
    harness: Harness, repository: Repository
) -> None:
    first = await repository.take_in(new_session(user="U1"), message("1712.1"))
    await harness.advance(SECOND)
    second = await repository.take_in(new_session(user="U2"), message("1712.2"))
    assert (second.created, second.is_new) == (False, True)
    assert second.session.user_id == "U1"
    assert second.session.last_active_at > first.session.last_active_at - SECOND
    if harness.has_frozen_clock:
        assert second.session.last_active_at == first.session.last_active_at + SECOND
        assert second.session.created_at == first.session.created_at
        assert second.message.stored_at == second.session.last_active_at


async def test_a_duplicate_of_an_open_message_changes_nothing(
    harness: Harness, repository: Repository
) -> None:
    await repository.take_in(new_session(), message(text="first"))
    await harness.advance(SECOND)
    before = await stored(repository, new_session().id)
    timeline = list(await repository.timeline(before.id))
    receipt = await repository.take_in(new_session(user="U2"), message(text="second"))
    assert (receipt.created, receipt.is_new) == (False, False)
    assert receipt.session == before == await stored(repository, before.id)
    assert [receipt.message] == timeline == list(await repository.timeline(before.id))
    assert receipt.message.text == "first"


async def test_a_duplicate_of_a_closed_message_leaves_it_closed(repository: Repository) -> None:
    closed = await closed_message(repository)
    before = await stored(repository, closed.session_id)
    receipt = await repository.take_in(new_session(), message(), lease=asks("req_again"))
    assert not receipt.is_new
    assert receipt.claim is None
    assert receipt.message == closed == await stored_message(repository, closed.id)
    assert await stored(repository, closed.session_id) == before
    assert list(await repository.open_messages(closed.session_id)) == []


async def test_a_message_id_is_unique_in_the_whole_store(repository: Repository) -> None:
    first = await repository.take_in(new_session("1712.1"), message("1712.9"))
    other = await a_session(repository, "1712.2")
    twin = await repository.take_in(new_session("1712.2"), message("1712.9", text="twin"))
    assert not twin.is_new
    assert twin.message == first.message
    assert twin.session == first.session, "a duplicate leads to the session it is stored in"
    assert list(await repository.timeline(other.id)) == []
    assert await stored(repository, other.id) == other


async def test_a_duplicate_creates_no_session(repository: Repository) -> None:
    first = await repository.take_in(new_session("1712.1"), message("1712.9"))
    twin = await repository.take_in(new_session("1712.2"), message("1712.9"), lease=asks())
    assert (twin.created, twin.is_new, twin.claim) == (False, False, None)
    assert await repository.get_session(new_session("1712.2").id) is None
    assert list(await repository.scan_sessions()) == [first.session]


async def test_a_message_may_be_taken_in_with_a_free_lease(repository: Repository) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks("req_a"))
    session = await stored(repository, receipt.session.id)
    assert receipt.session == session
    assert receipt.message == await stored_message(repository, receipt.message.id)
    if receipt.claim is None:
        assert session.lease is None, "a declined lease is not taken"
        assert receipt.message.tries == 0
        return
    assert session.lease is not None
    assert (
        (session.lease.holder_id, session.fence)
        == ("req_a", receipt.claim.fence)
        == (
            "req_a",
            1,
        )
    )
    (turn,) = await repository.turns(session.id)
    assert (turn.id, turn.outcome) == (receipt.claim.turn_id, None)
    assert turn.message_ids == (receipt.message.id,)
    assert (receipt.message.turn_id, receipt.message.tries) == (turn.id, 1)
    assert await repository.acquire_lease(session.id, asks("req_b")) is None
    await repository.begin_turn(receipt.claim, [receipt.message.id])
    assert (await stored_message(repository, receipt.message.id)).tries == 1
    assert await repository.release_lease(receipt.claim) is True


async def test_a_message_does_not_take_a_held_lease(repository: Repository) -> None:
    session = await a_session(repository)
    held = await acquired(repository, session.id, "req_a")
    receipt = await repository.take_in(new_session(), message(), lease=asks("req_b"))
    assert receipt.is_new
    assert receipt.claim is None
    assert receipt.message.tries == 0
    assert list(await repository.turns(session.id)) == []
    assert await repository.release_lease(held) is True


async def test_a_message_that_takes_an_expired_lease_interrupts_the_earlier_turn(
    harness: Harness, repository: Repository
) -> None:
    first = await a_message(repository, "1712.1")
    late = await acquired(repository, first.session_id, "req_a")
    await repository.begin_turn(late, [first.id])
    await harness.advance(TTL)
    receipt = await repository.take_in(new_session(), message("1712.2"), lease=asks("req_b"))
    if receipt.claim is None:
        return
    assert receipt.claim.fence == 2
    assert [turn.outcome for turn in await repository.turns(first.session_id)] == [
        Outcome.INTERRUPTED,
        None,
    ]
    assert await repository.release_lease(late) is False


async def test_open_messages_come_in_the_order_in_which_they_were_sent(
    repository: Repository,
) -> None:
    for ts, late in (("c", 2), ("a", 1), ("b", 1), ("d", 0)):
        await a_message(repository, ts, sent_at=SENT_AT + late * timedelta(microseconds=1))
    twins = sorted([message_id("a"), message_id("b")])
    expected = [message_id("d"), *twins, message_id("c")]
    session_id = new_session().id
    assert [entry.id for entry in await repository.open_messages(session_id)] == expected
    assert [entry.id for entry in await repository.timeline(session_id)] == expected


async def test_an_unposted_answer_comes_before_all_questions(repository: Repository) -> None:
    first = await a_message(repository, "1712.1", sent_at=SENT_AT - SECOND)
    second = await a_message(repository, "1712.2", sent_at=SENT_AT)
    claim = await acquired(repository, first.session_id)
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(second.id,),
        answer=answer(sent_at=SENT_AT + SECOND),
    )
    await repository.finish_turn(claim, end)
    waiting = await repository.open_messages(first.session_id)
    assert [entry.id for entry in waiting] == [message_id("a1"), first.id]
    order = [entry.id for entry in await repository.timeline(first.session_id)]
    assert order == [first.id, second.id, message_id("a1")]


async def test_only_open_messages_of_the_session_are_listed(repository: Repository) -> None:
    await closed_message(repository, "1712.1")
    await repository.take_in(new_session("1713.1"), message("1713.1"))
    mine = await a_message(repository, "1712.2")
    assert list(await repository.open_messages(mine.session_id)) == [mine]


@pytest.mark.parametrize("kind", ["stop", "approval", "bind"])
async def test_requests_wait_in_the_inbox_like_questions(
    repository: Repository, kind: str
) -> None:
    request = await a_message(repository, kind=kind)
    assert request.kind is kind
    assert list(await repository.open_messages(request.session_id)) == [request]


async def test_a_deleted_message_is_blanked_and_keeps_its_state(repository: Repository) -> None:
    open_one = await a_message(repository, "1712.1", attributes={"files": ["F1"]})
    closed = await closed_message(repository, "1712.2")
    for before in (open_one, closed):
        assert await repository.blank_message(before.id) is True
        after = await stored_message(repository, before.id)
        assert (after.text, dict(after.attributes)) == ("", {})
        assert after.state is before.state
        assert (after.sent_at, after.author_id) == (before.sent_at, before.author_id)
        assert await repository.blank_message(before.id) is True
    assert [entry.id for entry in await repository.open_messages(open_one.session_id)] == [
        open_one.id
    ]


async def test_blanking_an_unknown_message_stores_nothing(repository: Repository) -> None:
    assert await repository.blank_message(message_id("never")) is False
    assert await repository.get_message(message_id("never")) is None


async def test_the_sweep_sees_the_oldest_open_messages_of_all_sessions(
    harness: Harness, repository: Repository
) -> None:
    for number in (3, 1, 2):
        new = new_session(f"171{number}.1")
        sent_at = SENT_AT - number * SECOND
        await repository.take_in(new, message(f"171{number}.1", sent_at=sent_at))
        await harness.advance(SECOND)
    await closed_message(repository, "1719.1")
    expected = [message_id(f"171{number}.1") for number in (3, 1, 2)]
    assert [entry.id for entry in await all_due(repository)] == expected
    assert [entry.id for entry in await all_due(repository, limit=2)] == expected[:2]
    first, *_ = await all_due(repository)
    assert first == await stored_message(repository, first.id)


async def test_the_sweep_sees_unposted_answers_and_no_parked_messages(
    harness: Harness, repository: Repository
) -> None:
    asked, parked = await a_message(repository, "1712.1"), await a_message(repository, "1712.2")
    claim = await acquired(repository, asked.session_id)
    await harness.advance(SECOND)
    await repository.finish_turn(
        claim, TurnEnd(outcome=Outcome.ANSWERED, message_ids=(asked.id,), answer=answer())
    )
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.PARKED, message_ids=(parked.id,)))
    assert [entry.id for entry in await all_due(repository)] == [message_id("a1")]


async def test_the_sweep_sees_nothing_when_all_is_done(repository: Repository) -> None:
    await closed_message(repository)
    assert list(await all_due(repository)) == []


async def test_the_timeline_can_be_limited_to_its_end(repository: Repository) -> None:
    ids = []
    for number in range(5):
        ts = f"1712.{number}"
        await a_message(repository, ts, sent_at=SENT_AT + number * SECOND)
        ids.append(message_id(ts))
    session_id = new_session().id
    for limit, expected in ((None, ids), (9, ids), (5, ids), (2, ids[3:]), (1, ids[4:]), (0, [])):
        found = await repository.timeline(session_id, limit=limit)
        assert [entry.id for entry in found] == expected


async def test_messages_of_web_and_cli_sessions_are_taken_in_too(repository: Repository) -> None:
    receipt = await repository.take_in(cli_session(), message("any"))
    assert receipt.created
    assert receipt.session.id == SessionId("cli_1")
    assert list(await repository.open_messages(SessionId("cli_1"))) == [receipt.message]
