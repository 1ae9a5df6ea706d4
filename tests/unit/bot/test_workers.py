"""One worker for each session, so many turns at once, and no slot that goes missing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.turns import workers
from bot.turns.slots import NOBODY, Slot, Slots, Waiter
from bot.turns.workers import Assignment, Workers
from session import SessionId, StorageError, current_request_id
from tests.unit.bot.examples import patient
from tests.unit.bot.virtual_time import in_virtual_time, now

A, B, C = SessionId("a"), SessionId("b"), SessionId("c")


class Bench:
    """Workers whose work takes a second, and what they did."""

    def __init__(self, slots: int = 10, seconds: float = 1.0, per_author: int = 0) -> None:
        self.slots = Slots(slots, per_author=per_author)
        self.seconds = seconds
        self.began: list[tuple[SessionId, float]] = []
        self.requests: list[str | None] = []
        self.running: Counter[SessionId] = Counter()
        self.most = 0
        self.extra: Callable[[Assignment], Awaitable[None]] | None = None
        self.workers = Workers(self.work, self.slots)

    def assign(self, session_id: SessionId, request_id: str, author: str = "UANN") -> None:
        self.workers.assign(session_id, request_id, author)

    async def work(self, assignment: Assignment) -> None:
        self.began.append((assignment.session_id, now()))
        self.requests.append(current_request_id())
        self.running[assignment.session_id] += 1
        assert self.running[assignment.session_id] == 1
        self.most = max(self.most, self.running.total())
        try:
            if self.extra is not None:
                await self.extra(assignment)
            await asyncio.sleep(self.seconds)
        finally:
            self.running[assignment.session_id] -= 1

    async def all_done(self) -> None:
        assert await self.workers._tasks.drain(10_000)

    def free_slots(self) -> int:
        slots: list[Slot] = []
        while (slot := self.slots.try_take()) is not None:
            slots.append(slot)
        for slot in slots:
            with slot:
                pass
        return len(slots)


@in_virtual_time
async def test_assignments_while_a_worker_runs_make_it_go_once_more_under_the_first() -> None:
    bench = Bench()
    bench.assign(A, "req_1")
    await asyncio.sleep(0.5)
    for number in (2, 3, 4):
        bench.assign(A, f"req_{number}")
    assert bench.workers.is_busy(A)
    await bench.all_done()
    assert bench.requests == ["req_1", "req_2"]
    assert not bench.workers.is_busy(A)


@in_virtual_time
async def test_sessions_run_side_by_side_up_to_the_slots_then_in_the_order_of_asking() -> None:
    bench = Bench(slots=2)
    names = [SessionId(name) for name in "abcdef"]
    for name in names:
        bench.assign(name, "req_1")
    await bench.all_done()
    assert [name for name, _ in bench.began] == names
    assert bench.most == 2
    assert bench.free_slots() == 2


@in_virtual_time
async def test_one_authors_many_sessions_take_their_turn_with_anothers() -> None:
    bench = Bench(slots=1)
    for name in "abcd":
        bench.assign(SessionId(name), "req_1", "UANN")
    bench.assign(SessionId("z"), "req_2", "UBEN")
    await asyncio.sleep(0)
    assert bench.workers.load().queued == 4
    await bench.all_done()
    assert [name for name, _ in bench.began] == ["a", "b", "z", "c", "d"]


@in_virtual_time
async def test_what_is_said_to_come_before_a_session_is_what_comes_before_it() -> None:
    bench = Bench(slots=1)
    asked = [*(("UANN", name) for name in "abcd"), ("alerts", "x"), ("UBEN", "y"), ("UANN", "e")]
    asked += [("alerts", "z"), ("UBEN", "v"), ("UCHLOE", "w")]
    for author_id, name in asked:
        bench.assign(SessionId(name), "req_1", author_id)
    await asyncio.sleep(0)
    said = {
        name: bench.workers.load(author_id, SessionId(name)).ahead for author_id, name in asked
    }
    assert said["a"] is None, "it runs"
    assert bench.workers.load("UANN", SessionId("other")).ahead is None
    await bench.all_done()
    order = [name for name, _ in bench.began]
    assert said == {name: order.index(name) - 1 for name in order if name != "a"} | {"a": None}


@in_virtual_time
async def test_of_one_author_only_so_many_run_and_others_pass_by() -> None:
    bench = Bench(slots=10, per_author=2)
    for name in "abcd":
        bench.assign(SessionId(name), "req_1", "UANN")
    bench.assign(SessionId("z"), "req_2", "UBEN")
    await asyncio.sleep(0.5)
    assert [name for name, _ in bench.began] == ["a", "b", "z"]
    load = bench.workers.load("UANN")
    assert (load.running, load.queued, load.own_running, load.own_queued) == (3, 2, 2, 2)
    assert load.is_at_own_limit
    await bench.all_done()
    assert [name for name, _ in bench.began] == ["a", "b", "z", "c", "d"]
    assert bench.free_slots() == 10


@in_virtual_time
async def test_a_thread_that_waits_for_one_authors_limit_goes_on_when_another_asks_there() -> None:
    bench = Bench(slots=10, per_author=1, seconds=100)
    for name in (A, B):
        bench.assign(name, "req_1", "UANN")
    await asyncio.sleep(1)
    bench.assign(B, "req_2", "UBEN")
    await asyncio.sleep(1)
    assert [name for name, _ in bench.began] == [A, B]
    assert bench.workers.load("UBEN").own_running == 1
    await bench.all_done()
    assert bench.free_slots() == 10


@in_virtual_time
async def test_work_that_is_nobodys_waits_for_no_limit_of_an_author() -> None:
    bench = Bench(slots=10, per_author=1)
    for name in (A, B, C):
        bench.assign(name, "req_1", NOBODY)
    await asyncio.sleep(0)
    assert [name for name, _ in bench.began] == [A, B, C]
    await bench.all_done()


@in_virtual_time
async def test_no_slot_is_taken_early_for_an_author_at_the_limit() -> None:
    bench = Bench(slots=10, per_author=1)
    with bench.workers.slot_for(A, "UANN") as slot:
        assert slot is not None
        with bench.workers.slot_for(B, "UANN") as second:
            assert second is None
        with bench.workers.slot_for(B, "UBEN") as others:
            assert others is not None
    with bench.workers.slot_for(B, "UANN") as again:
        assert again is not None


@in_virtual_time
async def test_a_slot_is_taken_early_only_for_a_session_without_a_worker() -> None:
    bench = Bench(slots=2)
    with bench.workers.slot_for(A) as slot:
        assert slot is not None
        bench.workers.assign(A, "req_1", "UANN", slot)
    with bench.workers.slot_for(A) as slot:
        assert slot is None
    with bench.workers.slot_for(B) as slot:
        assert slot is not None
        with bench.workers.slot_for(C) as other:
            assert other is None
    assert bench.free_slots() == 1
    await bench.all_done()
    assert bench.free_slots() == 2


@in_virtual_time
async def test_a_slot_whose_owner_fails_before_the_assignment_is_given_back() -> None:
    bench = Bench(slots=1)
    with pytest.raises(StorageError), bench.workers.slot_for(A):
        raise StorageError("disk full")
    assert bench.free_slots() == 1


@in_virtual_time
async def test_a_worker_whose_store_fails_ends_and_the_next_assignment_starts_another() -> None:
    bench = Bench()

    async def fail(_: Assignment) -> None:
        raise StorageError("disk full")

    bench.extra = fail
    bench.assign(A, "req_1")
    await bench.all_done()
    bench.extra = None
    bench.assign(A, "req_2")
    await bench.all_done()
    assert bench.requests == ["req_1", "req_2"]
    assert bench.free_slots() == 10


@in_virtual_time
async def test_draining_lets_work_end_but_starts_none() -> None:
    bench = Bench(slots=1)
    bench.assign(A, "req_1")
    bench.assign(B, "req_2")
    await asyncio.sleep(0.5)
    bench.assign(A, "req_3")
    await bench.workers.drain(20)
    assert bench.began == [(A, 1_000.0)]
    with bench.workers.slot_for(C) as slot:
        assert slot is None
    assert bench.free_slots() == 1


@in_virtual_time
async def test_what_outlives_the_grace_is_cancelled() -> None:
    bench = Bench(seconds=1_000)
    bench.assign(A, "req_1")
    await asyncio.sleep(0)
    began = now()
    await bench.workers.drain(20)
    assert now() - began == pytest.approx(20)
    assert bench.running.total() == 0
    assert bench.free_slots() == 10


@in_virtual_time
async def test_who_leaves_the_queue_keeps_no_slot() -> None:
    slots = Slots(1)
    first = await slots.take("UANN", Waiter())
    waiters = [asyncio.create_task(slots.take("UANN", Waiter())) for _ in range(3)]
    await asyncio.sleep(0)
    waiters[0].cancel()
    with first:
        pass
    # The slot is the second one's by now, but that one leaves before it hears of it.
    waiters[1].cancel()
    last = await waiters[2]
    await asyncio.wait(waiters)
    assert slots.try_take() is None
    with last:
        pass
    assert slots.try_take() is not None


@in_virtual_time
async def test_beyond_so_many_sessions_work_is_left_to_the_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "MOST_SESSIONS", 2)
    bench = Bench(slots=3)
    for name in (A, B, C):
        bench.assign(name, "req_1")
    with capture_logs():
        bench.assign(C, "req_1")
    with bench.workers.slot_for(C) as slot:
        bench.workers.assign(C, "req_2", "UANN", slot)
    await bench.all_done()
    assert [name for name, _ in bench.began] == [A, B, C]
    assert bench.requests == ["req_1", "req_1", "req_2"]
    assert bench.free_slots() == 3


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["assign", "slot+assign", "slot+leave", "wait", "fail", "bug"]),
        st.sampled_from([A, B, C]),
    ),
    max_size=25,
)


@patient
@given(STEPS, st.integers(1, 3), st.integers(0, 2), st.sampled_from(["wait", "drain", "cancel"]))
def test_every_slot_comes_back_on_every_path(
    steps: list[tuple[str, SessionId]], slots: int, per_author: int, end: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        bench = Bench(slots=slots, per_author=per_author)
        failures: dict[SessionId, Exception] = {}

        async def perhaps_fail(assignment: Assignment) -> None:
            if error := failures.pop(assignment.session_id, None):
                raise error

        bench.extra = perhaps_fail
        for step, session_id in steps:
            match step:
                case "assign":
                    bench.assign(session_id, "req_1")
                case "slot+assign":
                    with bench.workers.slot_for(session_id, "UBEN") as slot:
                        await asyncio.sleep(0.3)
                        bench.workers.assign(session_id, "req_2", "UBEN", slot)
                case "slot+leave":
                    with bench.workers.slot_for(session_id):
                        pass
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
        assert bench.workers.load("UANN").queued == 0
        assert not any(bench.workers.is_busy(session_id) for session_id in (A, B, C))

    with capture_logs():
        story()
