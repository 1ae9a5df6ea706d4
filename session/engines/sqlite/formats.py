"""Versions of the stored shape: the present one, and the steps to it from earlier ones."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from session.errors import StorageError

Step = Callable[[sqlite3.Connection], None]
"""Brings a file from one version to the next, inside a transaction that it must not end:
`execute` statement by statement, never `executescript`, which commits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The shape that this Burrow reads and writes. Files of earlier ones are carried forward."""

    version: int
    tables: str
    """The statements that make an empty file one of this version."""
    steps: tuple[Step, ...] = ()
    """The last one leads to `version`, each other one to the version of the one after it."""

    @property
    def oldest(self) -> int:
        """The earliest version that can be carried forward."""
        return self.version - len(self.steps)

    def carry_forward(self, connection: sqlite3.Connection, stored: int) -> None:
        """Run the steps from version `stored` on, inside the connection's transaction."""
        for number, step in self._steps_from(stored):
            step(connection)
            if not connection.in_transaction:
                raise StorageError(f"the step to format {number} ended its transaction")
            connection.execute(f"PRAGMA user_version = {number}")

    def _steps_from(self, stored: int) -> Iterator[tuple[int, Step]]:
        for number, step in enumerate(self.steps, start=self.oldest + 1):
            if number > stored:
                yield number, step
