"""Stopping a running turn."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.surfaces.memory import MemorySurface
from bot.turns.investigation import InvestigatorError
from bot.turns.open_turn import OpenTurn
from bot.turns.stop_watch import (
    LOCAL_SECONDS,
    REMOTE_SECONDS,
    Cut,
    StopWatch,
    TurnTimeoutError,
)
from session import Message, SessionId, StorageError
from session.clock import SteadyClock
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import SENT_AT, ids, question, stop, take_in, turn_of
from tests.unit.bot.virtual_time import in_virtual_time, now


class Counting(MemoryRepository):
    """Counts the looks into the inbox; some of them fail."""

    def __init__(self, *, failing: int = 0) -> None:
        super().__init__(SteadyClock(started_at=SENT_AT, monotonic=now))
        self.looks = 0
        self.failing = failing

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        self.looks += 1
        if self.looks <= self.failing:
            raise StorageError("busy")
        return await super().open_messages(session_id)


async def a_turn(repository: Counting) -> tuple[OpenTurn, list[Message]]:
    """A turn that has begun with Ann's question."""
    questions = await take_in(repository, question("1"))
    turn = await turn_of(repository, questions[0].session_id, MemorySurface())
    await turn.lock.begin_turn([questions[0].id])
    return turn, questions


async def watched(
    repository: Counting,
    turn: OpenTurn,
    questions: Sequence[Message],
    work: Coroutine[Any, Any, None],
    timeout: float = 1_000,
) -> Cut | None:
    return await StopWatch(repository).run(turn, questions, work, timeout=timeout)


@in_virtual_time
async def test_work_that_ends_by_itself_was_stopped_by_nothing() -> None:
    repository = Counting()
    turn, questions = await a_turn(repository)
    assert await watched(repository, turn, questions, asyncio.sleep(0.4)) is None
    assert repository.looks == 0


@pytest.mark.parametrize(("is_local", "pause"), [(True, LOCAL_SECONDS), (False, REMOTE_SECONDS)])
def test_a_stop_ends_the_work_within_one_pause(is_local: bool, pause: float) -> None:
    @in_virtual_time
    async def story() -> None:
        repository = Counting()
        repository.is_local = is_local
        turn, questions = await a_turn(repository)
        await take_in(repository, stop("2"), question("3"))
        began = now()
        cut = await watched(repository, turn, questions, asyncio.sleep(100))
        assert cut is not None
        assert ids(cut.stops) == ["2"]
        assert ids(cut.entries) == ["1", "2", "3"]
        assert now() - began == pytest.approx(pause)

    story()


@in_virtual_time
async def test_a_stop_that_names_another_turn_ends_nothing() -> None:
    repository = Counting()
    turn, questions = await a_turn(repository)
    named = {"attributes": {"stops": "another"}, "author_id": "UBEN"}
    await take_in(repository, stop("2", **named))
    assert await watched(repository, turn, questions, asyncio.sleep(5)) is None


@in_virtual_time
async def test_the_work_ends_once_all_its_questions_were_deleted() -> None:
    repository = Counting()
    turn, questions = await a_turn(repository)
    await repository.blank_message(questions[0].id)
    cut = await watched(repository, turn, questions, asyncio.sleep(100))
    assert cut is not None
    assert cut.stops == []


@in_virtual_time
async def test_what_the_work_raises_passes_through() -> None:
    async def fail() -> None:
        raise KeyError("x")

    repository = Counting()
    with pytest.raises(KeyError):
        await watched(repository, *await a_turn(repository), fail())


@in_virtual_time
async def test_work_that_cancels_itself_is_an_error_like_any_other() -> None:
    async def give_up() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(1)

    repository = Counting()
    with pytest.raises(InvestigatorError):
        await watched(repository, *await a_turn(repository), give_up())


@in_virtual_time
async def test_a_store_that_fails_is_looked_into_again() -> None:
    repository = Counting()
    turn, questions = await a_turn(repository)
    await take_in(repository, stop("2"))
    repository.failing = repository.looks + 2
    began = now()
    assert await watched(repository, turn, questions, asyncio.sleep(100))
    assert now() - began == pytest.approx(3 * LOCAL_SECONDS)


@in_virtual_time
async def test_cancelled_from_outside_the_work_is_cancelled_too() -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    repository = Counting()
    turn, questions = await a_turn(repository)
    running = asyncio.create_task(watched(repository, turn, questions, work()))
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cancelled.is_set()


@in_virtual_time
async def test_work_that_ignores_a_stop_is_left_behind_within_the_two_seconds() -> None:
    repository, leave = Counting(), asyncio.Event()
    turn, questions = await a_turn(repository)
    await take_in(repository, stop("2"))

    async def stubborn() -> None:
        while not leave.is_set():
            try:
                await leave.wait()
            except asyncio.CancelledError:
                continue

    began = now()
    with capture_logs() as logs:
        assert await watched(repository, turn, questions, stubborn())
    assert now() - began < 2
    assert [line["event"] for line in logs] == ["investigation.abandoned"]
    leave.set()
    await asyncio.sleep(0)


@in_virtual_time
async def test_work_that_takes_too_long_is_cancelled_at_its_time_limit() -> None:
    repository = Counting()
    turn, questions = await a_turn(repository)
    began = now()
    with pytest.raises(TurnTimeoutError, match=r"no answer within 7\.2 s"):
        await watched(repository, turn, questions, asyncio.sleep(100), timeout=7.2)
    assert now() - began == pytest.approx(7.2)


@in_virtual_time
async def test_a_time_limit_of_the_works_own_is_an_error_like_any_other() -> None:
    async def impatient() -> None:
        raise TimeoutError("the lookup")

    repository = Counting()
    with pytest.raises(TimeoutError, match="the lookup"):
        await watched(repository, *await a_turn(repository), impatient(), timeout=7)
