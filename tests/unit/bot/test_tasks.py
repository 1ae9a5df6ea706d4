"""Tasks that somebody owns."""

import asyncio

from structlog.testing import capture_logs

from bot.tasks import TaskSet
from tests.unit.bot.virtual_time import in_virtual_time, now


@in_virtual_time
async def test_draining_waits_for_tasks_that_tasks_start() -> None:
    tasks, ended = TaskSet(), []

    async def child() -> None:
        await asyncio.sleep(2)
        ended.append("child")

    async def parent() -> None:
        await asyncio.sleep(1)
        tasks.start(child(), name="child")
        ended.append("parent")

    tasks.start(parent(), name="parent")
    assert not await tasks.drain(2.5)
    assert len(tasks) == 1
    assert await tasks.drain(2.5)
    assert ended == ["parent", "child"]


@in_virtual_time
async def test_a_task_cancelled_before_its_first_step_still_cleans_up() -> None:
    tasks, cleaned = TaskSet(), []

    async def work() -> None:
        try:
            await asyncio.sleep(1e6)
        finally:
            cleaned.append(now())

    tasks.start(work(), name="work")
    assert await tasks.cancel(5)
    assert cleaned == [now()]


@in_virtual_time
async def test_what_a_task_raises_is_logged_with_its_name() -> None:
    tasks = TaskSet()

    async def fail() -> None:
        raise KeyError("x")

    with capture_logs() as logs:
        tasks.start(fail(), name="failing")
        await tasks.drain(1)
        await asyncio.sleep(0)
    (line,) = logs
    assert (line["event"], line["task"]) == ("task.failed", "failing")
    assert isinstance(line["exc_info"], KeyError)


class Work:
    """Counts how often it was done; fails the first `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.times = 0
        self._failures = failures

    async def __call__(self) -> int:
        self.times += 1
        await asyncio.sleep(1)
        if self.times <= self._failures:
            raise OSError("no room")
        return self.times
