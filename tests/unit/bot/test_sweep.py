"""The sweep: what is open and nobody works on is taken up again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.turns.sweep import BUSY_SECONDS, IDLE_SECONDS, LEAVE_ALONE, Sweep
from session import Message, Outcome, StorageError, TurnEnd
from session.clock import SteadyClock
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import SENT_AT, TTL, Assigned, in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now

AT_ONCE = timedelta(0)


class Shared(MemoryRepository):
    """A store that other machines see too."""

    is_local = False

    def __init__(self) -> None:
        super().__init__(SteadyClock(started_at=SENT_AT, monotonic=now))


def ignored(_: Message) -> None:
    """Nobody settles parked messages here."""


async def runs(sweep: Sweep, seconds: float) -> None:
    sweeping = asyncio.create_task(sweep.run())
    await asyncio.sleep(seconds)
    sweeping.cancel()
    await asyncio.wait([sweeping])


@in_virtual_time
async def test_at_the_start_everything_open_is_taken_up_at_once() -> None:
    repository, assigned = in_memory(), Assigned()
    (message,) = await take_in(repository, question("1"))
    began = now()
    await runs(Sweep(repository, assigned, ignored, lock_ttl=TTL), 1)
    assert (assigned.sessions, assigned.times) == ([message.session_id], [began])


@in_virtual_time
async def test_later_messages_younger_than_five_seconds_are_left_to_their_own_delivery() -> None:
    repository, assigned = in_memory(), Assigned()
    sweep = Sweep(repository, assigned, ignored, lock_ttl=TTL)
    await take_in(repository, question("1"))
    await sweep.sweep(LEAVE_ALONE)
    await asyncio.sleep(4.9)
    await sweep.sweep(LEAVE_ALONE)
    assert assigned.sessions == []
    await asyncio.sleep(0.1)
    await sweep.sweep(LEAVE_ALONE)
    assert len(assigned.sessions) == 1


@in_virtual_time
async def test_many_messages_of_a_session_are_one_assignment() -> None:
    repository, assigned = in_memory(), Assigned()
    await take_in(repository, *(question(str(number)) for number in range(5)))
    await Sweep(repository, assigned, ignored, lock_ttl=TTL).sweep(AT_ONCE)
    assert len(assigned.sessions) == 1


@pytest.mark.parametrize(
    ("ttl", "pause"), [(timedelta(minutes=3), IDLE_SECONDS), (timedelta(seconds=30), 10.0)]
)
def test_an_empty_shared_inbox_is_swept_seldom_but_often_enough_for_the_lease(
    ttl: timedelta, pause: float
) -> None:
    @in_virtual_time
    async def story() -> None:
        sweep = Sweep(Shared(), Assigned(), ignored, lock_ttl=ttl)
        assert await sweep.sweep(AT_ONCE) == pause

    story()


@in_virtual_time
async def test_an_empty_local_inbox_is_swept_often_for_that_costs_nothing() -> None:
    assert (
        await Sweep(in_memory(), Assigned(), ignored, lock_ttl=TTL).sweep(AT_ONCE) == BUSY_SECONDS
    )


@in_virtual_time
async def test_while_something_is_open_it_is_swept_often() -> None:
    repository, assigned = in_memory(), Assigned()
    await take_in(repository, question("1"))
    began = now()
    await runs(Sweep(repository, assigned, ignored, lock_ttl=TTL), 16)
    assert [time - began for time in assigned.times] == [0, 5, 10, 15]


@in_virtual_time
async def test_when_another_bot_is_gone_what_it_left_is_taken_up_at_once() -> None:
    class WithNeighbour(MemoryRepository):
        async def until_one_leaves(self) -> None:
            await asyncio.sleep(began + 2 - now() if now() < began + 2 else 1000)

    began = now()
    repository, assigned = WithNeighbour(), Assigned()
    sweeping = asyncio.create_task(Sweep(repository, assigned, ignored, lock_ttl=TTL).run())
    await asyncio.sleep(1)
    (message,) = await take_in(repository, question("1"))
    await asyncio.sleep(1.5)
    sweeping.cancel()
    assert (assigned.sessions, assigned.times) == ([message.session_id], [began + 2])


@in_virtual_time
async def test_on_a_shared_store_a_held_session_is_asked_again_in_pauses() -> None:
    repository, assigned = Shared(), Assigned()
    (message,) = await take_in(repository, question("1"))
    await lock_of(repository, message.session_id)
    began = now()
    await runs(Sweep(repository, assigned, ignored, lock_ttl=TTL), TTL.total_seconds() + 2)
    assert [time - began for time in assigned.times] == pytest.approx(
        [third * TTL.total_seconds() / 3 for third in range(4)], abs=0.2
    )


@in_virtual_time
async def test_a_session_whose_messages_were_dealt_with_is_forgotten() -> None:
    repository, assigned = Shared(), Assigned()
    (message,) = await take_in(repository, question("1"))
    lock = await lock_of(repository, message.session_id)
    sweep = Sweep(repository, assigned, ignored, lock_ttl=TTL)
    await sweep.sweep(AT_ONCE)
    assert list(sweep._held) == [message.session_id]
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(message.id,), release=True)
    await lock.finish_turn(end)
    assert await sweep.sweep(AT_ONCE) == 10.0
    assert sweep._held == {}


@in_virtual_time
async def test_what_another_instance_hands_back_is_taken_up_with_the_next_sweep() -> None:
    repository, assigned = Shared(), Assigned()
    (message,) = await take_in(repository, question("1"))
    lock = await lock_of(repository, message.session_id)
    await lock.begin_turn([message.id])
    sweep = Sweep(repository, assigned, ignored, lock_ttl=timedelta(minutes=3))
    await sweep.sweep(AT_ONCE)
    await take_in(repository, question("2"))
    assert await sweep.sweep(AT_ONCE) == BUSY_SECONDS
    assert len(assigned.sessions) == 1, "a turn works on it, and may for long"
    await lock.finish_turn(TurnEnd(outcome=Outcome.INTERRUPTED, message_ids=(), release=True))
    await sweep.sweep(AT_ONCE)
    assert len(assigned.sessions) == 2


@in_virtual_time
async def test_a_store_that_fails_is_asked_again_soon() -> None:
    class Failing(MemoryRepository):
        asked = 0

        async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
            self.asked += 1
            raise StorageError("disk full")

    repository = Failing()
    with capture_logs() as logs:
        await runs(Sweep(repository, Assigned(), ignored, lock_ttl=TTL), 2 * BUSY_SECONDS + 1)
    assert repository.asked == 3
    assert {line["event"] for line in logs} == {"sweep.failed"}


@in_virtual_time
async def test_a_sweep_that_is_wanted_does_not_wait_for_its_time() -> None:
    class Remote(Shared):
        async def until_one_leaves(self) -> None:
            await asyncio.Event().wait()

    repository, assigned = Remote(), Assigned()
    sweep = Sweep(repository, assigned, ignored, lock_ttl=TTL)
    sweeping = asyncio.create_task(sweep.run())
    await asyncio.sleep(1)
    (message,) = await take_in(repository, question("1"))
    await asyncio.sleep(6)
    assert assigned.sessions == []
    sweep.soon()
    await asyncio.sleep(1.1)
    sweeping.cancel()
    assert assigned.sessions == [message.session_id]
