"""Answers that never came: what was written is found out, never guessed."""

import asyncio
from datetime import timedelta

import grpc
import pytest

from session import Claim, Outcome, StorageError, TurnEnd
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    TTL,
    a_session,
    acquired,
    answer,
    asks,
    message,
    new_session,
    stored,
    stored_message,
)
from tests.support.grpc_proxy import Fate, Proxy

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


async def test_an_acquisition_whose_answer_was_lost_is_ours(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    session = await a_session(repository)
    fail_once(proxy, Fate(after=UNAVAILABLE))
    claim = await acquired(repository, session.id)
    assert claim.fence == 1
    assert await repository.release_lease(claim) is True


async def test_a_copy_that_comes_late_changes_nothing(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    session = await a_session(repository)
    fail_once(proxy, Fate(late=UNAVAILABLE, delay=0.2))
    claim = await acquired(repository, session.id)
    await repository.release_lease(claim)
    await asyncio.sleep(0.3)
    after = await stored(repository, session.id)
    assert (after.fence, after.lease) == (1, None)


@pytest.mark.parametrize("fate", [Fate(after=UNAVAILABLE), Fate(late=UNAVAILABLE, delay=0.0)])
async def test_a_release_whose_answer_was_lost_counts_though_a_successor_took_over(
    repository: FirestoreRepository, proxy: Proxy, project: str, fate: Fate
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id)
    other = await FirestoreRepository.open(project)
    fail_once(proxy, fate)
    release = asyncio.ensure_future(repository.release_lease(claim))
    successor: Claim | None = None
    while successor is None and not release.done():
        if (taken := await other.acquire_lease(session.id, asks("req_b"))) is not None:
            successor = taken.claim_on(session.id)
    assert await release is True
    await other.aclose()


async def test_a_release_of_a_lease_that_was_taken_over_does_not_count(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    session = await a_session(repository)
    claim = await acquired(repository, session.id, ttl=timedelta(milliseconds=1))
    other = await FirestoreRepository.open(project)
    successor = await acquired(other, session.id, "req_b")
    fail_once(proxy, Fate(before=UNAVAILABLE))
    assert await repository.release_lease(claim) is False
    assert await other.release_lease(successor) is True
    await other.aclose()


async def test_a_message_whose_storing_went_unanswered_is_new_and_created_once(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    fail_once(proxy, Fate(after=UNAVAILABLE))
    receipt = await repository.take_in(new_session(), message(), lease=asks())
    assert (receipt.created, receipt.is_new) == (True, True)
    assert receipt.claim is not None
    await repository.refresh_lease(receipt.claim, TTL)
    again = await repository.take_in(new_session(), message(), lease=asks("req_b"))
    assert not again.is_new


async def test_a_turn_that_ended_without_an_answer_to_us_ended_once(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks())
    assert receipt.claim is not None
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), answer=answer(), release=True
    )
    fail_once(proxy, Fate(after=UNAVAILABLE))
    await repository.finish_turn(receipt.claim, end)
    assert (await stored_message(repository, receipt.message.id)).outcome == Outcome.ANSWERED
    assert (await stored(repository, receipt.session.id)).lease is None


async def test_a_lease_taken_after_we_gave_up_locks_nobody_out(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    proxy.oracle = lambda method: (
        Fate(late=UNAVAILABLE, delay=3.0) if method == "Commit" else Fate()
    )
    with pytest.raises(StorageError):
        await repository.take_in(new_session(), message(), lease=asks("req_gave_up"))
    proxy.oracle = lambda method: Fate()
    await asyncio.sleep(3.5)
    held = await stored(repository, new_session().id)
    assert held.lease is not None
    redelivered = await repository.take_in(new_session(), message(), lease=asks("req_b"))
    assert not redelivered.is_new
    assert (await acquired(repository, held.id, "req_b")).fence == 2


def fail_once(proxy: Proxy, fate: Fate) -> None:
    """Let the next commit meet its fate, and no other."""
    fates = [fate]
    proxy.oracle = lambda method: fates.pop() if method == "Commit" and fates else Fate()
