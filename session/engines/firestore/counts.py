"""Numbers by name and day: a document for each repository, which it alone writes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference, FieldFilter
from google.cloud.firestore_v1.async_collection import AsyncCollectionReference

from session import storable
from session.counts import Count, CountId
from session.engines.firestore.documents import Fields, document_id, fields_of
from session.engines.firestore.store import Store
from session.repository import CountRepository

_DELETED_AT_ONCE = 100


class Counts(CountRepository):
    """Each repository writes its own counts. A total is their sum."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put_count(self, name: str, day: date, value: int) -> None:
        count = Count(name=name, day=day, instance_id=self._store.instance_id, value=value)
        storable.check_count(count)
        budget, batch = self._store.budget(), self._store.client.batch()
        batch.set(self._count_place(count), self._count_fields(count))
        sent = await budget.commit(batch)
        if sent.refusal is not None:
            raise budget.fail(sent.refusal) from sent.refusal

    async def total(self, name: str, day: date) -> int:
        query = self._counts().where(filter=FieldFilter("series", "==", _series(name, day)))
        found = await self._store.query_all(query.order_by("__name__"))
        counts = self._store.reading.all(map(fields_of, found), _count)
        return sum(count.value for count in counts)

    async def scan_counts(
        self, *, after: CountId | None = None, limit: int = 100
    ) -> Sequence[Count]:
        if limit <= 0:
            return []
        query = self._counts().order_by("id").limit(limit)
        if after is not None:
            query = query.start_after({"id": after})
        found: list[Count] = []
        # A page of which nothing can be read is not the last one.
        while not found and (page := await self._store.budget().query(query)):
            found = self._store.reading.all(map(fields_of, page), _count)
            query = query.start_after(page[-1])
        return found

    async def delete_counts(self, *, before: date) -> int:
        # Ids begin with the day.
        old = self._counts().where(filter=FieldFilter("id", "<", before.isoformat()))
        query, deleted = old.order_by("id").limit(_DELETED_AT_ONCE), 0
        while page := await self._store.budget().query(query):
            budget, batch = self._store.budget(), self._store.client.batch()
            for snapshot in page:
                batch.delete(snapshot.reference)
            sent = await budget.commit(batch)
            if sent.refusal is not None:
                raise budget.fail(sent.refusal) from sent.refusal
            deleted += len(page)
        return deleted

    async def restore_count(self, count: Count) -> bool:
        storable.check_count(count)
        budget, batch = self._store.budget(), self._store.client.batch()
        batch.create(self._count_place(count), self._count_fields(count))
        sent = await budget.commit(batch)
        return sent.refusal is None or sent.may_be_ours

    def _count_fields(self, count: Count) -> Fields:
        return {
            "id": count.id,
            "series": _series(count.name, count.day),
            "name": count.name,
            "day": count.day.isoformat(),
            "instance_id": count.instance_id,
            "value": count.value,
            "expire_at": self._store.expiry(),
        }

    def _counts(self) -> AsyncCollectionReference:
        return self._store.client.collection("counts")

    def _count_place(self, count: Count) -> AsyncDocumentReference:
        return self._counts().document(document_id(count.id))


def _series(name: str, day: date) -> str:
    """Return the one field by which a day's numbers of one name are found."""
    return f"{day.isoformat()}:{name}"


def _count(fields: Mapping[str, Any]) -> Count:
    return Count(
        name=fields["name"],
        day=date.fromisoformat(fields["day"]),
        instance_id=fields["instance_id"],
        value=int(fields["value"]),
    )
