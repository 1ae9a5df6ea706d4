"""A session that is being deleted is never taken up, nor a message stored beside it."""

import asyncio
import itertools
from datetime import datetime, timedelta

import grpc
import pytest

from session import LockLostError, Outcome, Receipt, SessionNotFoundError, TurnEnd
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    a_message,
    acquired,
    asks,
    message,
    new_session,
)
from tests.support.grpc_proxy import Fate, Oracle, Proxy

LATER = timedelta(days=1)


async def an_idle_session(repository: FirestoreRepository) -> datetime:
    """Make a session with one closed message, and return a time after all of it."""
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    return repository.now() + LATER


def pause_before(proxy: Proxy, number: int) -> asyncio.Event:
    """Hold the deletion back for a moment at its n-th call."""
    reached, calls = asyncio.Event(), itertools.count(1)

    def oracle(method: str) -> Fate:
        if next(calls) == number:
            reached.set()
            return Fate(delay=0.3)
        return Fate()

    proxy.oracle = oracle
    return reached


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("with_lease", [True, False])
async def test_a_message_that_comes_during_a_deletion_is_kept_with_its_session(
    repository: FirestoreRepository, proxy: Proxy, project: str, call: int, with_lease: bool
) -> None:
    idle_since = await an_idle_session(repository)
    other = await FirestoreRepository.open(project)
    reached = pause_before(proxy, call)
    deletion = asyncio.ensure_future(
        repository.delete_session(new_session().id, idle_since=idle_since)
    )
    await reached.wait()
    request = asks("req_b") if with_lease else None
    receipt: Receipt = await other.take_in(new_session(), message("1712.9"), lease=request)
    deleted = await deletion
    assert receipt.is_new
    assert deleted is receipt.created is False
    session = await other.get_session(new_session().id)
    assert session is not None
    assert [entry.id for entry in await other.open_messages(session.id)] == [receipt.message.id]
    if receipt.claim is not None:
        assert await other.release_lease(receipt.claim) is True
    await other.aclose()


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
async def test_a_lock_that_is_taken_during_a_deletion_keeps_the_session(
    repository: FirestoreRepository, proxy: Proxy, project: str, call: int
) -> None:
    idle_since = await an_idle_session(repository)
    other = await FirestoreRepository.open(project)
    reached = pause_before(proxy, call)
    deletion = asyncio.ensure_future(
        repository.delete_session(new_session().id, idle_since=idle_since)
    )
    await reached.wait()
    claim = await acquired(other, new_session().id, "req_b")
    assert await deletion is False
    assert await other.release_lease(claim) is True
    await other.aclose()


async def test_of_a_message_and_a_deletion_at_once_one_comes_first(
    repository: FirestoreRepository, project: str
) -> None:
    other = await FirestoreRepository.open(project)
    outcomes = set()
    for number in range(15):
        idle_since = await an_idle_session(repository)
        deleted, receipt = await asyncio.gather(
            repository.delete_session(new_session().id, idle_since=idle_since),
            other.take_in(new_session(), message(f"1713.{number}")),
        )
        session = await other.get_session(new_session().id)
        assert session is not None, "the message always has its session"
        (waiting,) = await other.open_messages(session.id)
        assert waiting == receipt.message
        assert deleted is receipt.created
        outcomes.add(deleted)
        claim = await acquired(other, session.id)
        end = TurnEnd(outcome=Outcome.FAILED, message_ids=(waiting.id,), release=True)
        await other.finish_turn(claim, end)
        later = other.now() + LATER
        assert await other.delete_session(session.id, idle_since=later)
    await other.aclose()


async def test_who_knew_the_session_learns_that_it_is_gone(
    repository: FirestoreRepository, project: str
) -> None:
    idle_since = await an_idle_session(repository)
    other = await FirestoreRepository.open(project)
    claim = await acquired(other, new_session().id)
    assert await other.release_lease(claim)
    assert await repository.delete_session(new_session().id, idle_since=idle_since)
    with pytest.raises(SessionNotFoundError):
        await other.acquire_lease(new_session().id, asks())
    with pytest.raises(LockLostError):
        await other.begin_turn(claim, [])
    await other.aclose()


async def test_a_deletion_whose_answer_was_lost_is_known_to_be_done(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    idle_since = await an_idle_session(repository)
    proxy.oracle = every_second_commit_lost()
    assert await repository.delete_session(new_session().id, idle_since=idle_since) is True
    proxy.oracle = lambda method: Fate()
    assert await repository.get_session(new_session().id) is None


def every_second_commit_lost() -> Oracle:
    """Apply each commit, and at first keep the answer back."""
    commits, lost = itertools.count(), Fate(after=grpc.StatusCode.UNAVAILABLE)
    return lambda method: lost if method == "Commit" and next(commits) % 2 == 0 else Fate()
