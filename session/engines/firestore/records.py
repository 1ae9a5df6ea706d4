"""Whole records: a session with all its messages and turns, deleted or restored."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from google.cloud.firestore_v1 import AsyncDocumentReference, FieldFilter

from session.engines.firestore.calls import Call
from session.engines.firestore.changes import Change
from session.engines.firestore.documents import Fields, Snapshot, Stored, stored_message
from session.engines.firestore.store import Store, new_write_id
from session.models import MessageState, SessionId, SessionRecord

_WRITES_A_COMMIT = 100
"""A commit may be of 10 MiB, and a Slack message of 160 kB."""

T = TypeVar("T")
Document = tuple[AsyncDocumentReference, Fields]


async def delete(store: Store, session_id: SessionId, idle_since: datetime) -> bool:
    """Delete an idle session unless somebody takes it up meanwhile.

    Sealing it first moves its version. So a message that was stored on the strength of the
    version before is either found by the query or was refused; and whoever stores one after
    having read the sealed version moves that, and refuses the deletion.
    """
    sealed = await _seal(store, store.call(), session_id, idle_since)
    if sealed is None:
        return False
    query = store.messages.where(filter=FieldFilter("session_id", "==", session_id))
    messages = await store.query_all(query)
    if any(_is_live(one, idle_since) for one in messages):
        return False
    turns = await store.query_all(store.turns(session_id).order_by("fence"))
    return await _delete(store, sealed, [one.reference for one in (*messages, *turns)])


async def restore(store: Store, record: SessionRecord) -> bool:
    """Write a record in several commits, the session and what is open in the last one.

    Until that nobody takes the session up; and the same commits may be sent again.
    """
    stored, _ = await store.read_session(store.call(), record.session.id)
    if stored is not None:
        return False
    last = max(record.turns, key=lambda turn: turn.fence, default=None)
    unended = tuple(one for one in record.turns if one is not last and one.outcome is None)
    documents: list[Document] = [
        (store.turn(turn), store.turn_document(turn))
        for turn in record.turns
        if turn is not last and turn.outcome is not None
    ]
    for message in sorted(record.messages, key=lambda one: one.state is not MessageState.CLOSED):
        documents.append((store.message(message.id), store.message_document(message)))
    *earlier, final = list(_batched(documents)) or [[]]
    for some in earlier:
        await _put_absent(store, some)
    session = replace(record.session, lease=None)
    stored = Stored(session=session, turn=last, unended=unended)
    return await _put_absent(store, final, session=stored)


async def _put_absent(
    store: Store, documents: Sequence[Document], *, session: Stored | None = None
) -> bool:
    """Create what is not there yet, in one commit; False if the session is there."""
    call, write_id = store.call(), new_write_id()
    while True:
        found = await call.read(*(ref for ref, _ in documents)) if documents else []
        batch = store.client.batch()
        if session is not None:
            ref = store.session(session.session.id)
            batch.create(ref, store.session_document(session, write_id))
        for (ref, fields), snapshot in zip(documents, found, strict=True):
            if not snapshot.exists:
                batch.create(ref, fields)
        sent = await call.commit(batch) if len(batch) else None
        if sent is None or sent.refusal is None:
            return True
        if session is not None:
            stored, _ = await store.read_session(call, session.session.id)
            if stored is not None:
                return stored.write_id == write_id
        await call.pause(sent.refusal)


async def _seal(
    store: Store, call: Call, session_id: SessionId, idle_since: datetime
) -> Stored | None:
    stored, now = await store.read_session(call, session_id)
    if stored is None or store.is_held(stored, now):
        return None
    if stored.session.last_active_at >= idle_since:
        return None
    write_id = new_write_id()
    change = Change(after=replace(stored, sealed=True))
    sent, after = await store.commit(call, stored, change, write_id)
    if sent.applied:
        return after
    fresh, _ = await store.read_session(call, session_id)
    return fresh if fresh is not None and fresh.write_id == write_id else None


async def _delete(store: Store, sealed: Stored, rest: list[AsyncDocumentReference]) -> bool:
    call, session_id = store.call(), sealed.session.id
    first, *more = list(_batched(rest)) or [[]]
    batch = store.client.batch()
    condition = store.client.write_option(last_update_time=sealed.token)
    batch.delete(store.session(session_id), option=condition)
    for ref in first:
        batch.delete(ref)
    sent = await call.commit(batch)
    store.memo.forget(session_id)
    if not sent.applied:
        left, _ = await store.read_session(call, session_id)
        if left is not None or not sent.doubtful:
            return False
    for some in more:
        batch = store.client.batch()
        for ref in some:
            batch.delete(ref)
        await store.call().commit(batch)
    return True


def _is_live(snapshot: Snapshot, idle_since: datetime) -> bool:
    message = stored_message(snapshot.to_dict() or {})
    return message.state is not MessageState.CLOSED or message.stored_at >= idle_since


def _batched(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _WRITES_A_COMMIT):
        yield items[start : start + _WRITES_A_COMMIT]
