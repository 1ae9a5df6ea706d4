"""A measured repository is the same repository, and tells of each operation at its end."""

import asyncio
from typing import Any, cast

import pytest

from session import (
    OPERATIONS,
    LockService,
    Repository,
    Resolver,
    SlackThread,
    StorageError,
    measured,
    open_repository,
    request_scope,
)
from session.engines.memory import MemoryRepository
from session.writes import Ended, UnderWay

THREAD = SlackThread(team_id="T1", channel_id="C1", thread_ts="1.0")
Told = tuple[str, float, str | None]


class Clock:
    """Moves on by a second at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class Teller:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def __call__(self, name: str, seconds: float, error: BaseException | None) -> None:
        self.told.append((name, seconds, type(error).__name__ if error else None))


class Store:
    """Answers one operation with what a test made."""

    description = "a store"

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: self._answer


def asked(answer: Any, teller: Teller) -> Any:
    return measured(cast(Repository, Store(answer)), teller, seconds=Clock()).get_message("m")  # type: ignore[arg-type]


async def test_a_coroutine_is_told_of_when_it_ends() -> None:
    async def read() -> str:
        await asyncio.sleep(0)
        return "it"

    teller = Teller()
    asking = asked(read(), teller)
    assert teller.told == []
    assert await asking == "it"
    assert teller.told == [("get_message", 1.0, None)]


async def test_what_is_under_way_stays_so() -> None:
    teller, write = Teller(), UnderWay[None](asyncio.get_running_loop())
    asking = asked(write, teller)
    assert asking is write
    write.end(None, StorageError("disk full"))
    with pytest.raises(StorageError):
        await asking
    assert teller.told == [("get_message", 1.0, "StorageError")]


async def test_what_has_ended_already_stays_so() -> None:
    teller = Teller()
    ended: Ended[None] = Ended(error=StorageError("disk full"))
    assert asked(ended, teller) is ended
    assert teller.told == [("get_message", 1.0, "StorageError")]


@pytest.mark.parametrize("kind", ["coroutine", "write"])
async def test_one_that_is_given_up_is_told_of_too(kind: str) -> None:
    teller, never = Teller(), UnderWay[None](asyncio.get_running_loop())

    async def wait() -> None:
        await never

    asking = asyncio.ensure_future(asked(wait() if kind == "coroutine" else never, teller))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    await asyncio.sleep(0)
    assert teller.told == [("get_message", 1.0, "CancelledError")]


async def test_all_else_is_the_repositorys_own() -> None:
    store = MemoryRepository()
    same = measured(store, Teller())
    assert (same.tasks, same.is_local, same.description) == (
        store.tasks,
        store.is_local,
        store.description,
    )
    assert same.now() <= store.now()
    assert {"take_in", "acquire_lease", "finish_turn", "scan_due", "sign"} < set(OPERATIONS)
    assert not {"now", "date", "aclose", "tasks"} & set(OPERATIONS)
    # It only waits, and is cancelled every few seconds: no operation that fails.
    assert "until_one_leaves" not in OPERATIONS


@pytest.mark.parametrize("url", ["memory://", "sqlite:///measured.db"])
async def test_the_library_works_on_it_as_on_any_other(
    url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    teller = Teller()
    async with open_repository(url) as store:
        repository = measured(store, teller)
        with request_scope():
            session, created = await Resolver(repository).resolve_slack_session(THREAD, "U1")
            assert created
            lock = await LockService(repository).try_acquire(session.id)
            assert lock is not None
            await lock.refresh()
            assert await lock.release()
    assert [(name, error) for name, _, error in teller.told] == [
        (name, None)
        for name in ("create_session", "acquire_lease", "refresh_lease", "release_lease")
    ]
