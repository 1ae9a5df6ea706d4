"""Who changes a message without the lease, and who holds it, never undo each other's work."""

import asyncio
import itertools

import grpc
import pytest

from session import Claim, Message, Outcome, TurnEnd
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    a_message,
    acquired,
    asks,
    message,
    new_session,
    stored_message,
)
from tests.support.grpc_proxy import Fate, Proxy


async def a_parked_question(repository: FirestoreRepository) -> tuple[Claim, Message]:
    """A question that waits for an approval, under a lock that is still held."""
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(question.id,))
    await repository.finish_turn(claim, end)
    return claim, question


def hold_back_the_next_commit(proxy: Proxy) -> asyncio.Event:
    """Delay one commit, and say when it has come."""
    reached, commits = asyncio.Event(), itertools.count()

    def oracle(method: str) -> Fate:
        if method == "Commit" and next(commits) == 0:
            reached.set()
            return Fate(delay=0.3)
        return Fate()

    proxy.oracle = oracle
    return reached


async def test_what_was_settled_while_a_holder_wrote_stays_closed(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    claim, parked = await a_parked_question(repository)
    other = await FirestoreRepository.open(project)
    reached = hold_back_the_next_commit(proxy)
    taking_up = asyncio.ensure_future(repository.begin_turn(claim, [parked.id]))
    await reached.wait()
    assert await other.settle(parked.id, "withdrawn") is True
    await taking_up
    closed = await stored_message(other, parked.id)
    assert (closed.is_open, closed.outcome) == (False, "withdrawn")
    await other.aclose()


async def test_what_a_holder_took_up_meanwhile_is_not_settled(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    claim, parked = await a_parked_question(repository)
    other = await FirestoreRepository.open(project)
    reached = hold_back_the_next_commit(proxy)
    settling = asyncio.ensure_future(other.settle(parked.id, "withdrawn"))
    await reached.wait()
    await repository.begin_turn(claim, [parked.id])
    assert await settling is False
    assert (await stored_message(other, parked.id)).is_open
    await other.aclose()


async def test_an_amendment_that_came_too_late_changes_nothing(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks())
    assert receipt.claim is not None
    other = await FirestoreRepository.open(project)
    reached = hold_back_the_next_commit(proxy)
    amending = asyncio.ensure_future(other.amend_message(receipt.message.id, text="too late"))
    await reached.wait()
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), release=True)
    await repository.finish_turn(receipt.claim, end)
    assert await amending is False
    closed = await stored_message(other, receipt.message.id)
    assert (closed.is_open, closed.text) == (False, receipt.message.text)
    await other.aclose()


@pytest.mark.parametrize("held", [False, True])
async def test_a_parked_message_that_comes_while_its_session_is_deleted_keeps_it(
    repository: FirestoreRepository, proxy: Proxy, project: str, held: bool
) -> None:
    parked = await a_message(repository, "1712.1", parked=True)
    if held:
        # A lease of no length: it shows, and holds nobody up.
        await repository.acquire_lease(parked.session_id, asks(ttl=asks().ttl * 0))
    other = await FirestoreRepository.open(project)
    reached = hold_back_the_next_commit(proxy)
    settling = asyncio.ensure_future(repository.settle(parked.id, "refused", blank=True))
    await reached.wait()
    receipt = await other.take_in(new_session(), message("1712.2", parked=True))
    assert await settling is True
    session = await other.get_session(receipt.session.id)
    assert session is not None
    assert receipt.created is False
    assert await stored_message(other, receipt.message.id) == receipt.message
    await other.aclose()


@pytest.mark.parametrize("fate", [Fate(after=grpc.StatusCode.UNAVAILABLE)])
@pytest.mark.parametrize("blank", [False, True])
async def test_a_settling_whose_answer_was_lost_is_ours(
    repository: FirestoreRepository, proxy: Proxy, fate: Fate, blank: bool
) -> None:
    parked = await a_message(repository, parked=True)
    commits = itertools.count()
    proxy.oracle = lambda method: fate if method == "Commit" and next(commits) == 0 else Fate()
    assert await repository.settle(parked.id, "refused", blank=blank) is True
    assert (await repository.get_session(parked.session_id) is None) is blank
