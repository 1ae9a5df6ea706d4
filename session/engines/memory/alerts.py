"""Alerts: one record for each channel and fingerprint."""

from collections.abc import Sequence
from datetime import datetime

from session import storable, transitions
from session.alerts import AlertId, AlertKey, AlertReceipt, AlertRecord, NewAlert
from session.engines.memory.steps import at_once
from session.engines.memory.tables import Tables
from session.repository import AlertRepository


class Alerts(AlertRepository):
    """The part of the engine that knows which alerts are the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @at_once
    def see_alert(self, new: NewAlert) -> AlertReceipt:
        storable.check_alert(new)
        alerts = self._tables.alerts
        known, channel = alerts.get(new.key.id), alerts.get(new.key.channel.id)
        seen = transitions.seen(known, channel, new, self._tables.clock())
        for record in (seen.record, seen.channel):
            if record is not None:
                alerts[record.key.id] = record
        return seen.receipt

    async def find_alert(self, key: AlertKey) -> AlertRecord | None:
        return self._tables.alerts.get(key.id)

    async def scan_alerts(
        self, *, after: AlertId | None = None, limit: int = 100
    ) -> Sequence[AlertRecord]:
        ids = sorted(found for found in self._tables.alerts if after is None or found > after)
        return [self._tables.alerts[found] for found in ids[: max(0, limit)]]

    async def delete_alert(self, key: AlertKey, *, idle_since: datetime) -> bool:
        record = self._tables.alerts.get(key.id)
        if record is None or record.last_seen_at >= idle_since:
            return False
        del self._tables.alerts[key.id]
        return True

    async def restore_alert(self, record: AlertRecord) -> bool:
        if record.key.id in self._tables.alerts:
            return False
        self._tables.alerts[record.key.id] = record
        return True
