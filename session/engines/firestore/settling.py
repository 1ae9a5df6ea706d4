"""Changes of a message that need no lease, on condition that it has not changed meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from google.cloud.firestore_v1 import AsyncWriteBatch, FieldFilter

from session import storable, transitions
from session.engines.firestore.calls import Budget
from session.engines.firestore.changes import SeenMessage
from session.engines.firestore.documents import fields_of, plain_time, stored_message
from session.engines.firestore.records import left_by_turns
from session.engines.firestore.snapshot import SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.errors import UnreadableError
from session.messages import Message, MessageId
from session.readable import decoded


async def amend(store: Store, message_id: MessageId, change: Callable[[Message], Message]) -> bool:
    """Change what a message says, and perhaps open it again; False if nothing was changed."""
    budget, write_id = store.budget(), new_write_id()
    while True:
        seen = await _see(store, budget, message_id, write_id)
        if not isinstance(seen, SeenMessage):
            return seen
        changed = storable.checked(change(seen.message))
        if changed == seen.message:
            return False
        batch = store.client.batch()
        store.update_message(batch, seen, changed, write_id=write_id)
        if changed.is_open and not seen.message.is_open:
            await _keep_session(store, budget, batch, changed, write_id)
        sent = await budget.commit(batch)
        if sent.refusal is None:
            return True
        await budget.pause(sent.refusal)


async def settle(store: Store, message_id: MessageId, outcome: str | None, *, blank: bool) -> bool:
    """Open or close a parked message; a provisional session may go with it."""
    budget, write_id = store.budget(), new_write_id()
    deleted = False
    while True:
        seen = await _see(store, budget, message_id, write_id)
        if not isinstance(seen, SeenMessage):
            return seen or deleted
        settled = transitions.settled(seen.message, outcome, blank=blank)
        if settled is None:
            return False
        batch = store.client.batch()
        stored, now = await store.read_session(budget, settled.session_id)
        goes = blank and stored is not None and await _is_left_bare(store, budget, stored, now)
        if goes and stored is not None:
            await _delete_both(store, batch, stored, seen)
        else:
            store.update_message(batch, seen, settled, write_id=write_id)
            if settled.is_open and stored is not None and stored.session.provisional:
                after = stored.moved(replace(stored.session, provisional=False))
                store.put_session(batch, stored, after, write_id)
        sent = await budget.commit(batch)
        if goes or settled.is_open:
            store.memo.forget(settled.session_id)
        if sent.refusal is None:
            return True
        deleted = deleted or (goes and sent.may_be_ours)
        await budget.pause(sent.refusal)


async def _see(
    store: Store, budget: Budget, message_id: MessageId, write_id: str
) -> SeenMessage | bool:
    """Read the message; or tell whether our own write has dealt with it already."""
    [snapshot] = await budget.read(store.message(message_id))
    if not snapshot.exists:
        return False
    fields = fields_of(snapshot)
    if fields.get("write_id") == write_id:
        return True
    return SeenMessage(decoded(fields, stored_message), plain_time(snapshot.update_time))


async def _keep_session(
    store: Store, budget: Budget, batch: AsyncWriteBatch, message: Message, write_id: str
) -> None:
    """Refuse the write if the message's session is deleted meanwhile."""
    stored, _ = await store.read_session(budget, message.session_id)
    if stored is None:
        raise UnreadableError(f"message {message.id} has no session any more")
    after = stored.moved(stored.session) if stored.sealed else stored
    store.put_session(batch, stored, after, write_id)


async def _is_left_bare(
    store: Store, budget: Budget, stored: SessionSnapshot, now: datetime
) -> bool:
    """Tell whether a session goes with the one message that it has.

    Every message that is stored meanwhile moves the version of a provisional session.
    """
    session = stored.session
    if not session.provisional:
        return False
    query = store.messages.where(filter=FieldFilter("session_id", "==", session.id)).limit(2)
    found = [decoded(fields_of(entry), stored_message) for entry in await budget.query(query)]
    return transitions.is_left_bare(session, found, now)


async def _delete_both(
    store: Store, batch: AsyncWriteBatch, stored: SessionSnapshot, seen: SeenMessage
) -> None:
    """Delete a session that has one message only, with whatever turns have left in it."""
    session_id = stored.session.id
    condition = store.client.write_option(last_update_time=stored.version)
    batch.delete(store.session(session_id), option=condition)
    condition = store.client.write_option(last_update_time=seen.version)
    batch.delete(store.message(seen.message.id), option=condition)
    for ref in await left_by_turns(store, session_id) if stored.session.fence else ():
        batch.delete(ref)
