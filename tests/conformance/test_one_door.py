"""A lease that came with a message lies in the lock service: taken once, or handed back once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from session import (
    Lock,
    LockService,
    MissingRequestIdError,
    Outcome,
    Receipt,
    Repository,
    Resolver,
    SessionId,
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
    stored,
    stored_message,
    thread,
)

SOON = timedelta(seconds=0.3)
"""A lease's ttl: what nobody takes within a sixth of it is handed back."""


@dataclass
class Door:
    """A resolver and a lock service over one store."""

    repository: Repository
    ttl: timedelta = TTL
    told: list[SessionId] = field(default_factory=list)
    is_told: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.locks = LockService(self.repository, ttl=self.ttl, on_handed_back=self.note)

    def note(self, session_id: SessionId) -> None:
        """Be told that a session's lease was handed back."""
        self.told.append(session_id)
        self.is_told.set()

    async def take_in(self, ts: str = "1712.0001", holder: str = "req_taker") -> Receipt:
        """Take a message in, and the lease with it."""
        with request_scope(holder):
            return await Resolver(self.repository).resolve_slack_session(
                thread(), "U1", message=message(ts), locks=self.locks
            )

    async def acquire(self, session_id: SessionId, holder: str = "req_worker") -> Lock | None:
        """Ask for the lock in another request's name."""
        with request_scope(holder):
            return await self.locks.try_acquire(session_id)


@pytest.fixture
async def door(repository: Repository) -> AsyncIterator[Door]:
    door = Door(repository)
    yield door
    await door.locks.aclose()


async def assert_untouched(repository: Repository, receipt: Receipt) -> None:
    """The message is as if nobody had taken it up, and no turn was cut off."""
    entry = await stored_message(repository, receipt.message.id)
    assert (entry.is_open, entry.tries, entry.turn_id) == (True, 0, None)
    turns = await repository.turns(receipt.session.id)
    assert {turn.outcome for turn in turns} == {Outcome.INTERRUPTED}
    assert (await stored(repository, receipt.session.id)).lease is None


async def test_another_request_collects_what_the_take_in_put_down(door: Door) -> None:
    receipt = await door.take_in()
    assert receipt.claim is not None
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    assert (lock.claim, lock.holder_id) == (receipt.claim, "req_taker")
    assert await door.acquire(receipt.session.id) is None, "once"
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), release=True)
    await lock.finish_turn(end)
    again = await door.acquire(receipt.session.id)
    assert again is not None
    assert (again.holder_id, again.fence) == ("req_worker", lock.fence + 1)


async def test_the_session_comes_with_it(door: Door) -> None:
    receipt = await door.take_in()
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    assert await lock.load_session() == receipt.session
    await lock.begin_turn([receipt.message.id])
    assert await lock.load_session() == await stored(door.repository, receipt.session.id)


async def test_a_lock_that_was_asked_for_reads_its_session(door: Door) -> None:
    session = await a_session(door.repository)
    lock = await door.acquire(session.id)
    assert lock is not None
    read = await lock.load_session()
    assert read is not None
    assert read.lease is not None
    assert (read.id, read.lease.holder_id) == (session.id, "req_worker")


async def test_an_anonymous_caller_gets_nothing_and_leaves_it_there(door: Door) -> None:
    receipt = await door.take_in()
    with pytest.raises(MissingRequestIdError):
        await door.locks.try_acquire(receipt.session.id)
    assert await door.acquire(receipt.session.id) is not None


async def test_of_two_that_want_it_one_gets_it(door: Door) -> None:
    receipt = await door.take_in()
    locks = await asyncio.gather(
        *(door.acquire(receipt.session.id, f"req_{number}") for number in range(5))
    )
    assert [lock is not None for lock in locks].count(True) == 1


async def test_a_duplicate_puts_nothing_down(door: Door) -> None:
    receipt = await door.take_in()
    first = await door.acquire(receipt.session.id)
    assert first is not None
    again = await door.take_in()
    assert (again.is_new, again.claim) == (False, None)
    assert await door.acquire(receipt.session.id) is None


async def test_a_message_into_a_held_session_puts_nothing_down(door: Door) -> None:
    session = await a_session(door.repository)
    await acquired(door.repository, session.id, "req_other")
    receipt = await door.take_in()
    assert receipt.claim is None
    assert await door.acquire(session.id) is None


async def test_a_take_in_that_is_cancelled_at_any_moment_leaves_the_lease_there(
    repository: Repository,
) -> None:
    async for attempt in each_moment():
        door, ts = Door(repository), f"1712.{attempt.moment}"
        await attempt.run(door.take_in(ts))
        await repository.tasks.drain()
        if await repository.get_message(message_id(ts)) is None:
            assert attempt.was_cancelled
            continue
        session_id = (await stored_message(repository, message_id(ts))).session_id
        lock = await door.acquire(session_id)
        assert lock is not None
        assert lock.holder_id == "req_taker"
        await lock.finish_turn(
            TurnEnd(outcome=Outcome.ANSWERED, message_ids=(message_id(ts),), release=True)
        )


async def test_what_nobody_collects_is_handed_back_and_told_of(repository: Repository) -> None:
    door = Door(repository, ttl=SOON)
    receipt = await door.take_in()
    await door.is_told.wait()
    assert door.told == [receipt.session.id]
    await assert_untouched(repository, receipt)
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    assert lock.holder_id == "req_worker"


async def test_what_is_collected_is_not_handed_back(repository: Repository) -> None:
    door = Door(repository, ttl=SOON)
    receipt = await door.take_in()
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    await asyncio.sleep(SOON.total_seconds() / 2)
    await repository.tasks.drain()
    assert door.told == []
    await lock.refresh()


async def test_a_shutdown_hands_it_back_at_once_and_calls_nobody(door: Door) -> None:
    receipt = await door.take_in()
    await door.locks.aclose()
    await assert_untouched(door.repository, receipt)
    assert door.told == []
    await door.locks.aclose()


async def test_what_comes_after_the_shutdown_is_handed_back_at_once(door: Door) -> None:
    await door.locks.aclose()
    receipt = await door.take_in()
    await door.repository.tasks.drain()
    await assert_untouched(door.repository, receipt)
    assert door.told == []


@pytest.mark.parametrize("looks", [False, True])
async def test_a_release_without_a_turn_hands_it_back(door: Door, looks: bool) -> None:
    receipt = await door.take_in()
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    if looks:
        await lock.load_session()
        await lock.refresh()
    assert [await lock.release(), await lock.release()] == [True, False]
    await assert_untouched(door.repository, receipt)


async def test_a_release_that_only_delivered_hands_it_back_too(door: Door) -> None:
    first = await door.take_in("1712.1")
    lock = await door.acquire(first.session.id)
    assert lock is not None
    ids = (first.message.id,)
    await lock.finish_turn(
        TurnEnd(outcome=Outcome.ANSWERED, message_ids=ids, answer=answer(), release=True)
    )
    second = await door.take_in("1712.2")
    lock = await door.acquire(second.session.id)
    assert lock is not None
    assert await lock.release(delivered=message_id("a1")) is True
    assert not (await stored_message(door.repository, message_id("a1"))).is_open
    entry = await stored_message(door.repository, second.message.id)
    assert (entry.is_open, entry.tries, entry.turn_id) == (True, 0, None)
    assert (await stored(door.repository, second.session.id)).lease is None


async def test_a_release_after_a_turn_was_begun_keeps_its_try(door: Door) -> None:
    receipt = await door.take_in()
    lock = await door.acquire(receipt.session.id)
    assert lock is not None
    await lock.begin_turn([receipt.message.id])
    assert await lock.release() is True
    assert (await stored_message(door.repository, receipt.message.id)).tries == 1
