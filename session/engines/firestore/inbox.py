"""Messages that people sent: stored by anybody, without the lease."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from google.api_core.exceptions import GoogleAPICallError, NotFound
from google.cloud.firestore_v1 import FieldFilter

from session import transitions
from session.engines.firestore.calls import TAKE_IN_LIMIT, Call
from session.engines.firestore.changes import (
    Change,
    begun,
    claim_of,
    leased,
    turn_of,
)
from session.engines.firestore.documents import (
    Snapshot,
    Stored,
    plain_time,
    stored_message,
)
from session.engines.firestore.store import Store, new_write_id
from session.errors import StorageError
from session.models import (
    Claim,
    LeaseRequest,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    NewMessage,
    NewSession,
    Receipt,
    SessionId,
)
from session.repository import InboxRepository

_ACTIVE_ENOUGH = timedelta(seconds=1)
"""`last_active_at` is not moved again within this time, lest a burst contend for it."""


class Inbox(InboxRepository):
    """The part of the engine that takes messages in and lists what is open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Receipt:
        call, write_id = self._store.call(TAKE_IN_LIMIT), new_write_id()
        async with self._store.bursts.place(call, new.id):
            try:
                return await self._take_in(call, new, message, lease, write_id)
            except BaseException:
                self._store.memo.abandon(write_id)
                raise

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        memo = self._store.memo
        before = memo.session(session_id)
        query = self._store.messages.where(
            filter=FieldFilter("session_id", "==", session_id)
        ).where(filter=FieldFilter("state", "==", MessageState.OPEN.value))
        found = [_message(one) for one in await self._store.call().query(query)]
        if before is not None and before.session.lease and memo.session(session_id) is before:
            memo.note_messages(session_id, before.session.fence, found)
        return sorted(
            found, key=lambda one: (one.kind is not MessageKind.ANSWER, one.sent_at, one.id)
        )

    async def get_message(self, message_id: MessageId) -> Message | None:
        [snapshot] = await self._store.call().read(self._store.message(message_id))
        return _message(snapshot) if snapshot.exists else None

    async def blank_message(self, message_id: MessageId) -> bool:
        call, batch = self._store.call(), self._store.client.batch()
        batch.update(self._store.message(message_id), {"text": "", "attributes": "{}"})
        sent = await call.commit(batch)
        if sent.refusal is None:
            return True
        if isinstance(sent.refusal, NotFound):
            return False
        raise call.fail(sent.refusal) from sent.refusal

    async def scan_open(self, *, limit: int = 500) -> Sequence[Message]:
        if limit <= 0:
            return []
        query = (
            self._store.messages.where(filter=FieldFilter("state", "==", MessageState.OPEN.value))
            .order_by("stored_at")
            .order_by("id")
            .limit(limit)
        )
        return [_message(one) for one in await self._store.call().query(query)]

    async def _take_in(
        self,
        call: Call,
        new: NewSession,
        message: NewMessage,
        request: LeaseRequest | None,
        write_id: str,
    ) -> Receipt:
        places = self._store.session(new.id), self._store.message(message.id)
        plan: _Plan | None = None
        while True:
            session_seen, message_seen = await call.read(*places)
            before = self._store.learn(new.id, session_seen)
            if message_seen.exists:
                if plan and before and message_seen.get("write_id") == write_id:
                    return self._done(plan, before)
                return await self._duplicate(call, before, _message(message_seen))
            if plan is not None and _token(before) == _token(plan.before):
                assert plan.refusal is not None
                raise call.fail(plan.refusal) from plan.refusal
            plan = self._plan(before, new, message, request, plain_time(session_seen.read_time))
            sent, after = await self._store.commit(call, before, plan.change, write_id)
            if sent.refusal is None:
                return self._done(plan, after)
            plan.refusal = sent.refusal

    def _done(self, plan: "_Plan", after: Stored) -> Receipt:
        receipt = plan.receipt(after)
        if receipt.claim is not None:
            fence = receipt.claim.fence
            self._store.memo.note_messages(after.session.id, fence, [receipt.message])
        return receipt

    async def _duplicate(self, call: Call, stored: Stored | None, message: Message) -> Receipt:
        if stored is None or stored.session.id != message.session_id:
            stored, _ = await self._store.read_session(call, message.session_id)
        if stored is None:
            raise StorageError(
                f"message {message.id} is stored, but its session {message.session_id} is not:"
                " it is being restored or deleted. Try again later."
            )
        return Receipt(session=stored.session, created=False, message=message, is_new=False)

    def _plan(
        self,
        before: Stored | None,
        new: NewSession,
        message: NewMessage,
        request: LeaseRequest | None,
        now: datetime,
    ) -> "_Plan":
        """Store the message; take the lease if it is free and wanted, else leave the session.

        What does not take the lease writes nothing new to the session if it can help it, for
        the holder's next write is conditional on this version.
        """
        stored = transitions.stored(new.id, message, now)
        after = before or Stored(session=transitions.created(new, now))
        if before is not None and self._store.is_held(before, now) and not before.sealed:
            return _Plan(before, Change(after=before, new_message=stored))
        if request is None:
            if now - after.session.last_active_at >= _ACTIVE_ENOUGH or after.sealed:
                after = after.moved(replace(after.session, last_active_at=now))
            return _Plan(before, Change(after=after, new_message=stored))
        after = leased(after, request, now)
        claim = claim_of(after)
        turn = transitions.with_messages(turn_of(after, claim, now), [stored])
        after, past = begun(after.moved(replace(after.session, last_active_at=now)), turn, now)
        taken_up = transitions.taken_up(stored, turn)
        return _Plan(before, Change(after=after, new_message=taken_up, past_turns=past), claim)


@dataclass(slots=True)
class _Plan:
    """One attempt to take a message in, and why it was refused."""

    before: Stored | None
    change: Change
    claim: Claim | None = None
    refusal: GoogleAPICallError | None = None

    def receipt(self, after: Stored) -> Receipt:
        """Report it as done; `after` is the session as it stands."""
        assert self.change.new_message is not None
        still_held = self.claim is not None and after.is_held_by(self.claim)
        return Receipt(
            session=after.session,
            created=self.before is None,
            message=self.change.new_message,
            is_new=True,
            claim=self.claim if still_held else None,
        )


def _message(snapshot: Snapshot) -> Message:
    return stored_message(snapshot.to_dict() or {})


def _token(stored: Stored | None) -> datetime | None:
    return None if stored is None else stored.token
