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
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_BEGINS_WITH = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))


class _Seen(NamedTuple):
    size: int
    header: bytes


class LogFile:
    """Remembers how long the log was, and under which header.

    It stays open, because each commit looks twice. The caller sees to it that it is still the file
    of its name.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + "-wal")
        self._database = database
        self._seen = _Seen(0, b"")
        self._descriptor: int | None = None

    def remember(self) -> None:
        """Note how long the log is after a commit; another process may write it meanwhile."""
        seen = self._look()
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

    def close(self) -> None:
        """Close the file, unless nobody looked."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _look(self) -> _Seen | None:
        """Look at the file, which is kept open; None if it is not there.

        The header first: should another process begin the log anew in between, the header is an
        earlier log's, and says nothing about the length of the one that follows.
        """
        try:
            if self._descriptor is None:
                self._descriptor = os.open(str(self.path), _READ)
        except OSError:
            return None
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        header = os.read(self._descriptor, _HEADER)
        return _Seen(os.fstat(self._descriptor).st_size, header)

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
