"""The next version in a process: `python -m tests.unit.session.sqlite.upgrading PATH HOW`.

It says "ready" before it opens the file. If HOW is "slowly", its step says "in the middle" and
then waits for a line before it goes on.
"""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from session.engines.sqlite.repository import SQLiteRepository
from tests.support.next_version import NEXT, add_moods
from tests.unit.session.sqlite.processes import program, said, say


@contextmanager
def upgrading(path: Path, how: str = "slowly") -> Iterator[subprocess.Popen[str]]:
    """Run it, wait until it is ready, and end it in any case."""
    with program("-m", __name__, str(path), how) as child:
        assert said(child) == "ready"
        yield child


def _slowly(connection: sqlite3.Connection) -> None:
    add_moods(connection)
    say("in the middle")
    sys.stdin.readline()


async def _main(path: Path, how: str) -> None:
    slow = replace(NEXT, steps=(*NEXT.steps[:-1], _slowly))
    say("ready")
    repository = await SQLiteRepository.open(path, ours=slow if how == "slowly" else NEXT)
    say("open")
    await repository.aclose()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2]))
