"""Alerts: one row for each channel and fingerprint, its record as JSON."""

import json
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any

from session import storable, transitions
from session.alerts import AlertId, AlertKey, AlertReceipt, AlertRecord, NewAlert
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.rows import stored_time, time_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.engines.sqlite.writer import Writer
from session.readable import Reading, decoded
from session.repository import AlertRepository
from session.storable import as_json

_PUT = "INSERT INTO alerts (id, last_seen_at, value) VALUES (?, ?, ?) ON CONFLICT (id)"
_ADD = f"{_PUT} DO NOTHING"
_REPLACE = f"{_PUT} DO UPDATE SET last_seen_at = excluded.last_seen_at, value = excluded.value"


class Alerts(AlertRepository):
    """The part of the engine that knows which alerts are the same."""

    _writer: Writer
    _reader: Reader
    _reading: Reading

    def see_alert(self, new: NewAlert) -> Awaitable[AlertReceipt]:
        storable.check_alert(new)
        return self._writer.run(lambda tx: _see(tx, new))

    async def find_alert(self, key: AlertKey) -> AlertRecord | None:
        return await self._reader.short(lambda db: _find(db.execute, key))

    async def scan_alerts(
        self, *, after: AlertId | None = None, limit: int = 100
    ) -> Sequence[AlertRecord]:
        return await self._reader.long(lambda db: _scan(db.execute, self._reading, after, limit))

    async def delete_alert(self, key: AlertKey, *, idle_since: datetime) -> bool:
        before = stored_time(idle_since)
        return await self._writer.run(lambda tx: _delete(tx, key, before))

    async def restore_alert(self, record: AlertRecord) -> bool:
        values = _values(record)
        return await self._writer.run(lambda tx: tx.execute(_ADD, values).rowcount == 1)


def _see(tx: Transaction, new: NewAlert) -> AlertReceipt:
    """Say what becomes of an alert, and note it."""
    known, channel = _find(tx.execute, new.key), _find(tx.execute, new.key.channel)
    seen = transitions.seen(known, channel, new, time_of(tx.now))
    for record in (seen.record, seen.channel):
        if record is not None:
            tx.execute(_REPLACE, _values(record))
    return seen.receipt


def _find(execute: Execute, key: AlertKey) -> AlertRecord | None:
    """Read one record."""
    row = execute("SELECT id, value FROM alerts WHERE id = ?", (key.id,)).fetchone()
    return None if row is None else decoded(row, _record)


def _scan(
    execute: Execute, reading: Reading, after: AlertId | None, limit: int
) -> Sequence[AlertRecord]:
    """Read a page of all records by id."""
    sql = "SELECT id, value FROM alerts WHERE id > ? ORDER BY id LIMIT ?"
    found: list[AlertRecord] = []
    last: str = after or ""
    # A page of which nothing can be read is not the last one.
    while not found and (rows := execute(sql, (last, max(0, limit))).fetchall()):
        found, last = reading.all(rows, _record), rows[-1]["id"]
    return found


def _delete(tx: Transaction, key: AlertKey, idle_since: int) -> bool:
    """Delete a record that was not seen since."""
    sql = "DELETE FROM alerts WHERE id = ? AND last_seen_at < ?"
    if tx.execute(sql, (key.id, idle_since)).rowcount == 0:
        return False
    tx.has_forgotten = True
    return True


def _record(row: Any) -> AlertRecord:
    return AlertRecord.from_json(json.loads(row["value"]))


def _values(record: AlertRecord) -> tuple[str, int, str]:
    return record.key.id, stored_time(record.last_seen_at), as_json(record.to_json())
