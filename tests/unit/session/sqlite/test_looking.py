"""Whoever only looks at a store, and whoever sees the boot under another name, ends no lease."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from session import Access, Repository, StorageError
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import TTL, a_session, acquired, asks, cli_session, stored
from tests.unit.session.sqlite.machine import Machine
from tests.unit.session.sqlite.processes import ROOT, process, said

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no flock: the ttl decides")

OTHER_NAMES = ["", "another boot"]
READERS = [Access.LOOK, Access.MOVE]


class Openings:
    """Opens the store as seen from different places on one machine, and closes it all."""

    def __init__(self, path: Path) -> None:
        self.machine = Machine()
        self._path = path
        self._opened = AsyncExitStack()

    async def open(
        self, access: Access = Access.SERVE, *, boot: str | None = None
    ) -> SQLiteRepository:
        repository = await SQLiteRepository.open(
            self._path, access=access, machine=self.machine.surroundings(boot=boot)
        )
        self._opened.push_async_callback(repository.aclose)
        return repository

    async def close(self) -> None:
        await self._opened.aclose()


@pytest.fixture
async def openings(path: Path) -> AsyncIterator[Openings]:
    openings = Openings(path)
    yield openings
    await openings.close()


def anchor(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT * FROM engine_time").fetchone()


async def is_held(repository: Repository) -> bool:
    (session,) = await repository.scan_sessions()
    return session.held_at(repository.now())


@pytest.mark.parametrize("access", list(Access))
@pytest.mark.parametrize("boot", OTHER_NAMES)
@pytest.mark.parametrize("hidden_first", [True, False])
async def test_a_living_bot_proves_its_boot_to_whoever_sees_it_under_another_name(
    openings: Openings, path: Path, access: Access, boot: str, hidden_first: bool
) -> None:
    names = (boot, None) if hidden_first else (None, boot)
    bot = await openings.open(boot=names[0])
    claim = await acquired(bot, (await a_session(bot)).id)
    written = anchor(path)
    openings.machine.advance(timedelta(hours=1))
    openings.machine.step_the_wall_clock(timedelta(days=400))
    other = await openings.open(access, boot=names[1])
    assert anchor(path) == written
    assert other.now() == bot.now()
    assert (await stored(bot, claim.session_id)).lease is not None
    await bot.refresh_lease(claim, TTL)
    assert await is_held(other)


@pytest.mark.parametrize("access", READERS)
@pytest.mark.parametrize("boot", [None, *OTHER_NAMES])
async def test_looking_writes_no_anchor_and_ends_no_lease_though_nobody_lives(
    openings: Openings, path: Path, access: Access, boot: str | None
) -> None:
    bot = await openings.open()
    claim = await acquired(bot, (await a_session(bot)).id)
    await bot.aclose()
    written = anchor(path)
    openings.machine.reboot(boot="boot 2")
    other = await openings.open(access, boot=boot)
    assert anchor(path) == written
    lease = (await stored(other, claim.session_id)).lease
    assert lease is not None
    assert not await is_held(other), "nobody is alive to hold it"


@pytest.mark.parametrize("boot", OTHER_NAMES)
async def test_a_bot_that_finds_nobody_alive_in_a_boot_of_another_name_makes_a_new_anchor(
    openings: Openings, path: Path, boot: str
) -> None:
    await (await openings.open()).aclose()
    written = anchor(path)
    bot = await openings.open(boot=boot)
    assert anchor(path) != written
    assert bot.now() == openings.machine.wall


async def test_a_killed_bots_lease_is_shown_as_nobodys_and_is_left_as_it_is(path: Path) -> None:
    with process("hold", path) as bot:
        said(bot)
        bot.kill()
        bot.wait()
    other = await SQLiteRepository.open(path, access=Access.LOOK)
    assert not await is_held(other)
    await other.aclose()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT holder_id FROM sessions").fetchone() == ("req_held",)
    assert len(list(path.with_name("burrow.db-instances").glob("*.lock"))) == 1


async def test_looking_is_no_sign_of_life(openings: Openings, path: Path) -> None:
    await (await openings.open()).aclose()
    for access in READERS:
        await openings.open(access)
    assert not list(path.with_name("burrow.db-instances").glob("*.lock"))


async def test_looking_creates_nothing_and_can_change_nothing(path: Path) -> None:
    with pytest.raises(StorageError, match="there is nothing in"):
        await SQLiteRepository.open(path, access=Access.LOOK)
    path.touch()
    with pytest.raises(StorageError, match="there is nothing in"):
        await SQLiteRepository.open(path, access=Access.LOOK)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    await (await SQLiteRepository.open(path)).aclose()
    repository = await SQLiteRepository.open(path, access=Access.LOOK)
    with pytest.raises(StorageError):
        await repository.create_session(cli_session())
    await repository.aclose()


async def test_a_copy_may_create_the_store_and_a_bot_then_begins_its_time(
    openings: Openings, path: Path
) -> None:
    copy = await openings.open(Access.MOVE)
    await copy.create_session(cli_session())
    assert anchor(path) is None
    bot = await openings.open()
    assert anchor(path) is not None
    assert await bot.acquire_lease(cli_session().id, asks()) is not None


def without_proc_sys(command: str) -> str:
    return f"mount -t tmpfs tmpfs /proc/sys && exec {command}"


def under_another_boot_id(command: str) -> str:
    boot_id = "/proc/sys/kernel/random/boot_id"
    return f"echo other > other && mount --bind other {boot_id} && exec {command}"


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="needs a mount namespace",
)
@pytest.mark.parametrize("view", [without_proc_sys, under_another_boot_id])
async def test_a_bot_whose_boot_id_is_hidden_keeps_its_lease_from_a_real_shells_bot(
    path: Path, repository: SQLiteRepository, view: Callable[[str], str]
) -> None:
    claim = await acquired(repository, (await a_session(repository)).id)
    look = f"{sys.executable} -m tests.unit.session.sqlite.processes look {path}"
    seen = await asyncio.create_subprocess_exec(
        *("unshare", "--mount", "sh", "-c", f"cd {path.parent} && {view(look)}"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    told, _ = await seen.communicate()
    assert (seen.returncode, bool(told)) == (0, True)
    await repository.refresh_lease(claim, TTL)
