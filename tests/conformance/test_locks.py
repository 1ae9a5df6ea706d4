"""The lock over each engine: the whole story, and cancellation at any moment of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from session import (
    Lock,
    LockLostError,
    LockService,
    MissingRequestIdError,
    Outcome,
    Receipt,
    Repository,
    Resolver,
    SessionChange,
    SessionId,
    SessionNotFoundError,
    TurnEnd,
    request_scope,
)
from tests.conformance.cancelling import each_moment
from tests.conformance.examples import (
    TTL,
    a_session,
    acquired,
    answer,
    message,
    message_id,
    new_session,
    stored,
    thread,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due


@pytest.fixture
async def held(repository: Repository) -> AsyncIterator[Lock]:
    """A lock on a session."""
    session = await a_session(repository)
    with request_scope("req_a"):
        lock = await LockService(repository, ttl=TTL).try_acquire(session.id)
    assert lock is not None
    yield lock
    await repository.tasks.drain()


async def assert_free(repository: Repository, session_id: SessionId) -> None:
    assert (await stored(repository, session_id)).lease is None
    with request_scope():
        lock = await LockService(repository).try_acquire(session_id)
    assert lock is not None
    assert await lock.release()


async def test_a_mention_is_taken_in_worked_on_and_answered(repository: Repository) -> None:
    resolver, locks = Resolver(repository), LockService(repository)
    with request_scope("req_a"):
        receipt = await resolver.resolve_slack_session(
            thread(), "U1", message=message(), locks=locks
        )
        lock = await locks.try_acquire(receipt.session.id)
        assert lock is not None
        assert await locks.try_acquire(lock.session_id) is None
        await lock.begin_turn([receipt.message.id])
        await lock.refresh()
        end = TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=(receipt.message.id,),
            answer=answer(),
            session=SessionChange(notice_posted=True),
        )
        await lock.finish_turn(end)
        assert await lock.release(delivered=message_id("a1"))
    assert (lock.holder_id, lock.fence) == ("req_a", 1)
    assert list(await all_due(repository)) == []
    await assert_free(repository, lock.session_id)


async def test_a_lock_shows_the_stored_lease(repository: Repository, held: Lock) -> None:
    lease = (await stored(repository, held.session_id)).lease
    assert lease is not None
    assert (held.holder_id, held.acquired_at, held.expires_at) == (
        lease.holder_id,
        lease.acquired_at,
        lease.expires_at,
    )
    await held.refresh()
    refreshed = (await stored(repository, held.session_id)).lease
    assert refreshed is not None
    assert held.expires_at == refreshed.expires_at


async def test_a_lock_needs_a_request_id_and_a_session(repository: Repository) -> None:
    locks = LockService(repository)
    with pytest.raises(MissingRequestIdError):
        await locks.try_acquire(SessionId("slack_nowhere"))
    with request_scope(), pytest.raises(SessionNotFoundError):
        await locks.try_acquire(SessionId("slack_nowhere"))


async def test_a_lost_lock_refuses_every_write_and_leaves_its_successor_alone(
    harness: Harness, repository: Repository, held: Lock
) -> None:
    await harness.advance(TTL)
    await acquired(repository, held.session_id, "req_b")
    before = await stored(repository, held.session_id)
    with pytest.raises(LockLostError, match=r"req_a \(fence 1\)"):
        await held.refresh()
    with pytest.raises(LockLostError):
        await held.begin_turn([])
    with pytest.raises(LockLostError):
        await held.finish_turn(TurnEnd(outcome=Outcome.FAILED, release=True))
    assert await held.release() is False
    assert await stored(repository, held.session_id) == before


async def test_a_lock_is_good_past_its_end_until_someone_else_takes_it(
    harness: Harness, repository: Repository, held: Lock
) -> None:
    await harness.advance(TTL * 2)
    await held.refresh()
    await harness.advance(TTL * 2)
    await held.finish_turn(TurnEnd(outcome=Outcome.FAILED))
    assert await held.release() is True
    assert await held.release() is False
    await assert_free(repository, held.session_id)


async def test_a_lease_of_no_length_is_free_at_once(repository: Repository) -> None:
    session = await a_session(repository)
    locks = LockService(repository, ttl=timedelta(0))
    with request_scope():
        first, second = [await locks.try_acquire(session.id) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert second.fence == first.fence + 1


async def test_an_acquire_cancelled_at_any_moment_leaves_nothing_held(
    repository: Repository,
) -> None:
    session = await a_session(repository)
    locks = LockService(repository)
    async for attempt in each_moment():
        with request_scope():
            lock = await attempt.run(locks.try_acquire(session.id))
        if lock is not None:
            await lock.release()
        await repository.tasks.drain()
        await assert_free(repository, session.id)


async def test_a_message_cancelled_at_any_moment_is_stored_whole_or_not_at_all(
    repository: Repository,
) -> None:
    resolver = Resolver(repository)
    async for attempt in each_moment():
        locks = LockService(repository)
        new = message(f"1712.{attempt.moment}")
        where = thread(f"1712.{attempt.moment}")
        with request_scope():
            receipt: Receipt | None = await attempt.run(
                resolver.resolve_slack_session(where, "U1", message=new, locks=locks)
            )
        await repository.tasks.drain()
        assert receipt is None or receipt.is_new
        await locks.aclose()
        await repository.tasks.drain()
        taken_in = await repository.get_message(new.id)
        session = await resolver.lookup_slack_session(where)
        assert (taken_in is None) == (session is None)
        if session is None or taken_in is None:
            continue
        assert (taken_in.is_open, taken_in.tries, taken_in.turn_id) == (True, 0, None)
        assert taken_in in await all_due(repository)
        assert None not in [turn.outcome for turn in await repository.turns(session.id)]
        await assert_free(repository, session.id)


async def test_a_release_cancelled_at_any_moment_releases(repository: Repository) -> None:
    session = await a_session(repository)
    locks = LockService(repository)
    async for attempt in each_moment():
        with request_scope():
            lock = await locks.try_acquire(session.id)
        assert lock is not None
        await attempt.run(lock.release())
        await repository.tasks.drain()
        if attempt.moment == 0:
            # A task that is cancelled before its first step never called `release` at all.
            assert await lock.release()
        await assert_free(repository, session.id)


async def test_a_release_cancelled_while_it_waits_for_a_refresh_releases(
    repository: Repository,
) -> None:
    session = await a_session(repository)
    locks = LockService(repository)
    async for attempt in each_moment():
        with request_scope():
            lock = await locks.try_acquire(session.id)
        assert lock is not None
        refresh = asyncio.ensure_future(lock.refresh())
        await asyncio.sleep(0)
        await attempt.run(lock.release())
        await refresh
        await repository.tasks.drain()
        if attempt.moment == 0:
            assert await lock.release()
        await assert_free(repository, session.id)


async def test_a_refresh_cancelled_at_any_moment_keeps_the_lock_usable(
    harness: Harness, repository: Repository
) -> None:
    session = await a_session(repository)
    locks = LockService(repository, ttl=TTL)
    async for attempt in each_moment():
        with request_scope():
            lock = await locks.try_acquire(session.id)
        assert lock is not None
        if harness.has_frozen_clock:
            await harness.advance(TTL / 3)
        await attempt.run(lock.refresh())
        await repository.tasks.drain()
        lease = (await stored(repository, session.id)).lease
        assert lease is not None
        assert (lease.holder_id, lease.expires_at) == (lock.holder_id, lock.expires_at)
        await lock.refresh()
        assert await lock.release()
        await assert_free(repository, session.id)


async def test_the_end_of_a_turn_cancelled_at_any_moment_is_written_whole(
    repository: Repository,
) -> None:
    session = await a_session(repository)
    locks = LockService(repository)
    async for attempt in each_moment():
        ts = f"1712.{attempt.moment}"
        with request_scope():
            lock = await locks.try_acquire(session.id)
        assert lock is not None
        turn_end = TurnEnd(outcome=Outcome.ANSWERED, answer=answer(ts), release=True)
        await attempt.run(lock.finish_turn(turn_end))
        await repository.tasks.drain()
        was_begun = attempt.moment > 0
        assert (await repository.get_message(message_id(ts)) is not None) == was_begun
        assert await lock.release() is not was_begun
        await assert_free(repository, session.id)


async def test_what_a_holder_asks_for_at_once_is_done_in_that_order(
    repository: Repository,
) -> None:
    locks = LockService(repository)
    with request_scope():
        receipt = await Resolver(repository).resolve_slack_session(
            thread(), "U1", message=message(), locks=locks
        )
        lock = await locks.try_acquire(receipt.session.id)
    assert lock is not None
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), answer=answer())
    *_, released, again = await asyncio.gather(
        lock.refresh(),
        lock.begin_turn([receipt.message.id]),
        lock.refresh(),
        lock.finish_turn(end),
        lock.release(delivered=answer().id),
        lock.release(),
    )
    assert (released, again) == (True, False)
    assert list(await repository.open_messages(lock.session_id)) == []
    await assert_free(repository, lock.session_id)


async def test_closing_awaits_what_is_given_back(harness: Harness) -> None:
    async for attempt in each_moment():
        repository = await harness.connect()
        session = await a_session(repository)
        with request_scope():
            lock = await attempt.run(LockService(repository).try_acquire(session.id))
        if lock is not None:
            await lock.release()
        await assert_free(await harness.reopen(), session.id)


async def test_closing_awaits_a_write_whose_caller_was_cancelled(harness: Harness) -> None:
    repository = await harness.connect()
    session = await a_session(repository)
    ended: list[bool] = []

    async def write() -> None:
        await asyncio.sleep(0.02)
        ended.append((await repository.create_session(new_session()))[1])

    caller = asyncio.ensure_future(repository.tasks.run(write()))
    await asyncio.sleep(0)
    caller.cancel()
    await repository.aclose()
    assert ended == [False], f"{session.id} was there before"


async def test_closing_twice_does_nothing(harness: Harness) -> None:
    repository = await harness.connect()
    await repository.aclose()
    await repository.aclose()


async def test_a_repository_says_what_and_where_it_is(repository: Repository) -> None:
    assert repository.description
    assert isinstance(repository.is_local, bool)
