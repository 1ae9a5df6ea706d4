"""Numbers by name and day: a row for each repository."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from session import storable
from session.counts import Count, CountId
from session.engines.sqlite.instances import Instance
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.transaction import Execute, Transaction
from session.engines.sqlite.writer import Writer
from session.readable import Reading
from session.repository import CountRepository

_PUT = "INSERT INTO counts (id, name, day, instance_id, value) VALUES (?, ?, ?, ?, ?)"
_ADD = f"{_PUT} ON CONFLICT (id) DO NOTHING"
_REPLACE = f"{_PUT} ON CONFLICT (id) DO UPDATE SET value = excluded.value"


class Counts(CountRepository):
    """The part of the engine that adds up."""

    _instance: Instance
    _writer: Writer
    _reader: Reader
    _reading: Reading

    async def put_count(self, name: str, day: date, value: int) -> None:
        count = Count(name=name, day=day, instance_id=self._instance.id, value=value)
        storable.check_count(count)
        await self._writer.run(lambda tx: tx.execute(_REPLACE, _values(count)))

    async def total(self, name: str, day: date) -> int:
        return await self._reader.short(lambda db: _total(db.execute, name, day))

    async def scan_counts(
        self, *, after: CountId | None = None, limit: int = 100
    ) -> Sequence[Count]:
        return await self._reader.long(lambda db: _scan(db.execute, self._reading, after, limit))

    async def delete_counts(self, *, before: date) -> int:
        return await self._writer.run(lambda tx: _delete(tx, before))

    async def restore_count(self, count: Count) -> bool:
        storable.check_count(count)
        return await self._writer.run(lambda tx: tx.execute(_ADD, _values(count)).rowcount == 1)


def _total(execute: Execute, name: str, day: date) -> int:
    sql = "SELECT value FROM counts WHERE day = ? AND name = ?"
    # Added up here: SQLite's own sum ends at 64 bits.
    return sum(row["value"] for row in execute(sql, (day.isoformat(), name)).fetchall())


def _scan(
    execute: Execute, reading: Reading, after: CountId | None, limit: int
) -> Sequence[Count]:
    sql = "SELECT * FROM counts WHERE id > ? ORDER BY id LIMIT ?"
    found: list[Count] = []
    last: str = after or ""
    # A page of which nothing can be read is not the last one.
    while not found and (rows := execute(sql, (last, max(0, limit))).fetchall()):
        found, last = reading.all(rows, _count), rows[-1]["id"]
    return found


def _delete(tx: Transaction, before: date) -> int:
    deleted = tx.execute("DELETE FROM counts WHERE day < ?", (before.isoformat(),)).rowcount
    tx.has_forgotten = tx.has_forgotten or deleted > 0
    return deleted


def _count(row: Any) -> Count:
    return Count(
        name=row["name"],
        day=date.fromisoformat(row["day"]),
        instance_id=row["instance_id"],
        value=row["value"],
    )


def _values(count: Count) -> tuple[str, str, str, str, int]:
    return count.id, count.name, count.day.isoformat(), count.instance_id, count.value
