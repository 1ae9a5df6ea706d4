"""Checks that the write-ahead log still holds all committed transactions.

SQLite never looks: it has the log's length in shared memory, appends behind a hole, and copies the
hole into the database in the end. It cuts the log to nothing itself, or begins it anew under
another header (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from session.engines.sqlite import file
from session.engines.sqlite.faults import is_damage

_HEADER = 32
_BEGINS_WITH = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))


class _Seen(NamedTuple):
    size: int
    header: bytes


class LogFile:
    """Remembers how long the log was, and under which header."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + "-wal")
        self._name = str(self.path)
        self._database = database
        self._seen = _Seen(0, b"")

    def remember(self) -> None:
        """Note how long the log is after a commit; another process may write it meanwhile."""
        seen = self._look(is_still=False)
        if seen is not None:
            self._seen = seen

    def damage(self) -> str | None:
        """Say what somebody else did to the log, or None.

        Call inside a write transaction: then no process of ours writes or cuts it.
        """
        was, now = self._seen, self._look()
        if now is None:
            # Whoever removed it is found by the file's name.
            return None
        if now.size == 0:
            return "emptied" if self._should_hold_anything() else None
        if not now.header.startswith(_BEGINS_WITH):
            return "overwritten"
        if now.header == was.header and now.size < was.size:
            return "cut short"
        return None

    def _look(self, *, is_still: bool = True) -> _Seen | None:
        """Look at the file, which another process may begin anew meanwhile unless it `is_still`.

        To close the database or `-shm` here would end SQLite's locks; on the log it has none.
        """
        try:
            descriptor = os.open(self._name, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError:
            return None
        try:
            header = os.read(descriptor, _HEADER)
            size = os.fstat(descriptor).st_size
            if not is_still and self._header_at(descriptor) != header:
                return None
            return _Seen(size, header)
        finally:
            os.close(descriptor)

    def _header_at(self, descriptor: int) -> bytes:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, _HEADER)

    def _should_hold_anything(self) -> bool:
        """Ask SQLite how many pages it believes to be in the log; it cannot read them."""
        with closing(file.connect(self._database)) as connection:
            try:
                connection.execute("PRAGMA schema_version").fetchone()
                _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            except sqlite3.DatabaseError as error:
                if is_damage(error):
                    return True
                raise
        return int(pages) > 0
