"""`python -m tests.e2e.next_version`: the bot in an invented next version.

Its step from the version before waits until there is a file `go` in the folder of the start.
"""

import sqlite3
import sys
import time
from dataclasses import replace
from pathlib import Path

from bot.__main__ import main
from session.engines.sqlite.repository import SQLiteRepository
from tests.support.next_version import NEXT, add_moods

WAITS_FOR = Path("go")


def _slowly(connection: sqlite3.Connection) -> None:
    add_moods(connection)
    while not WAITS_FOR.exists():
        time.sleep(0.05)


if __name__ == "__main__":
    defaults = SQLiteRepository.open.__func__.__kwdefaults__  # type: ignore[attr-defined]
    defaults["ours"] = replace(NEXT, steps=(*NEXT.steps[:-1], _slowly))
    sys.exit(main())
