"""The next version in a process of its own: `python -m tests.unit.session.sqlite.upgrading PATH`.

Its step says "in the middle" and then waits for a line before it goes on.
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
from tests.unit.session.sqlite.processes import program, say


@contextmanager
def upgrading(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run it, and end it in any case."""
    with program("-m", __name__, str(path)) as child:
        yield child


def _slowly(connection: sqlite3.Connection) -> None:
    add_moods(connection)
    say("in the middle")
    sys.stdin.readline()


async def _main(path: Path) -> None:
    slow = replace(NEXT, steps=(*NEXT.steps[:-1], _slowly))
    repository = await SQLiteRepository.open(path, ours=slow)
    say("open")
    await repository.aclose()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
