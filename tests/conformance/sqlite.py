"""The SQLite engine's harness."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from session import Repository
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.surroundings import Surroundings
from tests.conformance.harness import Harness


class SQLiteHarness(Harness):
    """Each connection is a repository of its own on one file, in the real boot."""

    name = "sqlite"
    has_frozen_clock = True
    is_durable = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._path = directory / "burrow.db"
        # Other processes use the real clock; starting from it, ours is not far off.
        self._monotonic = time.monotonic_ns()
        self._wall = datetime.now(UTC)

    @property
    def url(self) -> str:
        return f"sqlite:///{self._path}"

    async def open(self) -> Repository:
        return await SQLiteRepository.open(
            self._path,
            machine=Surroundings(monotonic=lambda: self._monotonic, wall=lambda: self._wall),
        )

    async def spoil(self, table: str, id: str, **fields: str) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in fields)
        with closing(sqlite3.connect(self._path)) as db, db:
            db.execute(f"UPDATE {table} SET {changes} WHERE id = :id", {**fields, "id": id})

    async def advance(self, by: timedelta) -> None:
        self._monotonic += by // timedelta(microseconds=1) * 1000
        self._wall += by
