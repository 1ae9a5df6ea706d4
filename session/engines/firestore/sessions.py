"""Sessions as a collection."""

from collections.abc import Sequence
from datetime import datetime

from google.cloud.firestore_v1 import FieldFilter

from session import storable, transitions
from session.engines.firestore import records
from session.engines.firestore.calls import Budget
from session.engines.firestore.changes import Change
from session.engines.firestore.documents import Fields, Snapshot, fields_of, stored_session
from session.engines.firestore.snapshot import NEVER, SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.messages import SessionId
from session.models import NewSession, Session, SessionRecord
from session.repository import SessionRepository


class Sessions(SessionRepository):
    """The part of the engine that knows sessions as a whole."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        storable.check_session(new)
        budget = self._store.budget()
        async with self._store.bursts.enter(budget, new.id):
            return await self._create(budget, new)

    async def get_session(self, session_id: SessionId) -> Session | None:
        stored, _ = await self._store.read_session(self._store.budget(), session_id)
        return None if stored is None else stored.session

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        query = self._store.sessions.where(filter=FieldFilter("ticket_id", "==", ticket_id))
        found = self._readable(await self._store.budget().query(query))
        return sorted(found, key=lambda session: (session.created_at, session.id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        if limit <= 0:
            return []
        query = self._store.sessions.order_by("id").limit(limit)
        if after is not None:
            query = query.start_after({"id": after})
        found: list[Session] = []
        # A page of which nothing can be read is not the last one.
        while not found and (page := await self._store.budget().query(query)):
            found, query = self._readable(page), query.start_after(page[-1])
        return found

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        return await records.delete(self._store, session_id, idle_since)

    async def read_record(self, session_id: SessionId) -> SessionRecord | None:
        return await records.read(self._store, session_id)

    async def restore_session(self, record: SessionRecord) -> bool:
        storable.check_record(record)
        return await records.restore(self._store, record)

    async def _create(self, budget: Budget, new: NewSession) -> tuple[Session, bool]:
        write_id = new_write_id()
        stored, now = await self._store.read_session(budget, new.id)
        while stored is None:
            change = Change(after=SessionSnapshot(session=transitions.created(new, now)))
            sent, after = await self._store.commit(budget, None, change, write_id)
            if sent.refusal is None:
                return after.session, True
            stored, now = await self._store.read_session(budget, new.id)
            if stored is None:
                await budget.pause(sent.refusal)
        return stored.session, stored.write_id == write_id

    def _readable(self, found: Sequence[Snapshot]) -> list[Session]:
        return self._store.reading.all(map(fields_of, found), _session)


def _session(fields: Fields) -> Session:
    return stored_session(fields, NEVER).session
