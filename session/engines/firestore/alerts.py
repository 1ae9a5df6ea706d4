"""Alerts: one document for each channel and fingerprint, written on condition of its version."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference, AsyncWriteBatch
from google.cloud.firestore_v1.async_collection import AsyncCollectionReference

from session import storable, transitions
from session.alerts import AlertId, AlertKey, AlertReceipt, AlertRecord, NewAlert
from session.engines.firestore.calls import TAKE_IN_LIMIT
from session.engines.firestore.documents import (
    Fields,
    Snapshot,
    document_id,
    fields_of,
    plain_time,
)
from session.engines.firestore.store import Store
from session.readable import decoded
from session.repository import AlertRepository
from session.storable import as_json


class Alerts(AlertRepository):
    """The part of the engine that knows which alerts are the same."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def see_alert(self, new: NewAlert) -> AlertReceipt:
        storable.check_alert(new)
        budget = self._store.budget(TAKE_IN_LIMIT)
        while True:
            found = await budget.read(self._alert_place(new.key))
            # A write of ours that got no clear answer is known by its receipt.
            known = _read(found[0])
            now = max(plain_time(found[0].read_time), self._store.clock())
            seen = transitions.seen(known, None, new, now)
            if seen.channel is not None:
                # Only what would begin asks how many began in its channel.
                found += await budget.read(self._alert_place(new.key.channel))
                seen = transitions.seen(known, _read(found[1]), new, now)
            batch = self._store.client.batch()
            for snapshot, record in zip(found, (seen.record, seen.channel), strict=False):
                if record is not None:
                    self._put_alert(batch, snapshot, record)
            if not len(batch):
                return seen.receipt
            sent = await budget.commit(batch)
            if sent.refusal is None:
                return seen.receipt
            await budget.pause(sent.refusal)

    async def find_alert(self, key: AlertKey) -> AlertRecord | None:
        [snapshot] = await self._store.budget().read(self._alert_place(key))
        return _read(snapshot)

    async def scan_alerts(
        self, *, after: AlertId | None = None, limit: int = 100
    ) -> Sequence[AlertRecord]:
        if limit <= 0:
            return []
        query = self._alerts().order_by("id").limit(limit)
        if after is not None:
            query = query.start_after({"id": after})
        found: list[AlertRecord] = []
        # A page of which nothing can be read is not the last one.
        while not found and (page := await self._store.budget().query(query)):
            found = self._store.reading.all(map(fields_of, page), _record)
            query = query.start_after(page[-1])
        return found

    async def delete_alert(self, key: AlertKey, *, idle_since: datetime) -> bool:
        budget, place = self._store.budget(), self._alert_place(key)
        [snapshot] = await budget.read(place)
        record = _read(snapshot)
        if record is None or record.last_seen_at >= idle_since:
            return False
        batch = self._store.client.batch()
        condition = self._store.client.write_option(
            last_update_time=plain_time(snapshot.update_time)
        )
        batch.delete(place, option=condition)
        sent = await budget.commit(batch)
        return sent.refusal is None or sent.may_be_ours

    async def restore_alert(self, record: AlertRecord) -> bool:
        budget, batch = self._store.budget(), self._store.client.batch()
        batch.create(self._alert_place(record.key), self._alert_fields(record))
        sent = await budget.commit(batch)
        return sent.refusal is None or sent.may_be_ours

    def _put_alert(self, batch: AsyncWriteBatch, before: Snapshot, record: AlertRecord) -> None:
        """Write a record on the condition that its document is still as it was read."""
        place = self._alert_place(record.key)
        if not before.exists:
            batch.create(place, self._alert_fields(record))
            return
        condition = self._store.client.write_option(
            last_update_time=plain_time(before.update_time)
        )
        batch.update(place, self._alert_fields(record), option=condition)

    def _alert_fields(self, record: AlertRecord) -> Fields:
        return {
            "id": record.key.id,
            "last_seen_at": record.last_seen_at,
            "value": as_json(record.to_json()),
            "expire_at": self._store.expiry(),
        }

    def _alerts(self) -> AsyncCollectionReference:
        return self._store.client.collection("alerts")

    def _alert_place(self, key: AlertKey) -> AsyncDocumentReference:
        return self._alerts().document(document_id(key.id))


def _read(snapshot: Snapshot) -> AlertRecord | None:
    return decoded(fields_of(snapshot), _record) if snapshot.exists else None


def _record(fields: Mapping[str, Any]) -> AlertRecord:
    return AlertRecord.from_json(json.loads(fields["value"]))
