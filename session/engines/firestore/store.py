"""The shared base of the engine's parts: where documents are, and conditional commits."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from google.cloud.firestore_v1 import AsyncClient, AsyncDocumentReference, AsyncWriteBatch
from google.cloud.firestore_v1.async_collection import AsyncCollectionReference
from google.cloud.firestore_v1.async_query import AsyncQuery

from session.engines.firestore.bursts import Bursts
from session.engines.firestore.calls import LIMIT, Budget, Sent
from session.engines.firestore.changes import Change, SeenMessage
from session.engines.firestore.clock import ServerClock
from session.engines.firestore.documents import (
    Fields,
    Snapshot,
    audit_fields,
    difference,
    document_id,
    fields_of,
    message_fields,
    notebook_fields,
    plain_time,
    session_fields,
    sightings_fields,
    stored_session,
    turn_fields,
)
from session.engines.firestore.memo import Memo
from session.engines.firestore.snapshot import SessionSnapshot
from session.messages import Message, MessageId, MessageState, SessionId, TurnId
from session.models import Session, Turn
from session.readable import Reading, decoded
from session.sightings import Sighting

RETENTION = timedelta(days=400)
"""How long after its last write the database's TTL policy, if there is one, may delete a
document. A live session's moves on with every write, at least once in each refresh."""

SIGHTINGS = "sightings"
_PAGE = 300


class Store:
    """One database, as seen by one process."""

    def __init__(self, client: AsyncClient, *, retention: timedelta = RETENTION) -> None:
        self.client = client
        self.instance_id = secrets.token_hex(8)
        self.clock = ServerClock()
        self.memo = Memo()
        self.bursts = Bursts()
        self.reading = Reading()
        self._retention = retention
        self._writing: WeakValueDictionary[SessionId, asyncio.Lock] = WeakValueDictionary()

    @property
    def database(self) -> str:
        """The database's name."""
        return str(self.client._database)

    @property
    def sessions(self) -> AsyncCollectionReference:
        """The collection of sessions."""
        return self.client.collection("sessions")

    @property
    def messages(self) -> AsyncCollectionReference:
        """The collection of all sessions' messages."""
        return self.client.collection("messages")

    def session(self, session_id: SessionId) -> AsyncDocumentReference:
        """Where a session is stored."""
        return self.sessions.document(document_id(session_id))

    def message(self, message_id: MessageId) -> AsyncDocumentReference:
        """Where a message is stored, whatever session it belongs to."""
        return self.messages.document(document_id(message_id))

    def turns(self, session_id: SessionId) -> AsyncCollectionReference:
        """The turns of a session before its last one."""
        turns: AsyncCollectionReference = self.session(session_id).collection("turns")
        return turns

    def turn(self, turn: Turn) -> AsyncDocumentReference:
        """Where a turn is stored once another one has followed it."""
        return self.turns(turn.session_id).document(f"{turn.fence:010d}")

    def notebooks(self, session_id: SessionId) -> AsyncCollectionReference:
        """The notebooks of a session."""
        notebooks: AsyncCollectionReference = self.session(session_id).collection("notebooks")
        return notebooks

    def notebook(self, session_id: SessionId, name: str) -> AsyncDocumentReference:
        """Where a notebook is stored."""
        return self.notebooks(session_id).document(document_id(name))

    def audits(self, session_id: SessionId) -> AsyncCollectionReference:
        """What the turns of a session left about themselves."""
        audits: AsyncCollectionReference = self.session(session_id).collection("audits")
        return audits

    def audit(self, session_id: SessionId, turn_id: TurnId) -> AsyncDocumentReference:
        """Where a turn's audit is stored."""
        return self.audits(session_id).document(document_id(turn_id))

    def sightings(self, session_id: SessionId) -> AsyncDocumentReference:
        """Where is stored what a session saw."""
        return self.client.collection(SIGHTINGS).document(document_id(session_id))

    def writing(self, session_id: SessionId) -> asyncio.Lock:
        """Return what serialises this process's writes to a session it holds."""
        return self._writing.setdefault(session_id, asyncio.Lock())

    def budget(self, limit: float = LIMIT) -> Budget:
        """Begin a repository call of at most `limit` seconds."""
        return Budget(self.client, self.clock, limit)

    async def query_all(self, query: AsyncQuery) -> list[Snapshot]:
        """Run a query of any length page by page, each page with a time limit of its own."""
        found: list[Snapshot] = []
        page = query.limit(_PAGE)
        while True:
            more = await self.budget().query(page)
            found += more
            if len(more) < _PAGE:
                return found
            page = query.limit(_PAGE).start_after(more[-1])

    async def read_session(
        self, budget: Budget, session_id: SessionId
    ) -> tuple[SessionSnapshot | None, datetime]:
        """Read a session, and the server's time of that reading."""
        [snapshot] = await budget.read(self.session(session_id))
        return self.learn(session_id, snapshot), plain_time(snapshot.read_time)

    def learn(self, session_id: SessionId, snapshot: Snapshot) -> SessionSnapshot | None:
        """Decode a session's snapshot and remember it."""
        if not snapshot.exists:
            self.memo.forget(session_id)
            return None
        version = plain_time(snapshot.update_time)
        stored = decoded(fields_of(snapshot), lambda fields: stored_session(fields, version))
        self.memo.note_session(stored)
        return stored

    def is_held(self, stored: SessionSnapshot, now: datetime) -> bool:
        """Tell whether somebody holds the session.

        A lease whose taking we gave up, but which was written nevertheless, is nobody's.
        """
        return stored.session.held_at(now) and not self.memo.is_abandoned(stored)

    async def commit(
        self, budget: Budget, before: SessionSnapshot | None, change: Change, write_id: str
    ) -> tuple[Sent, SessionSnapshot]:
        """Send a change on the condition that the session is still at the version `before`."""
        batch = self.client.batch()
        self.put_session(batch, before, change.after, write_id)
        if (message := change.new_message) is not None:
            document = {**self.message_document(message), "write_id": write_id}
            batch.create(self.message(message.id), document)
        for seen, new in change.updates:
            if seen.message != new:
                self.update_message(batch, seen, new)
        for turn in change.past_turns:
            batch.set(self.turn(turn), self.expiring(turn_fields(turn)))
        session_id = change.after.session.id
        for notebook in change.notebooks:
            ref = self.notebook(session_id, notebook.name)
            batch.set(ref, self.expiring(notebook_fields(notebook)))
        if (audit := change.audit) is not None:
            batch.set(self.audit(session_id, audit.turn_id), self.expiring(audit_fields(audit)))
        if change.sightings is not None:
            self.put_sightings(batch, change.after.session, change.sightings)
        sent = await budget.commit(batch)
        if sent.refusal is not None or sent.first_update is None:
            return sent, change.after
        after = change.after
        if after is not before:
            after = replace(after, version=sent.first_update, write_id=write_id)
        self.memo.note_session(after)
        return sent, after

    def update_message(
        self, batch: AsyncWriteBatch, seen: SeenMessage, new: Message, **more: str
    ) -> None:
        """Write what has changed of a message, and `more` fields."""
        changed = difference(message_fields(seen.message), self.message_document(new))
        condition = None
        if seen.version is not None:
            condition = self.client.write_option(last_update_time=seen.version)
        batch.update(self.message(new.id), {**changed, **more}, option=condition)

    def expiry(self) -> datetime:
        """When a document that is written now may be deleted by the TTL policy."""
        return self.clock() + self._retention

    def session_document(self, stored: SessionSnapshot, write_id: str) -> Fields:
        """Make a session's whole document."""
        return {**session_fields(stored), "write_id": write_id, "expire_at": self.expiry()}

    def message_document(self, message: Message) -> Fields:
        """Make a message's document; only a closed one ever expires."""
        closed = message.state is MessageState.CLOSED
        return {**message_fields(message), "expire_at": self.expiry() if closed else None}

    def expiring(self, fields: Fields) -> Fields:
        """Make a document of fields that needs nothing else."""
        return {**fields, "expire_at": self.expiry()}

    def put_sightings(
        self, batch: AsyncWriteBatch, session: Session, sightings: Sequence[Sighting]
    ) -> None:
        """Replace all that a session saw."""
        ref = self.sightings(session.id)
        if not sightings:
            batch.delete(ref)
            return
        batch.set(ref, self.expiring(sightings_fields(session, sightings)))

    def put_session(
        self,
        batch: AsyncWriteBatch,
        before: SessionSnapshot | None,
        after: SessionSnapshot,
        write_id: str,
    ) -> None:
        """Write a session on the condition that it is still at the version `before`."""
        ref = self.session(after.session.id)
        if before is None:
            batch.create(ref, self.session_document(after, write_id))
            return
        condition = self.client.write_option(last_update_time=before.version)
        if after is before:
            # Writes what is there: a check of the version which does not move it.
            batch.update(ref, {"id": after.session.id}, option=condition)
            return
        changed = difference(session_fields(before), self.session_document(after, write_id))
        batch.update(ref, changed, option=condition)


def new_write_id() -> str:
    """Make a name for one change."""
    return secrets.token_hex(8)
