"""Sessions as a collection."""

from collections.abc import Sequence
from datetime import datetime

from google.cloud.firestore_v1 import FieldFilter

from session import transitions
from session.engines.firestore.calls import Call
from session.engines.firestore.changes import Change
from session.engines.firestore.documents import Snapshot, Stored, plain_time, stored_session
from session.engines.firestore.records import delete, restore
from session.engines.firestore.store import Store, new_write_id
from session.models import NewSession, Session, SessionId, SessionRecord
from session.repository import SessionRepository


class Sessions(SessionRepository):
    """The part of the engine that knows sessions as a whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        call = self._store.call()
        async with self._store.bursts.place(call, new.id):
            return await self._create(call, new)

    async def get_session(self, session_id: SessionId) -> Session | None:
        stored, _ = await self._store.read_session(self._store.call(), session_id)
        return None if stored is None else stored.session

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        query = self._store.sessions.where(filter=FieldFilter("ticket_id", "==", ticket_id))
        found = [_session(one) for one in await self._store.call().query(query)]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        if limit <= 0:
            return []
        query = self._store.sessions.order_by("id").limit(limit)
        if after is not None:
            query = query.start_after({"id": after})
        return [_session(one) for one in await self._store.call().query(query)]

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        return await delete(self._store, session_id, idle_since)

    async def restore_session(self, record: SessionRecord) -> bool:
        return await restore(self._store, record)

    async def _create(self, call: Call, new: NewSession) -> tuple[Session, bool]:
        write_id = new_write_id()
        stored, now = await self._store.read_session(call, new.id)
        while stored is None:
            change = Change(after=Stored(session=transitions.created(new, now)))
            sent, after = await self._store.commit(call, None, change, write_id)
            if sent.refusal is None:
                return after.session, True
            stored, now = await self._store.read_session(call, new.id)
            if stored is None:
                await call.pause(sent.refusal)
        return stored.session, stored.write_id == write_id


def _session(snapshot: Snapshot) -> Session:
    return stored_session(snapshot.to_dict() or {}, plain_time(snapshot.update_time)).session
