"""Sightings: one document for each session, found by the keys in it."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from google.cloud.firestore_v1 import FieldFilter

from session import storable
from session.engines.firestore.documents import Snapshot, fields_of, stored_seen_in
from session.engines.firestore.store import SIGHTINGS, Store
from session.messages import SessionId
from session.repository import SightingRepository
from session.seen_in import SeenIn

_VALUES = 30
"""What one query may compare with: https://firebase.google.com/docs/firestore/query-data/queries"""


class Sightings(SightingRepository):
    """The part of the engine that knows which sessions saw the same."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def seen_elsewhere(
        self, keys: Collection[str], *, besides: SessionId, limit: int = 20
    ) -> Sequence[SeenIn]:
        storable.check_asked(keys)
        if limit <= 0:
            return []
        asked = sorted(set(keys))
        some = [asked[start : start + _VALUES] for start in range(0, len(asked), _VALUES)]
        # One more than is wanted: `besides` may be among them.
        pages = await asyncio.gather(*(self._that_saw(values, limit + 1) for values in some))
        found = {snapshot.id: snapshot for page in pages for snapshot in page}
        read = self._store.reading.all(map(fields_of, found.values()), stored_seen_in)
        others = [_only(it, asked) for it in sorted(read, key=_newest, reverse=True)]
        return [it for it in others if it.session_id != besides][:limit]

    async def _that_saw(self, keys: Sequence[str], limit: int) -> list[Snapshot]:
        query = (
            self._store.client.collection(SIGHTINGS)
            .where(filter=FieldFilter("keys", "array_contains_any", keys))
            .order_by("last_seen_at", direction="DESCENDING")
            .order_by("id", direction="DESCENDING")
            .limit(limit)
        )
        return await self._store.budget().query(query)


def _newest(seen: SeenIn) -> tuple[object, SessionId]:
    return max(it.seen_at for it in seen.sightings), seen.session_id


def _only(seen: SeenIn, keys: Sequence[str]) -> SeenIn:
    wanted = set(keys)
    return replace(seen, sightings=tuple(it for it in seen.sightings if it.key in wanted))
