"""The demo, as somebody runs it who has just cloned the project."""

import asyncio
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bot import words

ROOT = Path(__file__).parents[2]
BY_BURROW = re.compile(r"^#incidents ↳ ([\d:]{8})  Burrow: (.*)$", re.MULTILINE)


async def demo(folder: Path, *words: str) -> tuple[int | None, str]:
    """Play it without a terminal; the exit code and what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--once", *words),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode, printed.decode()


async def test_the_demo_plays_the_whole_incident_twice_side_by_side(tmp_path: Path) -> None:
    for code, printed in await asyncio.gather(demo(tmp_path), demo(tmp_path)):
        assert code == 0, printed
        check(printed)
    assert list(tmp_path.iterdir()) == [], "a demo that went well leaves nothing behind"


async def test_a_log_that_cannot_be_kept_is_one_sentence(tmp_path: Path) -> None:
    code, printed = await demo(tmp_path, "--log", "no/such/folder")
    assert (code, printed) == (
        2,
        "no/such/folder cannot be written (No such file or directory).\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system has no /proc")
async def test_a_demo_that_is_killed_leaves_no_simulator_behind(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--once"),
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert demo.stdout
    try:
        while b"Pager" not in await demo.stdout.readline():
            pass
        assert len(processes_of(tmp_path)) == 2
    finally:
        demo.kill()
        await demo.wait()
    for _ in range(600):
        if not processes_of(tmp_path):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"still running: {processes_of(tmp_path)}")


def processes_of(folder: Path) -> list[str]:
    """Return the ids of the processes whose TMPDIR is the folder."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"TMPDIR={folder}".encode() in environ.read_bytes().split(b"\0"):
                found.append(environ.parent.name)
    return found


def check(printed: str) -> None:
    """One notice, one brief, two later answers, one mark, one whisper, and nothing twice."""
    # The notice is shown again with each change of the progress that it carries.
    said = list(dict.fromkeys(BY_BURROW.findall(printed)))
    first_lines = [line for _, line in said]
    whispers = [line for line in first_lines if line.endswith("(only visible to Ben)")]
    answers = [line for line in first_lines if line not in (*whispers, words.STARTING)]

    assert first_lines[0] == words.STARTING, printed
    assert first_lines.count(words.STARTING) == 1, printed
    assert answers[0] == "Case brief", printed
    assert len(answers) == 3, printed
    assert all(line.startswith("About your question") for line in answers[1:]), printed
    assert len(whispers) == 1, printed
    assert printed.count("Investigated for ") == 1, printed
    assert printed.count("burrow added :hourglass_flowing_sand:") == 1, printed
    assert printed.count("burrow removed :hourglass_flowing_sand:") == 1, printed
    assert "Traceback" not in printed
