"""Gives disk space back after deletions, and overwrites the deleted text.

A deleted page stays in the file as a free one, and an overwritten one in the write-ahead log. So
free pages are given back (https://www.sqlite.org/pragma.html#pragma_incremental_vacuum), and the
log is written into the file and cut to nothing. `secure_delete` overwrites deleted text at once:
not every build of SQLite does so by default.
"""

import math
import sqlite3
import time
from collections.abc import Callable

from session.engines.sqlite.guard import Guard
from session.errors import StorageError

_SOON = 1.0
"""Seconds: a pass of the retention deletes many sessions in a row."""
_LATER = 60.0
"""Seconds until the next try, if another process was in the way."""
_PAGES = 256
"""How many pages are given back at once: a mebibyte, so that no write waits long for it."""


class Tidying:
    """Tidies up over one connection. The writer runs it when no other work waits."""

    def __init__(self, connection: sqlite3.Connection, guard: Guard) -> None:
        self._connection = connection
        self._guard = guard
        self._due_at = math.inf

    def ask(self) -> None:
        """Tidy up when there is a quiet moment."""
        self._due_at = min(self._due_at, time.monotonic() + _SOON)

    def seconds_left(self) -> float | None:
        """Return how long to wait for other work first; None is for ever."""
        return None if self._due_at == math.inf else max(0.0, self._due_at - time.monotonic())

    def run(self, is_needed_elsewhere: Callable[[], bool]) -> None:
        """Tidy up until all is done, or other work comes, or somebody else has the file."""
        try:
            self._check()
            while self._give_back():
                if is_needed_elsewhere():
                    self._due_at = time.monotonic() + _SOON
                    return
            is_done = self._cut_log()
        except (sqlite3.Error, StorageError):
            # Busy, or a disk in trouble: the next write reports that.
            is_done = False
        self._due_at = math.inf if is_done else time.monotonic() + _LATER

    def _check(self) -> None:
        """See that the log is whole: a hole in it would be written into the database."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._guard.check_with_log()
        finally:
            self._connection.execute("ROLLBACK")

    def _give_back(self) -> bool:
        """Give back some free pages; False if there are none left."""
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if free:
            # `execute` would stop after the first page: it knows no rows of such a statement.
            self._connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
        return int(free) > _PAGES

    def _cut_log(self) -> bool:
        is_busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy
