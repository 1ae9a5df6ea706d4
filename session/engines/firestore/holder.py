"""Writes of a lease's holder: conditional on a version, and planned anew if that has moved."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from session import transitions
from session.engines.firestore.calls import Budget, Sent
from session.engines.firestore.changes import Change, SeenMessage, Update, updates_of
from session.engines.firestore.documents import plain_time, stored_message
from session.engines.firestore.snapshot import SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.errors import LockLostError
from session.messages import MessageId
from session.models import Claim
from session.readable import decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderWrite:
    """A holder's write under way: the session's version it is planned on."""

    budget: Budget
    claim: Claim
    before: SessionSnapshot
    again: bool
    """A first plan was refused: nothing may be taken as known any more."""


Plan = Callable[[HolderWrite], Awaitable[Change]]


async def write_as_holder(store: Store, claim: Claim, plan: Plan) -> tuple[Sent, SessionSnapshot]:
    """Carry out `plan` while the claim is the stored pair; else raise `LockLostError`.

    The version may have moved for another reason than a successor: then the plan is made
    anew on the version that is there, once per version.
    """
    budget, session_id = store.budget(), claim.session_id
    async with store.writing(session_id):
        before = store.memo.session(session_id)
        if before is None or not before.is_held_by(claim):
            before, _ = await store.read_session(budget, session_id)
        refused_on: datetime | None = None
        while before is not None and before.is_held_by(claim):
            again, write_id = refused_on is not None, new_write_id()
            write = HolderWrite(budget=budget, claim=claim, before=before, again=again)
            change = await plan(write)
            try:
                sent, after = await store.commit(budget, before, change, write_id)
            except BaseException:
                # It may have been applied: what is remembered as open may be closed by now.
                store.memo.forget_messages(session_id)
                raise
            if sent.refusal is None:
                _note_written(store, claim, change)
                return sent, after
            store.memo.forget_messages(session_id)
            fresh, _ = await store.read_session(budget, session_id)
            if sent.may_be_ours and _was_applied(fresh, change, claim, write_id):
                return sent, fresh or after
            if fresh is not None and fresh.version == before.version == refused_on:
                raise budget.fail(sent.refusal) from sent.refusal
            refused_on, before = before.version, fresh
    store.memo.forget_messages(session_id)
    raise LockLostError(session_id, claim.holder_id, claim.fence)


async def messages_of(
    store: Store, write: HolderWrite, message_ids: Iterable[MessageId]
) -> list[SeenMessage]:
    """Look messages up, each once, asking the server for those that are not known.

    Known are open ones only: others settle what is parked, and open again what is closed.
    """
    memory = store.memo.messages(write.claim).values()
    known = {message.id: SeenMessage(message, None) for message in memory if message.is_open}
    ids = list(dict.fromkeys(message_ids))
    unknown = [message_id for message_id in ids if message_id not in known]
    if unknown:
        found = await write.budget.read(*(store.message(message_id) for message_id in unknown))
        for snapshot in found:
            if snapshot.exists:
                message = decoded(snapshot.to_dict() or {}, stored_message)
                known[message.id] = SeenMessage(message, plain_time(snapshot.update_time))
        read = [known[message_id].message for message_id in unknown if message_id in known]
        store.memo.note_messages(write.claim.session_id, write.claim.fence, read)
    return [known[message_id] for message_id in ids if message_id in known]


async def delivery(
    store: Store, write: HolderWrite, answer_id: MessageId | None
) -> tuple[Update, ...]:
    """Say how an answer of the session is closed, once it has been posted."""
    found = [] if answer_id is None else await messages_of(store, write, [answer_id])
    closed = (transitions.delivered(seen.message, write.claim) for seen in found)
    return updates_of(found, closed)


def _note_written(store: Store, claim: Claim, change: Change) -> None:
    if change.after.session.lease is None:
        store.memo.forget_messages(claim.session_id)
        return
    written = [update.after for update in change.updates]
    if change.new_message is not None:
        written.append(change.new_message)
    store.memo.note_messages(claim.session_id, claim.fence, written)


def _was_applied(
    fresh: SessionSnapshot | None, change: Change, claim: Claim, write_id: str
) -> bool:
    """Tell whether a change that was refused in the end had been applied by an earlier copy."""
    if fresh is not None and fresh.write_id == write_id:
        return True
    ended = change.after.session.lease is None
    return ended and (fresh is None or fresh.has_released(claim))
