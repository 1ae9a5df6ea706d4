"""Sessions as a collection."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from session import storable, transitions
from session.engines.memory.tables import Tables
from session.messages import SessionId
from session.models import Audit, NewSession, Notebook, Session, SessionRecord
from session.repository import SessionRepository


class Sessions(SessionRepository):
    """The part of the engine that knows sessions as a whole."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        storable.check_session(new)
        known = self._tables.sessions.get(new.id)
        if known is not None:
            return known, False
        session = transitions.created(new, self._tables.date())
        self._tables.add(session)
        return session, True

    async def get_session(self, session_id: SessionId) -> Session | None:
        return self._tables.sessions.get(session_id)

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        found = self._tables.of_ticket(ticket_id)
        return sorted(found, key=lambda session: (session.created_at, session.id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        return self._tables.page(after, limit)

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        session = self._tables.sessions.get(session_id)
        if session is None or session.held_at(self._tables.clock()):
            return False
        if session.last_active_at >= idle_since or not self._tables.is_finished(session_id):
            return False
        self._tables.remove(session)
        return True

    async def read_record(self, session_id: SessionId) -> SessionRecord | None:
        session, tables = self._tables.sessions.get(session_id), self._tables
        if session is None:
            return None
        return SessionRecord(
            session=replace(session, lease=None),
            messages=tuple(sorted(tables.entries(session_id), key=transitions.timeline_order)),
            turns=tuple(tables.turns(session_id)),
            notebooks=tuple(
                Notebook(name=name, value=value)
                for name, value in tables.notebooks.get(session_id, {}).items()
            ),
            audits=tuple(
                Audit(turn_id=turn_id, value=value)
                for turn_id, value in tables.audits.get(session_id, {}).items()
            ),
            sightings=tuple(
                sighting for _, sighting in sorted(tables.sightings.get(session_id, {}).items())
            ),
        )

    async def restore_session(self, record: SessionRecord) -> bool:
        storable.check_record(record)
        session, tables = replace(record.session, lease=None), self._tables
        if session.id in tables.sessions:
            return False
        tables.add(session)
        for message in record.messages:
            if message.id not in tables.messages:
                tables.put(message)
        for turn in record.turns:
            tables.record(turn)
        tables.notebooks[session.id] = {kept.name: kept.value for kept in record.notebooks}
        tables.audits[session.id] = {audit.turn_id: audit.value for audit in record.audits}
        tables.see(session.id, record.sightings)
        return True
