"""A stop is heeded at once by what is under way, and nothing that hangs holds up the end."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from bot import shutdown as shutdown_module
from bot.shutdown import ShutdownRequests, run_to_the_end


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in shutdown_module.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def heeded(*numbers: signal.Signals) -> ShutdownRequests:
    """Send ourselves signals, and return what they asked for."""
    shutdown = ShutdownRequests()
    shutdown.on_signals()
    for number in numbers:
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.05)
    return shutdown


@pytest.mark.parametrize("number", shutdown_module.SIGNALS)
async def test_each_signal_asks_to_stop(number: signal.Signals) -> None:
    asked = await heeded(number)
    assert (asked.stop.is_set(), asked.hurry.is_set()) == (True, False)


@pytest.mark.parametrize("first", [signal.SIGHUP, signal.SIGTERM])
async def test_a_terminal_that_closes_is_in_no_hurry_however_often_it_says_so(
    first: signal.Signals,
) -> None:
    """A shell says it once more; systemd may say it behind SIGTERM."""
    asked = await heeded(first, signal.SIGHUP)
    assert (asked.stop.is_set(), asked.hurry.is_set()) == (True, False)


async def test_under_nohup_a_terminal_may_close() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert not (await heeded(signal.SIGHUP)).stop.is_set()


async def test_where_everything_stands_is_told_before_a_stop_by_sigquit() -> None:
    async def steps() -> AsyncIterator[int]:
        await asyncio.Event().wait()
        yield 1

    async def investigation() -> None:
        async for _ in steps():
            pass

    task = asyncio.create_task(investigation(), name="hanging")
    with capture_logs() as lines:
        await heeded(signal.SIGQUIT)
    task.cancel()
    (stack,) = [line["stack"] for line in lines if line.get("task") == "hanging"]
    functions = [call.rpartition(" ")[2] for call in stack.splitlines()]
    assert functions == ["investigation", "steps", "wait"]
    assert "MainThread" in {line.get("thread") for line in lines}


async def test_work_that_ends_before_the_stop_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert await ShutdownRequests().unless_asked(work()) == 7


async def test_what_work_raises_is_raised() -> None:
    async def work() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        await ShutdownRequests().unless_asked(work())


async def test_a_stop_ends_work_under_way_and_lets_it_clean_up() -> None:
    shutdown, cleaned = ShutdownRequests(), []

    async def work() -> str:
        try:
            await asyncio.sleep(600)
            return "never"
        finally:
            await asyncio.sleep(0.01)
            cleaned.append("up")

    asyncio.get_running_loop().call_later(0.05, shutdown.ask)
    assert await shutdown.unless_asked(work()) is None
    assert cleaned == ["up"]


async def test_work_that_ignores_its_cancelling_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutdown_module, "CANCEL_SECONDS", 0.05)
    shutdown, over = ShutdownRequests(), asyncio.Event()

    async def work() -> str:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue
        return "late"

    asyncio.get_running_loop().call_later(0.05, shutdown.ask)
    assert await shutdown.unless_asked(work()) is None
    over.set()


async def test_a_stop_leaves_alone_what_has_come_far_enough() -> None:
    shutdown, far_enough, done = ShutdownRequests(), asyncio.Event(), []

    async def work() -> str:
        far_enough.set()
        await shutdown.stop.wait()
        await asyncio.sleep(0.05)
        done.append("in order")
        return "result"

    asyncio.get_running_loop().call_later(0.05, shutdown.ask)
    assert await shutdown.unless_asked(work(), until=far_enough) == "result"
    assert done == ["in order"]


def test_the_end_does_not_wait_for_a_thread_that_hangs() -> None:
    release = threading.Event()

    async def main() -> None:
        asyncio.get_running_loop().run_in_executor(None, release.wait)
        await asyncio.sleep(0.05)

    began = time.monotonic()
    run_to_the_end(main(), lambda tasks: pytest.fail(str(tasks)))
    assert time.monotonic() - began < 15
    release.set()


def test_tasks_that_take_no_notice_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutdown_module, "LEFT_SECONDS", 0.05)
    abandoned: list[str] = []
    over = threading.Event()

    async def stubborn() -> None:
        while not over.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    async def main() -> None:
        main.task = asyncio.create_task(stubborn(), name="stubborn")  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)

    def abandon(tasks: object) -> None:
        abandoned.extend(tasks)  # type: ignore[arg-type]
        over.set()

    run_to_the_end(main(), abandon)
    assert abandoned == ["stubborn"]


def test_after_the_end_a_late_signal_spoils_nothing() -> None:
    async def main() -> None:
        await asyncio.sleep(0)

    run_to_the_end(main(), lambda _: None)
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)


def test_what_main_raises_is_raised_after_the_end() -> None:
    async def main() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        run_to_the_end(main(), lambda _: None)
