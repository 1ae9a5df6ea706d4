"""What happened under a request id can be found by it."""

from datetime import timedelta

from session import Outcome, Repository, TurnEnd
from tests.conformance.examples import a_message, acquired, asks, message, new_session


async def found(repository: Repository, request_id: str) -> list[str]:
    return [entry.text for entry in await repository.find_messages(request_id)]


async def test_a_message_is_found_by_the_request_that_brought_it(repository: Repository) -> None:
    await repository.take_in(new_session(), message("1712.1", "ours", request_id="req_a"))
    await repository.take_in(new_session(), message("1712.2", "other", request_id="req_b"))
    assert await found(repository, "req_a") == ["ours"]
    assert await found(repository, "req_nobody") == []


async def test_messages_are_found_by_the_request_that_held_their_turn(
    repository: Repository,
) -> None:
    first = await a_message(repository, "1712.1", text="first")
    second = await a_message(repository, "1712.2", text="second")
    claim = await acquired(repository, first.session_id, "req_sweep")
    await repository.begin_turn(claim, [first.id])
    assert await found(repository, "req_sweep") == ["first"]
    await repository.begin_turn(claim, [second.id])
    ids = (first.id, second.id)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=ids, note="no", release=True)
    await repository.finish_turn(claim, end)
    assert await found(repository, "req_sweep") == ["first", "second"]


async def test_earlier_turns_are_found_too(repository: Repository) -> None:
    question = await a_message(repository, "1712.1", text="why?")
    for holder in ("req_1", "req_2", "req_3"):
        claim = await acquired(repository, question.session_id, holder)
        await repository.begin_turn(claim, [question.id])
        await repository.finish_turn(claim, TurnEnd(outcome=Outcome.INTERRUPTED, release=True))
    for holder in ("req_1", "req_2", "req_3"):
        assert await found(repository, holder) == ["why?"]


async def test_one_request_may_be_in_many_threads(repository: Repository) -> None:
    for number in range(3):
        ts = f"171{number}.1"
        await repository.take_in(new_session(ts), message(ts, ts, request_id="req_all"))
    assert sorted(await found(repository, "req_all")) == ["1710.1", "1711.1", "1712.1"]


async def test_a_message_that_both_ways_lead_to_is_found_once(repository: Repository) -> None:
    new = message("1712.1", "mine", request_id="req_a")
    receipt = await repository.take_in(new_session(), new, lease=asks("req_a"))
    claim = receipt.claim or await acquired(repository, receipt.session.id, "req_a")
    await repository.begin_turn(claim, [receipt.message.id])
    assert await found(repository, "req_a") == ["mine"]


async def test_what_was_deleted_is_found_no_more(repository: Repository) -> None:
    question = await a_message(repository, "1712.1")
    claim = await acquired(repository, question.session_id, "req_gone")
    await repository.begin_turn(claim, [question.id])
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    idle_since = repository.date() + timedelta(days=1)
    assert await repository.delete_session(question.session_id, idle_since=idle_since)
    assert await found(repository, "req_gone") == []
