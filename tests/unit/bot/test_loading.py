"""Investigators of every shape, told apart and run alike."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.investigators.contract import Case, Finding, Progress, Step
from bot.investigators.loading import open_investigator, steps_of
from bot.investigators.threads import MOST_STEPS

CASE = cast(Case, object())
STEP, FOUND = Progress(text="reading"), Finding(text="a cold cache")


async def generating(_: Case) -> AsyncIterator[Progress | Finding]:
    yield STEP
    yield FOUND


async def coroutine(_: Case) -> list[Progress | Finding]:
    return [STEP, FOUND]


def blocking(_: Case) -> list[Progress | Finding]:
    return [STEP, FOUND]


def blocking_generator(_: Case) -> Iterator[Progress | Finding]:
    yield STEP
    yield FOUND


class Called:
    async def __call__(self, case: Case) -> list[Progress | Finding]:
        return [STEP, FOUND]


class CalledGenerating:
    async def __call__(self, case: Case) -> AsyncIterator[Progress | Finding]:
        yield STEP
        yield FOUND


class WithMethod:
    async def investigate(self, case: Case) -> AsyncIterator[Progress | Finding]:
        yield STEP
        yield FOUND


def given(result: Any) -> Callable[[Case], Any]:
    return lambda _: result


async def all_of(investigator: Any) -> list[Step]:
    return [step async for step in steps_of(investigator)(CASE)]


@pytest.mark.parametrize(
    "investigator",
    [
        generating,
        coroutine,
        blocking,
        blocking_generator,
        Called(),
        CalledGenerating(),
        WithMethod().investigate,
        partial(generating),
        partial(coroutine),
        partial(blocking),
    ],
)
async def test_every_shape_gives_its_steps_in_order(investigator: Any) -> None:
    assert await all_of(investigator) == [STEP, FOUND]


@pytest.mark.parametrize(
    ("result", "steps"),
    [
        (None, []),
        ([], []),
        ("a cold cache", [FOUND]),
        (FOUND, [FOUND]),
        (STEP, [STEP]),
        (["a cold cache", STEP], [FOUND, STEP]),
    ],
)
async def test_what_a_function_returns_becomes_steps(result: Any, steps: list[Any]) -> None:
    async def later(_: Case) -> Any:
        return result

    assert await all_of(given(result)) == steps
    assert await all_of(later) == steps


@pytest.mark.parametrize("result", [42, b"bytes", {"text": "x"}, [None], [42]])
async def test_anything_else_is_refused_with_what_it_should_be(result: Any) -> None:
    with pytest.raises(
        TypeError, match="an investigator gives Progress, Finding, Ask, CallEnd or str, not"
    ):
        await all_of(given(result))


async def test_a_generator_that_yields_something_else_is_refused_and_closed() -> None:
    closed = asyncio.Event()

    async def odd(_: Case) -> AsyncIterator[Any]:
        try:
            yield 42
        finally:
            closed.set()

    with pytest.raises(TypeError):
        await all_of(odd)
    assert closed.is_set()


@pytest.mark.parametrize("kind", ["generating", "coroutine", "blocking"])
async def test_what_it_raises_comes_after_what_it_gave(kind: str) -> None:
    async def generating(_: Case) -> AsyncIterator[Progress]:
        yield STEP
        raise KeyError("x")

    async def coroutine(_: Case) -> None:
        raise KeyError("x")

    def blocking(_: Case) -> Iterator[Progress]:
        yield STEP
        raise KeyError("x")

    steps = steps_of(locals()[kind])(CASE)
    if kind != "coroutine":
        assert await anext(steps) == STEP
    with pytest.raises(KeyError):
        await anext(steps)


async def test_a_blocking_function_runs_in_a_thread_and_its_progress_comes_at_once() -> None:
    go_on, where = threading.Event(), []

    def blocking(_: Case) -> Iterator[Progress | Finding]:
        where.append(threading.current_thread())
        yield STEP
        assert go_on.wait(10)
        yield FOUND

    steps = steps_of(blocking)(CASE)
    assert await anext(steps) == STEP
    go_on.set()
    assert await anext(steps) == FOUND
    assert where[0] is not threading.main_thread()
    assert where[0].daemon


def test_a_blocking_function_that_hangs_does_not_hold_up_the_exit() -> None:
    program = """
import asyncio, threading
from bot.investigators.threads import MOST_STEPS
from bot.investigators.loading import steps_of

async def main():
    running = asyncio.ensure_future(anext(steps_of(lambda case: threading.Event().wait())(None)))
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.wait([running])
    print("left")

asyncio.run(main())
"""
    root = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "left\n", "")


async def test_a_blocking_function_that_ends_after_the_loop_harms_nothing() -> None:
    ended = threading.Event()

    def blocking(_: Case) -> str:
        time.sleep(0.05)
        ended.set()
        return "too late"

    def leave_early() -> None:
        async def story() -> None:
            steps = steps_of(blocking)(CASE)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(steps), 0.001)

        asyncio.run(story())

    await asyncio.to_thread(leave_early)
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_blocking_function_that_floods_waits_for_its_turn_and_loses_nothing() -> None:
    given: list[int] = []

    def flood(_: Case) -> Iterator[str]:
        for number in range(5 * MOST_STEPS):
            given.append(number)
            yield str(number)

    steps = steps_of(flood)(CASE)
    first = await anext(steps)
    await asyncio.sleep(0.2)
    assert len(given) <= MOST_STEPS + 3
    rest = [step async for step in steps]
    assert [first, *rest] == [Finding(text=str(number)) for number in range(5 * MOST_STEPS)]


async def test_a_blocking_function_whose_turn_has_ended_ends_at_its_next_step() -> None:
    closed = threading.Event()

    def endless(_: Case) -> Iterator[Progress]:
        try:
            while True:
                yield STEP
        finally:
            closed.set()

    steps = steps_of(endless)(CASE)
    await anext(steps)
    await steps.aclose()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(closed.wait, 20)


def make() -> WithMethod:
    """A factory, as INVESTIGATOR names one."""
    return WithMethod()


def make_nothing() -> None:
    """A factory that forgot its return."""


def make_wrongly() -> None:
    raise RuntimeError("no key")


async def test_an_investigator_of_ones_own_is_loaded_by_its_factory() -> None:
    async with open_investigator(Settings.isolated(investigator=f"{__name__}:make")) as steps:
        assert [step async for step in steps(CASE)] == [STEP, FOUND]


async def test_our_own_is_loaded_by_its_name() -> None:
    async with open_investigator(Settings.isolated(investigator="brief")) as steps:
        assert callable(steps)


class Opened:
    is_open = False

    async def __aenter__(self) -> Callable[[Case], list[Progress | Finding]]:
        Opened.is_open = True
        return blocking

    async def __aexit__(self, *_: object) -> None:
        Opened.is_open = False


async def test_one_that_has_to_be_opened_is_open_until_the_bot_stops() -> None:
    async with open_investigator(Settings.isolated(investigator=f"{__name__}:Opened")) as steps:
        assert Opened.is_open
        assert [step async for step in steps(CASE)] == [STEP, FOUND]
    assert not Opened.is_open


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("breif", "is not valid (did you mean brief?)"),
        ("Brief", "is not valid (did you mean brief?)"),
        ("brie", "is not valid (did you mean brief?)"),
        ("postmortem", "is not valid: it takes"),
        ("", "is not valid"),
        ("package.module", "is not valid"),
        (":factory", "is not valid"),
        ("module:", "is not valid"),
        ("no_such_module:factory", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("bot.config:no_such_factory", "AttributeError"),
        ("bot.config:GOOD_FORMS", "TypeError"),
        (f"{__name__}:make_wrongly", "RuntimeError: no key"),
        (f"{__name__}:make_nothing", "cannot be called"),
    ],
)
async def test_one_that_cannot_be_loaded_is_named_with_the_reason_and_the_good_forms(
    name: str, why: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        async with open_investigator(Settings.isolated(investigator=name)):
            raise AssertionError("opened")
    said = str(caught.value)
    assert said.startswith(f"INVESTIGATOR={name!r}")
    assert why in said
    assert "it takes brief, agent, or package.module:factory" in said
