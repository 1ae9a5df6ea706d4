"""The tools of an operation inside the writer's transaction."""

import sqlite3
from contextlib import suppress
from typing import Any, Protocol

from session.engines.sqlite.clock import EngineClock
from session.engines.sqlite.instances import Instance


class Execute(Protocol):
    """`execute` of a connection (a read) or of the writer's one cursor."""

    def __call__(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor: ...


class Transaction:
    """One writer's cursor, instance and the time of the current operation.

    The writer makes one and hands it to every operation; an operation must fetch its rows before
    its next statement, for there is one cursor.
    """

    __slots__ = (
        *("_clock", "_cursor", "date", "execute", "executemany"),
        *("has_forgotten", "instance", "now"),
    )

    def __init__(self, cursor: sqlite3.Cursor, instance: Instance, clock: EngineClock) -> None:
        cursor.row_factory = sqlite3.Row
        self._cursor = cursor
        self.execute: Execute = cursor.execute
        self.executemany = cursor.executemany
        self.instance = instance
        self._clock = clock
        self.has_forgotten = False
        """Set by whoever deletes or blanks: the writer then tidies up."""
        self.read_clock()

    def close(self) -> None:
        """Give up the last statement: one that failed would keep the connection open."""
        # Who only looks has its connection closed by now, with the reader's.
        with suppress(sqlite3.ProgrammingError):
            self._cursor.close()

    def read_clock(self) -> None:
        """Set the times of the operation that comes next: `now` in microseconds, and `date`."""
        self.now = self._clock()
        self.date = self._clock.date()
