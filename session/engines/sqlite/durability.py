"""Decides whether a commit waits for the disk. Most do, so that a loss of power undoes none.

One that does not wait is in the write-ahead log too, so a killed process loses nothing. A
loss of power takes the end of that log: never a commit that waited, nor anything before one
(https://www.sqlite.org/pragma.html#pragma_synchronous). What may be lost is in
docs/decisions/0350-what-need-not-outlast-a-loss-of-power.md.
"""

import sqlite3


class Durability:
    """The setting of one connection, changed between its transactions and only when need be."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over a connection whose commits all wait."""
        self._connection = connection
        self._is_lasting = True

    def be(self, *, lasting: bool) -> None:
        """Have commits wait for the disk from now on, or not."""
        if lasting is self._is_lasting:
            return
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
        self._is_lasting = lasting
