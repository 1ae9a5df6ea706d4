"""`copy` and `sessions` as an operator runs them."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bot.commands import main
from session import open_repository
from session.copy import all_sessions
from tests.conformance.examples import a_message, acquired
from tests.e2e.processes import ROOT


async def fill(url: str, count: int) -> None:
    async with open_repository(url) as repository:
        for number in range(count):
            await a_message(repository, f"17{number:04}.1", into=f"17{number:04}.1")


def copy(*arguments: str) -> int:
    return main(["copy", *arguments])


async def test_copy_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    await fill(source, 3)
    assert await asyncio.to_thread(copy, source, target, "--dry-run") == 0
    assert "3 sessions would be copied" in capsys.readouterr().out
    assert not (tmp_path / "b.db").exists()
    assert await asyncio.to_thread(copy, source, target) == 0
    said = capsys.readouterr().out
    assert "3 sessions copied, 0 were there already." in said
    assert "Verified" in said
    assert await asyncio.to_thread(copy, source, target) == 0
    assert "0 sessions copied, 3 were there already." in capsys.readouterr().out


async def test_copy_refuses_while_a_lease_is_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    async with open_repository(source) as repository:
        message = await a_message(repository)
        await acquired(repository, message.session_id, "req_busy")
        assert await asyncio.to_thread(copy, source, target) == 4
    assert "held by req_busy" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("sqlite:///a.db", "sqlite:///a.db", "the same store"),
        ("memory://", "sqlite:///b.db", "memory:// ends with its process"),
        ("sqlite:///nowhere.db", "sqlite:///b.db", "There is no store at"),
        ("redis://x", "sqlite:///b.db", "is not a store's URL"),
    ],
)
def test_copy_refuses_what_cannot_be_meant(
    source: str,
    target: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert copy(source, target) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_a_copy_that_was_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    source, target = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    await fill(source, 300)
    command = ["-m", "bot", "copy", source, target]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    for _ in range(1000):
        if await _count(target, tmp_path / "b.db") >= 20:
            break
        await asyncio.sleep(0.01)
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    assert await asyncio.to_thread(copy, source, target) == 0
    assert await _count(target, tmp_path / "b.db") == 300


async def test_sessions_are_listed_the_latest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    await fill(url, 3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SESSION_STORE", url)
    assert await asyncio.to_thread(main, ["sessions", "--limit", "2", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["where"] for row in rows] == ["C1 170002.1", "C1 170001.1"]
    assert await asyncio.to_thread(main, ["sessions"]) == 0
    assert "C1 170000.1" in capsys.readouterr().out


async def _count(url: str, file: Path) -> int:
    if not file.exists():
        return 0
    async with open_repository(url) as repository:
        return len([one async for one in all_sessions(repository)])
