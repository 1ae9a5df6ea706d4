"""Carrying a file forward to the present shape: alone with it, after a copy, in one commit."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from session.engines.sqlite.faults import is_busy, storage_error
from session.engines.sqlite.file import be_careful
from session.engines.sqlite.formats import Format
from session.engines.sqlite.holders import holders
from session.engines.sqlite.instances import Instance
from session.engines.sqlite.patience import Patience
from session.engines.sqlite.safety_copy import SafetyCopy
from session.engines.sqlite.shape import check_shape
from session.errors import FileInUseError, StorageError

log = logging.getLogger(__name__)

_PAUSE = 0.2
_STATEMENTS = 10_000
"""SQLite's virtual instructions between two looks whether the opening was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """One file's way to the present version; for a bot that has the opening lock."""

    path: Path
    writer: sqlite3.Connection
    instance: Instance
    ours: Format
    patience: Patience

    def run(self, stored: int, date: datetime) -> None:
        """Wait to be alone, copy the file, run the steps; what fails or is killed changes nothing.

        Raises `FileInUseError` if another process keeps the file open.
        """
        be_careful(self.writer)
        self._begin_alone()
        try:
            with self._said_to_have_failed():
                copy = SafetyCopy(self.path)
                copy.make(self.patience, date)
                with self._interruptible():
                    self.ours.carry_forward(self.writer, stored)
                    check_shape(self.writer, str(self.path), self.ours)
                    self.writer.execute("COMMIT")
        finally:
            if self.writer.in_transaction:
                self.writer.execute("ROLLBACK")
        log.warning(
            "store.carried_forward %s from format %d to %d; a copy from before is kept for a week"
            " in %s",
            self.path,
            stored,
            self.ours.version,
            copy.path,
        )

    def _begin_alone(self) -> None:
        """Begin the transaction once nobody else has the file open."""
        gives_up_at, has_said = time.monotonic() + self.patience.seconds, False
        while not self._is_alone():
            if time.monotonic() >= gives_up_at:
                raise FileInUseError(
                    f"another process uses {self.path}: stop it first{self._named()}"
                )
            if not has_said:
                log.warning(
                    "store.waiting %s is of an earlier version: waiting %g s for the processes"
                    " that use it to end%s",
                    self.path,
                    self.patience.seconds,
                    self._named(),
                )
                has_said = True
            self.patience.pause(_PAUSE)

    def _is_alone(self) -> bool:
        """Tell whether nobody else has the file; then the transaction has begun.

        SQLite leaves WAL mode only for a connection that is the only one
        (https://www.sqlite.org/wal.html, "the database is locked").
        """
        if self.instance.others():
            return False
        try:
            if self._journal_mode(" = DELETE") == "wal":
                return False
            self.writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return False
        if self._journal_mode() == "wal":
            # Somebody came between the two.
            self.writer.execute("ROLLBACK")
            return False
        return True

    def _journal_mode(self, change: str = "") -> str:
        (mode,) = self.writer.execute(f"PRAGMA journal_mode{change}").fetchone()
        return str(mode)

    def _named(self) -> str:
        found = holders(self.path, self.instance.folder)
        return f" (process {', '.join(found)})" if found else ""

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """End a step in the middle of a statement if the opening is given up."""
        given_up = self.patience.given_up
        self.writer.set_progress_handler(lambda: int(given_up.is_set()), _STATEMENTS)
        try:
            yield
        finally:
            self.writer.set_progress_handler(None, 0)

    @contextmanager
    def _said_to_have_failed(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # a step reads what any earlier version may have written
            cause = error
            if isinstance(error, sqlite3.Error | OSError):
                cause = storage_error(error, str(self.path))
            raise StorageError(
                f"carrying {self.path} forward to format {self.ours.version} failed and has"
                f" changed nothing: {cause}"
            ) from error


def carried_copy(source: sqlite3.Connection, ours: Format, stored: int) -> sqlite3.Connection:
    """Return a read-only connection to a private copy in the present shape.

    For a command that only reads: the file stays as it is. The copy is in a temporary file that
    SQLite deletes (https://www.sqlite.org/inmemorydb.html#temp_db). Raises `StorageError`.
    """
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        source.backup(copy)
        copy.execute("BEGIN")
        ours.carry_forward(copy, stored)
        copy.execute("COMMIT")
        copy.execute("PRAGMA query_only = ON")
    except Exception as error:  # a step reads what any earlier version may have written
        copy.close()
        raise StorageError(
            "the store is of an earlier version of Burrow. Commands read such a store from a"
            f" temporary copy, which could not be made ({error}): set SQLITE_TMPDIR to a folder"
            " with as much room as the store takes"
        ) from error
    return copy
