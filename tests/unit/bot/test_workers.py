"""One worker for each session, so many turns at once, and no slot or lock that goes missing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.turns.workers import Call, Slots, Workers
from session import SessionId, StorageError, current_request_id
from tests.unit.bot.examples import patient
from tests.unit.bot.stories import held_of, in_memory, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now

A, B, C = SessionId("a"), SessionId("b"), SessionId("c")


class Bench:
    """Workers whose work takes a second, and what they did."""

    def __init__(self, slots: int = 10, seconds: float = 1.0) -> None:
        self.slots = Slots(slots)
        self.seconds = seconds
        self.began: list[tuple[SessionId, float]] = []
        self.requests: list[str | None] = []
        self.running: Counter[SessionId] = Counter()
        self.most = 0
        self.extra: Callable[[Call], Awaitable[None]] | None = None
        self.workers = Workers(self.work, self.slots)

    async def work(self, call: Call) -> None:
        self.began.append((call.session_id, now()))
        self.requests.append(current_request_id())
        self.running[call.session_id] += 1
        assert self.running[call.session_id] == 1
        self.most = max(self.most, self.running.total())
        try:
            if self.extra is not None:
                await self.extra(call)
            await asyncio.sleep(self.seconds)
        finally:
            self.running[call.session_id] -= 1

    async def all_done(self) -> None:
        assert await self.workers._tasks.drain(10_000)

    def free_slots(self) -> int:
        count = 0
        while self.slots.try_take():
            count += 1
        for _ in range(count):
            self.slots.free()
        return count


@in_virtual_time
async def test_calls_while_a_worker_runs_make_it_go_once_more_under_the_first_of_them() -> None:
    bench = Bench()
    bench.workers.call(A, "req_1")
    await asyncio.sleep(0.5)
    for number in (2, 3, 4):
        bench.workers.call(A, f"req_{number}")
    assert bench.workers.is_busy(A)
    await bench.all_done()
    assert bench.requests == ["req_1", "req_2"]
    assert not bench.workers.is_busy(A)


@in_virtual_time
async def test_sessions_run_side_by_side_up_to_the_slots_then_in_the_order_of_asking() -> None:
    bench = Bench(slots=2)
    names = [SessionId(name) for name in "abcdef"]
    for name in names:
        bench.workers.call(name, "req_1")
    await bench.all_done()
    assert [name for name, _ in bench.began] == names
    assert bench.most == 2
    assert bench.free_slots() == 2


@in_virtual_time
async def test_a_slot_is_reserved_only_for_a_session_without_a_worker() -> None:
    bench = Bench(slots=2)
    assert bench.workers.reserve(A)
    bench.workers.call(A, "req_1", reserved=True)
    assert not bench.workers.reserve(A)
    assert bench.workers.reserve(B)
    assert not bench.workers.reserve(C)
    bench.workers.unreserve(True)
    assert bench.workers.reserve(C)
    bench.workers.unreserve(True)
    bench.workers.unreserve(False)
    await bench.all_done()
    assert bench.free_slots() == 2


@in_virtual_time
async def test_a_lock_that_comes_with_a_call_is_handed_to_the_worker() -> None:
    repository, bench = in_memory(), Bench()
    (message,) = await take_in(repository, question("1"))
    held = await held_of(repository, message.session_id)
    handed: list[object] = []

    async def take(call: Call) -> None:
        handed.append(call.take_held())

    bench.extra = take
    bench.workers.call(message.session_id, "req_1")
    await asyncio.sleep(0.5)
    bench.workers.call(message.session_id, "req_2", held=held)
    await bench.all_done()
    assert handed == [None, held]


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_lock_that_no_worker_took_is_given_back(cancelled: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        repository, bench = in_memory(), Bench(slots=1)
        (message,) = await take_in(repository, question("1"))
        held = await held_of(repository, message.session_id)
        bench.workers.call(A, "req_1")
        bench.workers.call(message.session_id, "req_2", held=held)
        await asyncio.sleep(0.5)
        if cancelled:
            await bench.workers.cancel()
        else:
            await bench.workers.drain(100)
        session = await repository.get_session(message.session_id)
        assert session is not None
        assert session.lease is None
        assert bench.free_slots() == 1

    story()


@in_virtual_time
async def test_a_worker_whose_store_fails_ends_and_the_next_call_starts_another() -> None:
    bench = Bench()

    async def fail(_: Call) -> None:
        raise StorageError("disk full")

    bench.extra = fail
    bench.workers.call(A, "req_1")
    await bench.all_done()
    bench.extra = None
    bench.workers.call(A, "req_2")
    await bench.all_done()
    assert bench.requests == ["req_1", "req_2"]
    assert bench.free_slots() == 10


@in_virtual_time
async def test_draining_lets_work_end_but_starts_none() -> None:
    bench = Bench(slots=1)
    bench.workers.call(A, "req_1")
    bench.workers.call(B, "req_2")
    await asyncio.sleep(0.5)
    bench.workers.call(A, "req_3")
    await bench.workers.drain(20)
    assert bench.began == [(A, 1_000.0)]
    assert not bench.workers.reserve(C)
    assert bench.free_slots() == 1


@in_virtual_time
async def test_what_outlives_the_grace_is_cancelled() -> None:
    bench = Bench(seconds=1_000)
    bench.workers.call(A, "req_1")
    await asyncio.sleep(0)
    began = now()
    await bench.workers.drain(20)
    assert now() - began == pytest.approx(20)
    assert bench.running.total() == 0
    assert bench.free_slots() == 10


@in_virtual_time
async def test_who_leaves_the_queue_keeps_no_slot() -> None:
    slots = Slots(1)
    await slots.take()
    waiting = [asyncio.create_task(slots.take()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    slots.free()
    # The slot is the second one's by now, but that one leaves before it hears of it.
    waiting[1].cancel()
    await waiting[2]
    await asyncio.wait(waiting)
    assert not slots.try_take()
    slots.free()
    assert slots.try_take()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["call", "reserve+call", "reserve+leave", "wait", "fail", "bug"]),
        st.sampled_from([A, B, C]),
    ),
    max_size=25,
)


@patient
@given(STEPS, st.integers(1, 3), st.sampled_from(["wait", "drain", "cancel"]))
def test_every_slot_comes_back_on_every_path(
    steps: list[tuple[str, SessionId]], slots: int, end: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        bench = Bench(slots=slots)
        failures: dict[SessionId, Exception] = {}

        async def perhaps_fail(call: Call) -> None:
            if error := failures.pop(call.session_id, None):
                raise error

        bench.extra = perhaps_fail
        for step, session_id in steps:
            match step:
                case "call":
                    bench.workers.call(session_id, "req_1")
                case "reserve+call":
                    reserved = bench.workers.reserve(session_id)
                    await asyncio.sleep(0.3)
                    bench.workers.call(session_id, "req_2", reserved=reserved)
                case "reserve+leave":
                    bench.workers.unreserve(bench.workers.reserve(session_id))
                case "fail":
                    failures[session_id] = StorageError("disk full")
                case "bug":
                    failures[session_id] = KeyError("a bug")
                case _:
                    await asyncio.sleep(0.7)
        if end == "drain":
            await bench.workers.drain(0.5)
        elif end == "cancel":
            await bench.workers.cancel()
        await bench.all_done()
        assert bench.most <= slots
        assert bench.free_slots() == slots
        assert not any(bench.workers.is_busy(one) for one in (A, B, C))

    with capture_logs():
        story()
