"""The lock's handle: who holds it, and until when."""

import asyncio
from datetime import timedelta

import pytest

from session import (
    DEFAULT_LOCK_TTL,
    Lease,
    LeaseRequest,
    Lock,
    LockLostError,
    LockService,
    MissingRequestIdError,
    NewMessage,
    Outcome,
    Receipt,
    Resolver,
    SessionError,
    SessionId,
    SessionNotFoundError,
    TurnEnd,
    request_scope,
)
from session.engines.memory import MemoryRepository
from session.models import Claim, NewSession
from tests.conformance.clock import FrozenClock
from tests.conformance.examples import a_session, message, thread


class Watch:
    """A monotonic clock in seconds, moved by hand."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class SlowRepository(MemoryRepository):
    """Takes two seconds of the asker's time for each answer."""

    def __init__(self, watch: Watch, clock: FrozenClock) -> None:
        super().__init__(clock)
        self.watch = watch

    async def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Lease | None:
        self.watch.seconds += 2
        return await super().acquire_lease(session_id, request)

    async def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Receipt:
        self.watch.seconds += 2
        return await super().take_in(new, message, lease=lease)

    async def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        self.watch.seconds += 2
        return await super().refresh_lease(claim, ttl)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def repository(watch: Watch, clock: FrozenClock) -> SlowRepository:
    return SlowRepository(watch, clock)


@pytest.fixture
def locks(repository: SlowRepository, watch: Watch) -> LockService:
    return LockService(repository, ttl=timedelta(seconds=30), monotonic=watch)


@pytest.fixture
async def lock(repository: SlowRepository, locks: LockService) -> Lock:
    session = await a_session(repository)
    with request_scope("req_a"):
        lock = await locks.try_acquire(session.id)
    assert lock is not None
    return lock


async def test_an_anonymous_lock_is_refused_with_what_to_do(locks: LockService) -> None:
    with pytest.raises(MissingRequestIdError, match="wrap the call in `with request_scope"):
        await locks.try_acquire(SessionId("any"))


async def test_a_lock_on_nothing_is_an_error(locks: LockService) -> None:
    with request_scope(), pytest.raises(SessionNotFoundError, match="there is no session 'gone'"):
        await locks.try_acquire(SessionId("gone"))
    assert issubclass(SessionNotFoundError, LookupError)
    assert issubclass(SessionNotFoundError, SessionError)


async def test_contention_is_none_even_for_the_holder(lock: Lock, locks: LockService) -> None:
    for holder in ("req_a", "req_b"):
        with request_scope(holder):
            assert await locks.try_acquire(lock.session_id) is None


async def test_a_lock_knows_its_lease(lock: Lock, clock: FrozenClock) -> None:
    assert (lock.holder_id, lock.fence) == ("req_a", 1)
    assert lock.acquired_at == clock()
    assert lock.expires_at == clock() + timedelta(seconds=30)
    assert lock.ttl == timedelta(seconds=30)


async def test_the_deadline_counts_from_before_the_store_was_asked(
    lock: Lock, watch: Watch
) -> None:
    assert lock.deadline == 1000 + 30
    assert lock.remaining() == 28, "the two seconds of the answer are gone"
    watch.seconds = 1031
    assert lock.remaining() == -1


async def test_the_deadline_of_a_lease_that_came_with_a_message_does_too(
    repository: SlowRepository, locks: LockService, watch: Watch
) -> None:
    with request_scope("req_a"):
        receipt = await Resolver(repository).resolve_slack_session(
            thread(), "U1", message=message(), locks=locks
        )
        watch.seconds += 3
        lock = await locks.try_acquire(receipt.session.id)
    assert lock is not None
    assert lock.deadline == 1000 + 30
    assert lock.remaining() == 25, "two seconds of the answer, and three of lying there"
    await locks.aclose()


async def test_a_refresh_moves_deadline_and_end_alone(
    lock: Lock, watch: Watch, clock: FrozenClock
) -> None:
    acquired_at = lock.acquired_at
    watch.seconds = 1010
    clock.advance(timedelta(seconds=10))
    await lock.refresh()
    assert lock.deadline == 1010 + 30
    assert lock.remaining() == 28
    assert lock.acquired_at == acquired_at
    assert lock.expires_at == acquired_at + timedelta(seconds=40)
    assert lock.fence == 1


async def test_a_released_lock_refuses_to_be_refreshed(lock: Lock) -> None:
    deadline = lock.deadline
    assert await lock.release() is True
    with pytest.raises(LockLostError) as refused:
        await lock.refresh()
    assert (refused.value.session_id, refused.value.fence) == (lock.session_id, 1)
    assert lock.deadline == deadline


async def test_release_is_true_once(lock: Lock) -> None:
    assert [await lock.release(), await lock.release()] == [True, False]


async def test_two_releases_at_once_release_once(lock: Lock) -> None:
    assert sorted(await asyncio.gather(lock.release(), lock.release())) == [False, True]


async def test_a_turn_that_released_leaves_nothing_to_release(lock: Lock) -> None:
    await lock.finish_turn(TurnEnd(outcome=Outcome.FAILED, release=True))
    assert await lock.release() is False
    with pytest.raises(LockLostError):
        await lock.refresh()


async def test_a_turn_that_did_not_release_leaves_the_lock_held(lock: Lock) -> None:
    await lock.finish_turn(TurnEnd(outcome=Outcome.FAILED))
    assert await lock.release() is True


def test_the_default_lease_is_three_minutes() -> None:
    assert timedelta(minutes=3) == DEFAULT_LOCK_TTL
