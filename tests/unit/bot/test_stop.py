"""Stopping a running turn."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.turns.stop import LOCAL_SECONDS, REMOTE_SECONDS, StopWatch, TurnTimeoutError
from session import Message, Repository, SessionId, StorageError
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import ids, in_memory, question, stop, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now


class Counting(MemoryRepository):
    """Counts the looks into the inbox; some of them fail."""

    def __init__(self, *, failing: int = 0) -> None:
        super().__init__()
        self.looks = 0
        self.failing = failing

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        self.looks += 1
        if self.looks <= self.failing:
            raise StorageError("busy")
        return await super().open_messages(session_id)


async def watched(
    repository: Repository,
    session_id: SessionId,
    work: Coroutine[Any, Any, None],
    timeout: float = 1_000,
) -> Sequence[Message]:
    return await StopWatch(repository).run(session_id, work, timeout=timeout)


@in_virtual_time
async def test_work_that_ends_by_itself_was_stopped_by_nothing() -> None:
    repository = Counting()
    assert await watched(repository, SessionId("s"), asyncio.sleep(0.4)) == ()
    assert repository.looks == 0


@pytest.mark.parametrize(("is_local", "pause"), [(True, LOCAL_SECONDS), (False, REMOTE_SECONDS)])
def test_a_stop_ends_the_work_within_one_pause_and_closes_what_is_older(
    is_local: bool, pause: float
) -> None:
    @in_virtual_time
    async def story() -> None:
        repository = in_memory()
        repository.is_local = is_local
        asked, *_ = await take_in(repository, question("1"), stop("2"), question("3"))
        began = now()
        stopped = await watched(repository, asked.session_id, asyncio.sleep(100))
        assert ids(stopped) == ["1", "2"]
        assert now() - began == pytest.approx(pause)

    story()


@in_virtual_time
async def test_what_the_work_raises_passes_through() -> None:
    async def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await watched(Counting(), SessionId("s"), fail())


@in_virtual_time
async def test_a_store_that_fails_is_looked_into_again() -> None:
    repository = Counting(failing=2)
    (message,) = await take_in(repository, stop("1"))
    began = now()
    assert await watched(repository, message.session_id, asyncio.sleep(100))
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

    running = asyncio.create_task(watched(Counting(), SessionId("s"), work()))
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cancelled.is_set()


@in_virtual_time
async def test_work_that_ignores_a_stop_is_left_behind_within_the_two_seconds() -> None:
    repository, leave = in_memory(), asyncio.Event()
    (message,) = await take_in(repository, stop("1"))

    async def stubborn() -> None:
        while not leave.is_set():
            try:
                await leave.wait()
            except asyncio.CancelledError:
                continue

    began = now()
    with capture_logs() as logs:
        assert await watched(repository, message.session_id, stubborn())
    assert now() - began < 2
    assert [one["event"] for one in logs] == ["investigation.abandoned"]
    leave.set()
    await asyncio.sleep(0)


@in_virtual_time
async def test_work_that_takes_too_long_is_cancelled_at_its_time_limit() -> None:
    began = now()
    with pytest.raises(TurnTimeoutError, match=r"no answer within 7\.2 s"):
        await watched(in_memory(), SessionId("s"), asyncio.sleep(100), timeout=7.2)
    assert now() - began == pytest.approx(7.2)


@in_virtual_time
async def test_a_time_limit_of_the_works_own_is_an_error_like_any_other() -> None:
    async def impatient() -> None:
        raise TimeoutError("the lookup")

    with pytest.raises(TimeoutError, match="the lookup"):
        await watched(in_memory(), SessionId("s"), impatient(), timeout=7)
