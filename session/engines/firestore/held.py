"""What a lease's holder writes: conditional on the version that it knows, never lost by chance."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from session.engines.firestore.calls import Call, Sent
from session.engines.firestore.changes import Change, Updates
from session.engines.firestore.documents import Stored, stored_message
from session.engines.firestore.store import Store, new_write_id
from session.errors import LockLostError
from session.models import Claim, Message, MessageId, MessageKind, MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A holder's write under way: the session's version it is planned on."""

    call: Call
    claim: Claim
    before: Stored
    again: bool
    """A first plan was refused: nothing may be taken as known any more."""


Plan = Callable[[Held], Awaitable[Change]]


async def write_held(store: Store, claim: Claim, plan: Plan) -> tuple[Sent, Stored]:
    """Carry out `plan` while the claim is the stored pair; else raise `LockLostError`.

    The version may have moved for another reason than a successor: then the plan is made
    anew on the version that is there, once per version.
    """
    call, session_id = store.call(), claim.session_id
    async with store.writing(session_id):
        before = store.memo.session(session_id)
        if before is None or not before.is_held_by(claim):
            before, _ = await store.read_session(call, session_id)
        refused_on: datetime | None = None
        while before is not None and before.is_held_by(claim):
            again, write_id = refused_on is not None, new_write_id()
            change = await plan(Held(call=call, claim=claim, before=before, again=again))
            sent, after = await store.commit(call, before, change, write_id)
            if sent.refusal is None:
                _note_written(store, claim, change)
                return sent, after
            store.memo.forget_messages(session_id)
            fresh, _ = await store.read_session(call, session_id)
            if sent.doubtful and _was_applied(fresh, change, claim, write_id):
                return sent, fresh or after
            if fresh is not None and fresh.token == before.token == refused_on:
                raise call.fail(sent.refusal) from sent.refusal
            refused_on, before = before.token, fresh
    store.memo.forget_messages(session_id)
    raise LockLostError(session_id, claim.holder_id, claim.fence)


async def messages_of(
    store: Store, held: Held, message_ids: Iterable[MessageId]
) -> dict[MessageId, Message]:
    """Look messages up, asking the server for those that are not known."""
    known, ids = store.memo.messages(held.claim), list(dict.fromkeys(message_ids))
    unknown = [one for one in ids if one not in known]
    if unknown:
        found = await held.call.read(*(store.message(one) for one in unknown))
        read = [stored_message(one.to_dict() or {}) for one in found if one.exists]
        store.memo.note_messages(held.claim.session_id, held.claim.fence, read)
        known |= {one.id: one for one in read}
    return {one: known[one] for one in ids if one in known}


async def delivery(store: Store, held: Held, answer_id: MessageId | None) -> Updates:
    """Say how an answer of the session is closed, once it has been posted."""
    found = {} if answer_id is None else await messages_of(store, held, [answer_id])
    return tuple(
        (one, replace(one, state=MessageState.CLOSED))
        for one in found.values()
        if one.session_id == held.claim.session_id and one.kind is MessageKind.ANSWER
    )


def _note_written(store: Store, claim: Claim, change: Change) -> None:
    if change.after.session.lease is None:
        store.memo.forget_messages(claim.session_id)
        return
    written = [new for _, new in change.updates]
    if change.new_message is not None:
        written.append(change.new_message)
    store.memo.note_messages(claim.session_id, claim.fence, written)


def _was_applied(fresh: Stored | None, change: Change, claim: Claim, write_id: str) -> bool:
    """Tell whether a change that was refused in the end had been applied by an earlier copy."""
    if fresh is not None and fresh.write_id == write_id:
        return True
    ended = change.after.session.lease is None
    return ended and (fresh is None or fresh.has_released(claim))
