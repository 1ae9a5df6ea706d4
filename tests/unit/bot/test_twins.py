"""Two events for one message: the first does the work."""

import asyncio

import pytest

from bot.intake import twins as twins_module
from bot.intake.twins import Twins
from tests.unit.bot.virtual_time import in_virtual_time


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


@in_virtual_time
async def test_of_twins_at_once_or_one_after_the_other_the_first_does_the_work() -> None:
    twins, work = Twins[int](), Work()
    assert await asyncio.gather(*(twins.once("m", work) for _ in range(3))) == [1, 1, 1]
    assert await twins.once("m", work) == 1
    assert await twins.once("another", work) == 2
    assert work.times == 2


@in_virtual_time
async def test_a_twin_of_one_that_failed_tries_by_itself() -> None:
    twins, work = Twins[int](), Work(failures=1)
    first, second = await asyncio.gather(
        twins.once("m", work), twins.once("m", work), return_exceptions=True
    )
    assert isinstance(first, OSError)
    assert second == 2


@in_virtual_time
async def test_a_result_that_does_not_count_is_nobody_elses() -> None:
    twins, work = Twins[int](lambda times: times > 1), Work()
    assert await asyncio.gather(*(twins.once("m", work) for _ in range(2))) == [1, 2]
    assert await twins.once("m", work) == 2


@in_virtual_time
async def test_only_the_latest_twins_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins_module, "_REMEMBERED", 2)
    twins, work = Twins[int](), Work()
    for key in ("a", "b", "c"):
        await twins.once(key, work)
    assert await twins.once("c", work) == 3
    assert await twins.once("a", work) == 4
