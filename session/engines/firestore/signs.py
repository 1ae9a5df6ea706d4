"""The bots on this database, each with a document of its own."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from google.cloud.firestore_v1 import AsyncWriteBatch, FieldFilter
from google.cloud.firestore_v1.async_collection import AsyncCollectionReference

from session import storable
from session.engines.firestore.calls import Budget
from session.engines.firestore.documents import Fields, fields_of, plain_time
from session.engines.firestore.store import Store
from session.errors import StorageError
from session.instances import SIGN_LASTS, Instance
from session.limits import SIGN_BYTES
from session.repository import InstanceRepository

_SIGN_SECONDS = 2.5
"""Less than the three that a bot waits for it, so that it hears the reason."""
_GOODBYE_SECONDS = 2.0


class Signs(InstanceRepository):
    """The part of the engine that knows which bots live: those that signed lately."""

    _has_signed = False

    def __init__(self, store: Store) -> None:
        self._store = store

    async def sign(self, about: Mapping[str, Any]) -> None:
        fields = {
            "id": self._store.instance_id,
            "about": storable.json_text(about, "sign", SIGN_BYTES),
            "signed_at": self._store.clock(),
            "expire_at": self._store.expiry(),
        }
        batch = self._store.client.batch()
        batch.set(self._all().document(self._store.instance_id), fields)
        await self._send(self._store.budget(_SIGN_SECONDS), batch)
        self._has_signed = True

    async def instances(self) -> Sequence[Instance]:
        since = self._store.clock() - SIGN_LASTS
        recent = self._all().where(filter=FieldFilter("signed_at", ">", since))
        query = recent.order_by("signed_at")
        found = await self._store.query_all(query)
        return sorted(map(self._instance, map(fields_of, found)), key=lambda sign: sign.id)

    async def _take_back(self) -> None:
        """Remove our own document, if that can be done soon; else it ends by itself."""
        if self._has_signed:
            batch = self._store.client.batch()
            batch.delete(self._all().document(self._store.instance_id))
            with suppress(StorageError):
                await self._send(self._store.budget(_GOODBYE_SECONDS), batch)

    async def _send(self, budget: Budget, batch: AsyncWriteBatch) -> None:
        sent = await budget.commit(batch)
        if sent.refusal is not None:
            raise budget.fail(sent.refusal) from sent.refusal

    def _all(self) -> AsyncCollectionReference:
        return self._store.client.collection("instances")

    def _instance(self, fields: Fields) -> Instance:
        return Instance(
            id=fields["id"],
            about=json.loads(fields["about"]),
            signed_at=plain_time(fields["signed_at"]),
            is_ours=fields["id"] == self._store.instance_id,
        )
