"""What probes are told, from the first moment to the last."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.observe import store_check as store_check_module
from bot.observe.health import Health
from bot.observe.store_check import StoreCheck, write_nothing
from bot.web import listening
from session import StorageError, open_repository
from tests.unit.bot.test_web import free_port

Ask = Callable[[str], Awaitable[tuple[int, str]]]


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def ask(health: Health) -> AsyncIterator[Ask]:
    """Ask for a path as a probe does; returns the status and the text."""
    port = free_port()
    async with listening([health.listener("127.0.0.1", port)]), aiohttp.ClientSession() as http:

        async def get(path: str) -> tuple[int, str]:
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        yield get


async def well() -> str | None:
    return None


async def ill() -> str | None:
    return "not connected to Slack"


async def test_it_is_ready_only_between_the_start_and_the_stop(health: Health, ask: Ask) -> None:
    assert await ask("/readyz") == (503, "starting\n")
    health.started(well)
    assert await ask("/readyz") == (200, "ok\n")
    health.stopping()
    assert await ask("/readyz") == (503, "stopping\n")


async def test_it_lives_all_the_time_and_whatever_is_wrong(health: Health, ask: Ask) -> None:
    assert await ask("/livez") == (200, "ok\n")
    health.started(ill)
    assert await ask("/livez") == (200, "ok\n")
    health.stopping()
    assert await ask("/livez") == (200, "ok\n")


async def test_what_is_wrong_is_said(health: Health, ask: Ask) -> None:
    health.started(well, ill)
    assert await ask("/readyz") == (503, "not connected to Slack\n")


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz/", "/metrics"])
async def test_other_paths_are_not_there(health: Health, ask: Ask, path: str) -> None:
    health.started(well)
    assert (await ask(path))[0] == 404


async def test_a_store_whose_write_lock_is_held_is_not_ready_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_check_module, "LONGEST_SECONDS", 0.3)
    monkeypatch.setattr(store_check_module, "KEPT_SECONDS", 0)
    async with open_repository(f"sqlite:///{tmp_path}/burrow.db") as repository:
        check = StoreCheck(partial(write_nothing, repository), time.monotonic)
        assert await check() is None
        blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        assert "the store does not answer" in str(await check())
        blocker.execute("ROLLBACK")
        blocker.close()
        async with asyncio.timeout(20):
            while await check() is not None:
                pass
        assert await repository.scan_sessions() == []


async def test_probes_share_one_write_for_a_while() -> None:
    now, writes = 100.0, 0

    async def write() -> None:
        nonlocal writes
        writes += 1
        await asyncio.sleep(0.05)
        if writes == 2:
            raise StorageError("it is full")

    check = StoreCheck(write, lambda: now)
    assert await asyncio.gather(*(check() for _ in range(50))) == [None] * 50
    assert writes == 1
    now += store_check_module.KEPT_SECONDS
    assert await check() == "the store does not answer: it is full"
    assert await check() == "the store does not answer: it is full"
    assert writes == 2
    now += store_check_module.KEPT_SECONDS
    assert await check() is None
