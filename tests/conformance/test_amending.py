"""What a person wrote may be replaced while it is open or parked, and reopened afterwards."""

from typing import Any

import pytest

from session import Message, MessageState, Outcome, Repository, TurnEnd
from tests.conformance.examples import (
    a_message,
    acquired,
    answer,
    message_id,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due


async def a_closed_one(repository: Repository) -> Message:
    """A question that was answered at the first try."""
    question = await a_message(repository, attributes={"asks": False})
    claim = await acquired(repository, question.session_id)
    await repository.begin_turn(claim, [question.id])
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    return await stored_message(repository, question.id)


@pytest.mark.parametrize("parked", [False, True])
async def test_text_and_attributes_are_replaced_and_nothing_else(
    repository: Repository, parked: bool
) -> None:
    before = await a_message(repository, parked=parked, attributes={"asks": False})
    assert await repository.amend_message(before.id, text="and why now?") is True
    after = await stored_message(repository, before.id)
    assert (after.text, after.attributes) == ("and why now?", {"asks": False})
    assert await repository.amend_message(before.id, attributes={"asks": True, "files": [1]})
    after = await stored_message(repository, before.id)
    assert (after.text, after.attributes) == ("and why now?", {"asks": True, "files": [1]})
    assert (after.state, after.sent_at, after.stored_at, after.turn_id) == (
        before.state,
        before.sent_at,
        before.stored_at,
        None,
    )


async def test_the_same_again_changes_nothing(repository: Repository) -> None:
    before = await a_message(repository, attributes={"files": ["F1"]})
    same: dict[str, Any] = {"text": before.text, "attributes": {"files": ("F1",)}}
    assert await repository.amend_message(before.id, **same) is False
    assert await repository.amend_message(before.id) is False
    assert await repository.amend_message(before.id, reopen=True) is False
    assert await stored_message(repository, before.id) == before


async def test_what_is_closed_stays_as_it_is(repository: Repository) -> None:
    closed = await a_closed_one(repository)
    assert await repository.amend_message(closed.id, text="too late") is False
    assert await stored_message(repository, closed.id) == closed


async def test_a_closed_message_is_opened_again_as_a_new_question(repository: Repository) -> None:
    closed = await a_closed_one(repository)
    assert await repository.amend_message(closed.id, attributes={"asks": True}, reopen=True)
    again = await stored_message(repository, closed.id)
    assert (again.state, again.outcome, again.turn_id, again.tries) == (
        MessageState.OPEN,
        None,
        None,
        0,
    )
    assert (again.text, again.attributes) == (closed.text, {"asks": True})
    assert [entry.id for entry in await all_due(repository)] == [again.id]
    claim = await acquired(repository, again.session_id, "req_b")
    assert (await repository.begin_turn(claim, [again.id])).message_ids == (again.id,)


async def test_a_holder_takes_up_what_was_opened_again(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,))
    await repository.finish_turn(claim, end)
    other = await harness.connect()
    assert await other.amend_message(question.id, text="once more", reopen=True) is True
    turn = await repository.begin_turn(claim, [question.id])
    assert turn.message_ids == (question.id,)
    again = await stored_message(repository, question.id)
    assert (again.is_open, again.tries, again.text) == (True, 1, "once more")


async def test_an_amendment_survives_the_turn_that_runs_meanwhile(
    harness: Harness, repository: Repository
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.begin_turn(claim, [question.id])
    other = await harness.connect()
    assert await other.amend_message(question.id, text="", attributes={}) is True
    end = TurnEnd(outcome=Outcome.STOPPED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    closed = await stored_message(repository, question.id)
    assert (closed.state, closed.text, closed.turn_id) == (
        MessageState.CLOSED,
        "",
        claim.turn_id,
    )


@pytest.mark.parametrize("reopen", [False, True])
async def test_only_what_a_person_wrote_is_amended(repository: Repository, reopen: bool) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer())
    await repository.finish_turn(claim, end)
    owed = await stored_message(repository, message_id("a1"))
    assert await repository.amend_message(owed.id, text="forged", reopen=reopen) is False
    assert await stored_message(repository, owed.id) == owed
    unknown = message_id("unknown")
    assert await repository.amend_message(unknown, text="any", reopen=reopen) is False
    assert await repository.get_message(unknown) is None


async def test_of_two_wordings_the_later_counts_in_whatever_order_they_come(
    harness: Harness, repository: Repository
) -> None:
    before = await a_message(repository, attributes={"asks": True})
    other = await harness.connect()

    async def word(store: Repository, text: str, edition: str) -> bool:
        return await store.amend_message(
            before.id, text=text, attributes={"edition": edition}, newer_by="edition"
        )

    assert await word(repository, "second", "1712.5 2") is True
    assert await word(other, "first", "1712.5 1") is False
    assert await word(other, "second again", "1712.5 2") is False
    assert await word(other, "third", "1713.0 1") is True
    after = await stored_message(repository, before.id)
    assert (after.text, after.attributes) == ("third", {"asks": True, "edition": "1713.0 1"})


async def test_a_deleted_message_takes_no_later_wording(repository: Repository) -> None:
    before = await a_message(repository, attributes={"asks": True})
    assert await repository.blank_message(before.id) is True
    assert not await repository.amend_message(
        before.id, text="again", attributes={"edition": "9"}, newer_by="edition"
    )
    after = await stored_message(repository, before.id)
    assert (after.text, after.attributes) == ("", {})
