"""When the loop stands still, a line says so and names whose code it is in."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

from structlog.testing import capture_logs

from bot.config import Settings
from bot.investigators.contract import Finding
from bot.investigators.loading import open_investigator
from bot.observe.loop_watch import watching_the_loop

Line = MutableMapping[str, Any]
NO_CASE: Any = None
SETTING = "tests.unit.bot.test_loop_watch:factory"


async def investigator(case: object) -> AsyncIterator[Finding]:
    """Block the loop as a careless author does."""
    block(0.6)
    yield Finding(text="done")


def factory() -> object:
    return investigator


def block(seconds: float) -> None:
    time.sleep(seconds)


async def until_it_goes_on(logs: list[Line]) -> tuple[Line, Line]:
    async with asyncio.timeout(20):
        while len(logs) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    first, second = logs
    return first, second


async def test_a_blocking_call_is_named_while_it_lasts_and_its_end_is_told() -> None:
    with capture_logs() as logs, watching_the_loop("brief", tolerated=0.1):
        block(0.6)
        blocked, goes_on = await until_it_goes_on(logs)
    assert (blocked["event"], blocked["log_level"]) == ("loop.blocked", "error")
    assert "test_loop_watch.py" in blocked["at"]
    assert "in block" in blocked["at"]
    assert blocked["investigator"] is None
    assert goes_on["event"] == "loop.goes_on"
    assert goes_on["after_s"] >= 0.1


async def test_the_investigator_that_blocks_is_named() -> None:
    async def work() -> None:
        async with open_investigator(Settings.isolated(investigator=SETTING)) as steps:
            async for _ in steps(NO_CASE):
                pass

    with capture_logs() as logs, watching_the_loop(SETTING, tolerated=0.1):
        await asyncio.create_task(work(), name="worker slack_1")
        blocked, _ = await until_it_goes_on(logs)
    assert blocked["investigator"] == SETTING
    assert blocked["task"] == "worker slack_1"
    assert "in block" in blocked["at"]


async def test_a_busy_loop_that_answers_is_left_alone() -> None:
    with capture_logs() as logs, watching_the_loop("brief", tolerated=0.5):
        end = time.monotonic() + 1
        while time.monotonic() < end:
            block(0.02)
            await asyncio.sleep(0)
    assert logs == []


async def test_the_watch_ends_with_its_context() -> None:
    with watching_the_loop("brief", tolerated=0.1):
        assert "loop watch" in {thread.name for thread in threading.enumerate()}
    assert "loop watch" not in {thread.name for thread in threading.enumerate()}
