"""Whole records: a session with all that belongs to it, read, deleted or restored."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference, FieldFilter

from session import transitions
from session.engines.firestore.calls import Budget
from session.engines.firestore.changes import Change, in_order
from session.engines.firestore.documents import (
    Fields,
    Snapshot,
    audit_fields,
    fields_of,
    notebook_fields,
    sightings_fields,
    stored_audit,
    stored_message,
    stored_notebook,
    stored_sightings,
    stored_turn,
    turn_fields,
)
from session.engines.firestore.snapshot import SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.messages import Message, MessageState, SessionId
from session.models import SessionRecord
from session.readable import decoded

_WRITES_A_COMMIT = 100
_BYTES_A_COMMIT = 8 * 1024 * 1024
"""A commit may be of 10 MiB: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions"""

Document = tuple[AsyncDocumentReference, Fields]


async def read(store: Store, session_id: SessionId) -> SessionRecord | None:
    """Read a session and all that belongs to it. Raises `UnreadableError`."""
    stored, _ = await store.read_session(store.budget(), session_id)
    if stored is None:
        return None
    messages = [
        decoded(fields_of(found), stored_message) for found in await _of(store, session_id)
    ]
    turns = await store.query_all(store.turns(session_id).order_by("fence"))
    notebooks = await store.query_all(store.notebooks(session_id).order_by("name"))
    audits = await store.query_all(store.audits(session_id).order_by("turn_id"))
    [seen] = await store.budget().read(store.sightings(session_id))
    return SessionRecord(
        session=replace(stored.session, lease=None),
        messages=tuple(sorted(messages, key=transitions.timeline_order)),
        turns=tuple(in_order(stored, [decoded(fields_of(turn), stored_turn) for turn in turns])),
        notebooks=tuple(decoded(fields_of(found), stored_notebook) for found in notebooks),
        audits=tuple(decoded(fields_of(found), stored_audit) for found in audits),
        sightings=decoded(fields_of(seen), stored_sightings) if seen.exists else (),
    )


async def delete(store: Store, session_id: SessionId, idle_since: datetime) -> bool:
    """Delete an idle session unless somebody takes it up meanwhile.

    Sealing it first moves its version. So a message that was stored on the strength of the
    version before is either found by the query or was refused; and a version that stores one after
    having read the sealed version moves that, and refuses the deletion.
    """
    sealed = await _seal(store, store.budget(), session_id, idle_since)
    if sealed is None:
        return False
    messages = await _of(store, session_id)
    if any(_is_live(message, idle_since) for message in messages):
        return False
    rest = [*(found.reference for found in messages), *await left_by_turns(store, session_id)]
    return await _delete(store, sealed, rest)


async def left_by_turns(store: Store, session_id: SessionId) -> list[AsyncDocumentReference]:
    """Find what else belongs to a session: earlier turns, notebooks, audits; only their names.

    What it saw is named whether it saw anything or not.
    """
    found: list[Snapshot] = []
    for query in (
        store.turns(session_id).order_by("fence"),
        store.notebooks(session_id).order_by("name"),
        store.audits(session_id).order_by("turn_id"),
    ):
        found += await store.query_all(query.select(["expire_at"]))
    return [store.sightings(session_id), *(snapshot.reference for snapshot in found)]


async def restore(store: Store, record: SessionRecord) -> bool:
    """Write a record in several commits, the session and what is open in the last one.

    Until that nobody takes the session up; and the same commits may be sent again.
    """
    session = replace(record.session, lease=None)
    stored, _ = await store.read_session(store.budget(), session.id)
    if stored is not None:
        return False
    last = max(record.turns, key=lambda turn: turn.fence, default=None)
    others = [turn for turn in record.turns if turn is not last]
    unended = tuple(turn for turn in others if turn.outcome is None)
    documents: list[Document] = [
        (store.turn(turn), store.expiring(turn_fields(turn)))
        for turn in others
        if turn.outcome is not None
    ]
    for notebook in record.notebooks:
        ref = store.notebook(session.id, notebook.name)
        documents.append((ref, store.expiring(notebook_fields(notebook))))
    for audit in record.audits:
        ref = store.audit(session.id, audit.turn_id)
        documents.append((ref, store.expiring(audit_fields(audit))))
    if record.sightings:
        saw = store.expiring(sightings_fields(session, record.sightings))
        documents.append((store.sightings(session.id), saw))
    for message in sorted(record.messages, key=_is_unfinished):
        documents.append((store.message(message.id), store.message_document(message)))
    *earlier, final = list(_batched(documents)) or [[]]
    for some in earlier:
        await _put_absent(store, some)
    stored = SessionSnapshot(session=session, turn=last, unended=unended)
    return await _put_absent(store, final, session=stored)


async def _put_absent(
    store: Store, documents: Sequence[Document], *, session: SessionSnapshot | None = None
) -> bool:
    """Create what is not there yet, in one commit; False if the session is there."""
    budget, write_id = store.budget(), new_write_id()
    while True:
        found = await budget.read(*(ref for ref, _ in documents)) if documents else []
        batch = store.client.batch()
        if session is not None:
            ref = store.session(session.session.id)
            batch.create(ref, store.session_document(session, write_id))
        for (ref, fields), snapshot in zip(documents, found, strict=True):
            if not snapshot.exists:
                batch.create(ref, fields)
        sent = await budget.commit(batch) if len(batch) else None
        if sent is None or sent.refusal is None:
            return True
        if session is not None:
            stored, _ = await store.read_session(budget, session.session.id)
            if stored is not None:
                return stored.write_id == write_id
        await budget.pause(sent.refusal)


async def _seal(
    store: Store, budget: Budget, session_id: SessionId, idle_since: datetime
) -> SessionSnapshot | None:
    stored, now = await store.read_session(budget, session_id)
    if stored is None or store.is_held(stored, now):
        return None
    if stored.session.last_active_at >= idle_since:
        return None
    write_id = new_write_id()
    change = Change(after=replace(stored, sealed=True))
    sent, after = await store.commit(budget, stored, change, write_id)
    if sent.applied:
        return after
    fresh, _ = await store.read_session(budget, session_id)
    return fresh if fresh is not None and fresh.write_id == write_id else None


async def _delete(
    store: Store, sealed: SessionSnapshot, rest: list[AsyncDocumentReference]
) -> bool:
    budget, session_id = store.budget(), sealed.session.id
    first, more = rest[:_WRITES_A_COMMIT], rest[_WRITES_A_COMMIT:]
    batch = store.client.batch()
    condition = store.client.write_option(last_update_time=sealed.version)
    batch.delete(store.session(session_id), option=condition)
    for ref in first:
        batch.delete(ref)
    sent = await budget.commit(batch)
    store.memo.forget(session_id)
    if not sent.applied:
        left, _ = await store.read_session(budget, session_id)
        if left is not None or not sent.may_be_ours:
            return False
    for start in range(0, len(more), _WRITES_A_COMMIT):
        batch = store.client.batch()
        for ref in more[start : start + _WRITES_A_COMMIT]:
            batch.delete(ref)
        await store.budget().commit(batch)
    return True


async def _of(store: Store, session_id: SessionId) -> list[Snapshot]:
    """Read all messages of a session, in no order."""
    query = store.messages.where(filter=FieldFilter("session_id", "==", session_id))
    return await store.query_all(query)


def _is_live(snapshot: Snapshot, idle_since: datetime) -> bool:
    """Tell whether a message keeps its session; one that cannot be read does."""
    fields = fields_of(snapshot)
    stored_at = fields.get("stored_at")
    if fields.get("state") != MessageState.CLOSED or not isinstance(stored_at, datetime):
        return True
    return stored_at >= idle_since


def _is_unfinished(message: Message) -> bool:
    return message.state is not MessageState.CLOSED


def _batched(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """Divide them into commits, each within Firestore's limit."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        more = sum(_size(value) for value in document[1].values())
        if batch and (len(batch) >= _WRITES_A_COMMIT or size + more > _BYTES_A_COMMIT):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += more
    if batch:
        yield batch


def _size(value: Any) -> int:
    """Count the bytes of a long text; everything else is short."""
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value.encode()) if isinstance(value, str) else 100
