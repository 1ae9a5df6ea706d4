"""The demo, as somebody runs it who has just cloned the project."""

import asyncio
import os
import re
import sys
from pathlib import Path

from bot import words

ROOT = Path(__file__).parents[2]
BY_BURROW = re.compile(r"^#incidents ↳ [\d:]{8}  Burrow: (.*)$", re.MULTILINE)


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


def check(printed: str) -> None:
    """One notice, one brief, two later answers, one mark, one whisper, and nothing twice."""
    said = BY_BURROW.findall(printed)
    whispers = [one for one in said if one.endswith("(only visible to Ben)")]
    edits = [one for one in said if one.endswith("(edited)")]
    progress = [one for one in said if one.endswith(" …")]
    answers = [one for one in said if one not in (*whispers, *edits, *progress)]

    notice, brief, *later = answers
    assert notice == words.STARTING, printed
    assert brief == "Case brief", printed
    assert len(later) == 2, printed
    assert all(one.startswith("About your question") for one in later), printed
    assert len(whispers) == 1, printed
    assert (len(progress), len(edits)) == (1, 1), printed
    assert edits[0].startswith("Investigated for "), printed
    assert len(said) == len(set(said)), printed
    assert printed.count("burrow added :hourglass_flowing_sand:") == 1, printed
    assert printed.count("burrow removed :hourglass_flowing_sand:") == 1, printed
    assert "Traceback" not in printed
