"""Checks that the files on the disk are still those that were opened, and sound.

A file that is removed or replaced stays usable for whoever has it open, and nobody else ever sees
what is written to it (https://www.sqlite.org/howtocorrupt.html, 4.4). Two bots would then hold one
thread in two stores, so everything is refused instead.
"""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from session.engines.sqlite.faults import is_damage, is_log_short, storage_error
from session.engines.sqlite.instances import Instance
from session.engines.sqlite.log_file import LogFile
from session.engines.sqlite.strange_eyes import look_anew
from session.errors import StorageError

SECONDS_BETWEEN_CHECKS = 1.0
"""Reads look this seldom: three questions to the system cost as much as a short read."""


class Guard:
    """Remembers which files were opened, and asks the system about their names again."""

    def __init__(self, named: Path, instance: Instance) -> None:
        """Remember the database that `named` names, by links or not, with its two side files."""
        path = named.resolve()
        side_files = [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]
        self._opened: dict[str, os.stat_result] = {}
        for file in (named, path, *side_files):
            with suppress(OSError):
                self._opened[str(file)] = file.stat()
        self._databases = frozenset(map(str, (named, path)))
        self._path = path
        self._log = LogFile(path)
        self._damage: str | None = None
        self._instance = instance
        self._checked_at = time.monotonic()

    def check(self) -> None:
        """Raise `StorageError` if a file is gone, another one stands there, or one is damaged."""
        if self._damage is not None:
            raise StorageError(self._damage)
        for file, was in self._opened.items():
            if (what := self._became_of(file, was)) is not None:
                raise StorageError(_interfered(file, what))

    def check_with_log(self) -> None:
        """The same, and also if committed things are gone from the log.

        Call inside a write transaction, before its commit.
        """
        self.check()
        if (what := self._log.damage()) is not None:
            self._damage = _interfered(str(self._log.path), what)
            raise StorageError(self._damage)

    def committed(self) -> None:
        """Note that a commit of ours was written to the log."""
        self._log.remember()

    def close(self) -> None:
        """Give up what is kept open; for whoever commits, at its end."""
        self._log.close()

    def look_anew(self) -> None:
        """See the store as a process that opens it now would. Blocks; raises `StorageError`."""
        try:
            look_anew(self._path)
        except sqlite3.Error as error:
            raise self.fault(error) from error

    def fault(self, error: Exception) -> StorageError:
        """Say what an error means. A damaged store is used no more, or it would get worse."""
        if not is_damage(error):
            return storage_error(error, str(self._path))
        if is_log_short(error):
            self._damage = _interfered(str(self._log.path), "cut short")
        else:
            self._damage = _interfered(str(self._path), "damaged")
        fault = StorageError(self._damage)
        fault.__cause__ = error
        return fault

    def _became_of(self, file: str, was: os.stat_result) -> str | None:
        try:
            found = os.stat(file)
        except OSError:
            return "removed or replaced"
        if (found.st_ino, found.st_dev) != (was.st_ino, was.st_dev):
            return "removed or replaced"
        is_empty = was.st_size > 0 and found.st_size == 0
        return "emptied" if is_empty and file in self._databases else None

    def check_seldom(self) -> None:
        """The same, if it is a while since this was asked last."""
        now = time.monotonic()
        if now - self._checked_at >= SECONDS_BETWEEN_CHECKS:
            self.check()
            self._instance.stay_visible()
            self._checked_at = now


def _interfered(file: str, what: str) -> str:
    return (
        f"{file} was {what} while a bot used it: stop every bot that uses it, put the right file"
        " back, and start again"
    )
