"""A write that was begun is ended, whatever becomes of its caller."""

import asyncio
import gc
from typing import Any

import pytest

from session import StorageError
from session.shielded import ShieldedTasks
from session.writes import Ended


class Store:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.log: list[str] = []

    async def write(self) -> str:
        await self.may_answer.wait()
        self.log.append("written")
        return "ticket"

    async def undo(self, result: str) -> None:
        self.log.append(f"undone {result}")


@pytest.fixture
def store() -> Store:
    return Store()


async def cancelled_in_flight(tasks: ShieldedTasks, store: Store, *, with_undo: bool) -> None:
    undo = store.undo if with_undo else None
    caller = asyncio.ensure_future(tasks.run(store.write(), undo=undo))
    await asyncio.sleep(0.001)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_the_result_comes_back(store: Store) -> None:
    store.may_answer.set()
    assert await ShieldedTasks().run(store.write(), undo=store.undo) == "ticket"
    assert store.log == ["written"]


async def test_a_cancelled_caller_leaves_the_write_to_end(store: Store) -> None:
    tasks = ShieldedTasks()
    await cancelled_in_flight(tasks, store, with_undo=False)
    assert store.log == []
    store.may_answer.set()
    await tasks.drain()
    assert store.log == ["written"]


async def test_what_a_cancelled_caller_got_is_given_back(store: Store) -> None:
    tasks = ShieldedTasks()
    await cancelled_in_flight(tasks, store, with_undo=True)
    store.may_answer.set()
    await tasks.drain()
    assert store.log == ["written", "undone ticket"]


async def test_an_error_reaches_the_caller_and_nothing_is_undone(store: Store) -> None:
    async def fail() -> str:
        raise StorageError("full")

    with pytest.raises(StorageError, match="full"):
        await ShieldedTasks().run(fail(), undo=store.undo)
    assert store.log == []


async def test_an_error_after_the_caller_has_gone_troubles_nobody(store: Store) -> None:
    tasks = ShieldedTasks()

    async def fail() -> str:
        await store.may_answer.wait()
        raise StorageError("full")

    caller = asyncio.ensure_future(tasks.run(fail(), undo=store.undo))
    await asyncio.sleep(0)
    caller.cancel()
    store.may_answer.set()
    await tasks.drain()
    assert caller.cancelled()
    assert store.log == []


async def test_giving_back_that_fails_by_a_bug_is_not_passed_over(store: Store) -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    async def break_down(_: str) -> None:
        raise KeyError("a bug")

    tasks = ShieldedTasks()
    caller = asyncio.ensure_future(tasks.run(store.write(), undo=break_down))
    await asyncio.sleep(0.001)
    caller.cancel()
    store.may_answer.set()
    await tasks.drain()
    gc.collect()
    assert [type(report["exception"]) for report in told] == [KeyError]


async def test_a_write_that_takes_too_long_is_a_storage_error(store: Store) -> None:
    with pytest.raises(StorageError, match=r"did not answer within 0\.01 s") as caught:
        await ShieldedTasks(timeout=0.01).run(store.write())
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert store.log == []


async def test_draining_ends_when_nothing_is_under_way(store: Store) -> None:
    tasks = ShieldedTasks()
    await tasks.drain()
    caller = asyncio.ensure_future(tasks.run(store.write()))
    await asyncio.sleep(0)
    draining = asyncio.ensure_future(tasks.drain())
    await asyncio.sleep(0.001)
    assert not draining.done()
    store.may_answer.set()
    await draining
    assert await caller == "ticket"


async def test_each_of_two_slow_writes_is_given_up(store: Store) -> None:
    tasks = ShieldedTasks(timeout=0.02)
    first = asyncio.ensure_future(tasks.run(store.write()))
    await asyncio.sleep(0.01)
    second = asyncio.ensure_future(tasks.run(store.write()))
    async with asyncio.timeout(30):
        outcomes = await asyncio.gather(first, second, return_exceptions=True)
        await tasks.drain()
    assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]


async def test_a_result_that_comes_as_its_caller_is_cancelled_is_given_back(store: Store) -> None:
    tasks = ShieldedTasks()
    store.may_answer.set()
    caller = asyncio.ensure_future(tasks.run(store.write(), undo=store.undo))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert store.log == ["written"]
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await tasks.drain()
    assert store.log == ["written", "undone ticket"]


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_what_is_to_come_then_comes_once_whoever_waits(is_cancelled: bool) -> None:
    tasks, got = ShieldedTasks(), list[int]()
    writing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    caller = asyncio.ensure_future(tasks.run(writing, then=got.append))
    await asyncio.sleep(0)
    if is_cancelled:
        caller.cancel()
        await asyncio.wait([caller])
    writing.set_result(7)
    await tasks.drain()
    await asyncio.wait([caller])
    assert got == [7]


async def test_what_has_ended_already_is_followed_at_once() -> None:
    got: list[int] = []
    assert await ShieldedTasks().run(Ended(7), then=got.append) == 7
    assert got == [7]


async def test_a_write_that_failed_is_followed_by_nothing() -> None:
    got: list[int] = []
    refused: Ended[int] = Ended(error=StorageError("away"))
    for write in (refused, failing()):
        with pytest.raises(StorageError):
            await ShieldedTasks().run(write, then=got.append)
    assert got == []


async def failing() -> int:
    await asyncio.sleep(0)
    raise StorageError("away")


async def test_a_write_that_nobody_waits_for_is_drained() -> None:
    tasks, ended = ShieldedTasks(), list[bool]()

    async def write() -> None:
        await asyncio.sleep(0.01)
        ended.append(True)

    tasks.start(write())
    await tasks.drain()
    assert ended == [True]
