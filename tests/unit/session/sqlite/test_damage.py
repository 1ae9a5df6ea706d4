"""Bytes that others cut off or write over under a running bot: it notices, and adds no harm."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from session import StorageError
from session.engines.sqlite import guard, tidying
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import a_message

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps others from open files")

STORED = 40
NOISE = b"these bytes are somebody else's. " * 120


@pytest.fixture(autouse=True)
def every_read_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS_BETWEEN_CHECKS", 0.0)


@pytest.fixture
def tidies_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_SOON", 0.0)
    monkeypatch.setattr(tidying, "_LATER", 0.0)


def write_over(file: Path, offset: int) -> None:
    """Write into a file, in a process of its own: closing it in ours would end SQLite's locks."""
    script = f"import os; os.pwrite(os.open({str(file)!r}, os.O_RDWR), {NOISE!r}, {offset})"
    subprocess.run([sys.executable, "-c", script], check=True)


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def empty_the_log(path: Path) -> None:
    os.truncate(log_of(path), 0)


def cut_the_log(path: Path) -> None:
    os.truncate(log_of(path), log_of(path).stat().st_size // 2)


def cut_the_logs_end(path: Path) -> None:
    os.truncate(log_of(path), log_of(path).stat().st_size - 1)


def overwrite_the_logs_beginning(path: Path) -> None:
    write_over(log_of(path), 0)


def overwrite_the_first_page(path: Path) -> None:
    write_over(path, 0)


DAMAGES = [
    empty_the_log,
    cut_the_log,
    cut_the_logs_end,
    overwrite_the_logs_beginning,
    overwrite_the_first_page,
]


async def filled(repository: SQLiteRepository) -> None:
    for number in range(STORED):
        ts = f"17120000{number:02}.000001"
        await a_message(repository, ts, into=ts, text="x" * 500)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_sign_of_life_finds_damage_and_nothing_more_is_taken_in(
    repository: SQLiteRepository, path: Path, damage: Callable[[Path], None]
) -> None:
    await filled(repository)
    damage(path)
    says = r"was \w+( short)? while a bot used it: stop every bot that uses it"
    with pytest.raises(StorageError, match=says):
        await repository.sign({})
    for call in (
        lambda: repository.scan_sessions(),
        lambda: repository.sign({}),
        lambda: a_message(repository, "1713.1", into="1713.1"),
    ):
        with pytest.raises(StorageError, match=says):
            await call()


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_the_damage_left_is_there_at_the_next_start(
    repository: SQLiteRepository, path: Path, damage: Callable[[Path], None]
) -> None:
    await filled(repository)
    damage(path)
    for number in range(3):
        with pytest.raises(StorageError):
            await repository.sign({})
        with pytest.raises(StorageError):
            await a_message(repository, f"1713.{number}", into=f"1713.{number}")
    await repository.aclose()
    again = await SQLiteRepository.open(path)
    found = len(await again.scan_sessions())
    await again.aclose()
    assert found == STORED or (damage is not overwrite_the_first_page and found < STORED)


async def test_pages_that_nobody_reads_any_more_are_read_anew_by_a_sign(
    repository: SQLiteRepository, path: Path
) -> None:
    await filled(repository)
    await repository.aclose()
    opened = await SQLiteRepository.open(path)
    assert len(await opened.scan_sessions()) == STORED
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'messages'"
        (page,) = connection.execute(sql).fetchone()
    write_over(path, (page - 1) * 4096)
    with pytest.raises(StorageError, match=r"burrow.db was damaged while a bot used it"):
        await opened.sign({})
    await opened.aclose()


async def test_commits_look_at_a_log_that_is_opened_once_and_closed_with_the_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[str, list[int]] = {}

    def noting(name: str, flags: int) -> int:
        descriptor = real(name, flags)
        opened.setdefault(name, []).append(descriptor)
        return descriptor

    real = os.open
    repository = await SQLiteRepository.open(path)
    monkeypatch.setattr(os, "open", noting)
    await filled(repository)
    ((name, (descriptor,)),) = opened.items()
    assert name == str(log_of(path))
    await repository.aclose()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.usefixtures("tidies_at_once")
async def test_a_log_that_our_own_processes_cut_and_begin_anew_is_no_damage(
    path: Path,
) -> None:
    several = [await SQLiteRepository.open(path) for _ in range(3)]

    async def write_and_forget(number: int) -> None:
        for turn in range(25):
            ts = f"17{number}{turn:08}.000001"
            message = await a_message(several[number], ts, into=ts, text="x" * 9000 * (turn % 3))
            await several[number].blank_message(message.id)
            await several[number].sign({})

    await asyncio.gather(*map(write_and_forget, range(3)))
    for repository in several:
        await repository.aclose()
