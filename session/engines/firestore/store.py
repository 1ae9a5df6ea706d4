"""What all parts of the engine share: where things are, and conditional commits."""

import asyncio
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from google.cloud.firestore_v1 import AsyncClient, AsyncDocumentReference, AsyncWriteBatch
from google.cloud.firestore_v1.async_collection import AsyncCollectionReference
from google.cloud.firestore_v1.async_query import AsyncQuery

from session.engines.firestore.bursts import Bursts
from session.engines.firestore.calls import LIMIT, Call, Sent
from session.engines.firestore.changes import Change
from session.engines.firestore.clock import ServerClock
from session.engines.firestore.documents import (
    Fields,
    Snapshot,
    Stored,
    document_id,
    message_fields,
    plain_time,
    session_fields,
    stored_session,
    turn_fields,
)
from session.engines.firestore.memo import Memo
from session.models import Message, MessageId, MessageState, SessionId, Turn

RETENTION = timedelta(days=400)
"""How long after its last write the database's TTL policy, if there is one, may delete a
document. A live session's moves on with every write, at least once in each refresh."""

_PAGE = 300


class Store:
    """One database, as seen by one process."""

    def __init__(self, client: AsyncClient, *, retention: timedelta = RETENTION) -> None:
        self.client = client
        self.clock = ServerClock()
        self.memo = Memo()
        self.bursts = Bursts()
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

    def writing(self, session_id: SessionId) -> asyncio.Lock:
        """Return what serialises this process's writes to a session it holds."""
        return self._writing.setdefault(session_id, asyncio.Lock())

    def call(self, limit: float = LIMIT) -> Call:
        """Begin a repository call of at most `limit` seconds."""
        return Call(self.client, self.clock, limit)

    async def query_all(self, query: AsyncQuery) -> list[Snapshot]:
        """Run a query of any length page by page, each page with a time limit of its own."""
        found: list[Snapshot] = []
        page = query.limit(_PAGE)
        while True:
            more = await self.call().query(page)
            found += more
            if len(more) < _PAGE:
                return found
            page = query.limit(_PAGE).start_after(more[-1])

    async def read_session(
        self, call: Call, session_id: SessionId
    ) -> tuple[Stored | None, datetime]:
        """Read a session, and the server's time of that reading."""
        [snapshot] = await call.read(self.session(session_id))
        return self.learn(session_id, snapshot), plain_time(snapshot.read_time)

    def learn(self, session_id: SessionId, snapshot: Snapshot) -> Stored | None:
        """Decode a session's snapshot and remember it."""
        if not snapshot.exists:
            self.memo.forget(session_id)
            return None
        stored = stored_session(snapshot.to_dict() or {}, plain_time(snapshot.update_time))
        self.memo.note_session(stored)
        return stored

    def is_held(self, stored: Stored, now: datetime) -> bool:
        """Tell whether somebody holds the session.

        A lease whose taking we gave up, but which was written nevertheless, is nobody's.
        """
        return stored.session.held_at(now) and not self.memo.is_abandoned(stored)

    async def commit(
        self, call: Call, before: Stored | None, change: Change, write_id: str
    ) -> tuple[Sent, Stored]:
        """Send a change on the condition that the session is still at the version `before`."""
        batch = self.client.batch()
        self._put_session(batch, before, change.after, write_id)
        if (message := change.new_message) is not None:
            document = {**self.message_document(message), "write_id": write_id}
            batch.create(self.message(message.id), document)
        for old, new in change.updates:
            if old != new:
                changed = _difference(message_fields(old), self.message_document(new))
                batch.update(self.message(new.id), changed)
        for turn in change.past_turns:
            batch.set(self.turn(turn), self.turn_document(turn))
        sent = await call.commit(batch)
        if sent.refusal is not None or sent.first_update is None:
            return sent, change.after
        after = change.after
        if after is not before:
            after = replace(after, token=sent.first_update, write_id=write_id)
        self.memo.note_session(after)
        return sent, after

    def expiry(self) -> datetime:
        """When a document that is written now may be deleted by the TTL policy."""
        return self.clock() + self._retention

    def session_document(self, stored: Stored, write_id: str) -> Fields:
        """Make a session's whole document."""
        return {**session_fields(stored), "write_id": write_id, "expire_at": self.expiry()}

    def message_document(self, message: Message) -> Fields:
        """Make a message's document; only a closed one ever expires."""
        closed = message.state is MessageState.CLOSED
        return {**message_fields(message), "expire_at": self.expiry() if closed else None}

    def turn_document(self, turn: Turn) -> Fields:
        """Make the document of a turn that another one has followed."""
        return {**turn_fields(turn), "expire_at": self.expiry()}

    def _put_session(
        self, batch: AsyncWriteBatch, before: Stored | None, after: Stored, write_id: str
    ) -> None:
        ref = self.session(after.session.id)
        if before is None:
            batch.create(ref, self.session_document(after, write_id))
            return
        condition = self.client.write_option(last_update_time=before.token)
        if after is before:
            # Writes what is there: a check of the version which does not move it.
            batch.update(ref, {"id": after.session.id}, option=condition)
            return
        changed = _difference(session_fields(before), self.session_document(after, write_id))
        batch.update(ref, changed, option=condition)


def new_write_id() -> str:
    """Make a name for one change."""
    return secrets.token_hex(8)


def _difference(old: Fields, new: Fields) -> Fields:
    return {key: new[key] for key in new if key not in old or new[key] != old[key]}
