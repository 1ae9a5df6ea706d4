"""Messages that people sent: stored by anybody, without the lease."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound
from google.cloud.firestore_v1 import FieldFilter

from session import storable, transitions
from session.engines.firestore.calls import TAKE_IN_LIMIT, Budget
from session.engines.firestore.changes import (
    Change,
    begun,
    claim_of,
    leased,
    turn_of,
)
from session.engines.firestore.documents import fields_of, plain_time, stored_message
from session.engines.firestore.settling import amend, settle
from session.engines.firestore.snapshot import SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.errors import StorageError
from session.messages import Message, MessageId, MessageState, NewMessage, SessionId
from session.models import Claim, LeaseRequest, NewSession, Receipt
from session.readable import decoded
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
        storable.check_session(new)
        attributes = json.loads(storable.check_message(message))
        message = replace(message, attributes=attributes)
        lease = None if message.parked else lease
        budget, write_id = self._store.budget(TAKE_IN_LIMIT), new_write_id()
        async with self._store.bursts.enter(budget, new.id):
            try:
                return await self._take_in(budget, new, message, lease, write_id)
            except BaseException:
                self._store.memo.abandon(write_id)
                raise

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        memo = self._store.memo
        before = memo.session(session_id)
        query = self._store.messages.where(
            filter=FieldFilter("session_id", "==", session_id)
        ).where(filter=FieldFilter("state", "==", MessageState.OPEN.value))
        raw = map(fields_of, await self._store.budget().query(query))
        found = self._store.reading.all(raw, stored_message)
        if before is not None and before.session.lease and memo.session(session_id) is before:
            memo.note_messages(session_id, before.session.fence, found)
        return sorted(found, key=transitions.inbox_order)

    async def get_message(self, message_id: MessageId) -> Message | None:
        [snapshot] = await self._store.budget().read(self._store.message(message_id))
        return decoded(fields_of(snapshot), stored_message) if snapshot.exists else None

    async def find_messages(self, request_id: str) -> Sequence[Message]:
        store = self._store
        client, held = store.client, FieldFilter("holder_id", "==", request_id)
        running = FieldFilter("turn.holder_id", "==", request_id)
        came = FieldFilter("request_id", "==", request_id)
        queries = (
            store.messages.where(filter=came),
            store.sessions.where(filter=running).select(["turn"]),
            client.collection_group("turns").where(filter=held).select(["message_ids"]),
        )
        came_in, last, past = await asyncio.gather(*map(store.query_all, queries))
        found = {document.id: document for document in came_in}
        turns = [fields_of(document) for document in past]
        turns += [fields_of(document)["turn"] for document in last]
        refs = [store.message(message_id) for turn in turns for message_id in turn["message_ids"]]
        if missing := [ref for ref in refs if ref.id not in found]:
            for document in await store.budget().read(*missing):
                found[document.id] = document
        read = [fields_of(document) for document in found.values() if document.exists]
        return sorted(store.reading.all(read, stored_message), key=transitions.timeline_order)

    async def blank_message(self, message_id: MessageId) -> bool:
        budget, batch = self._store.budget(), self._store.client.batch()
        batch.update(self._store.message(message_id), {"text": "", "attributes": "{}"})
        sent = await budget.commit(batch)
        if sent.refusal is None:
            return True
        if isinstance(sent.refusal, NotFound):
            return False
        raise budget.fail(sent.refusal) from sent.refusal

    async def amend_message(
        self,
        message_id: MessageId,
        *,
        text: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        reopen: bool = False,
        newer_by: str | None = None,
    ) -> bool:
        return await amend(
            self._store,
            message_id,
            lambda message: transitions.amended(
                message, text, attributes, reopen=reopen, newer_by=newer_by
            ),
        )

    async def settle(
        self, message_id: MessageId, outcome: str | None = None, *, blank: bool = False
    ) -> bool:
        storable.check_names_if_any(outcome=outcome)
        return await settle(self._store, message_id, outcome, blank=blank)

    async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
        if limit <= 0:
            return []
        query = (
            self._store.messages.where(filter=FieldFilter("look_at", "<=", until))
            .order_by("look_at")
            .limit(limit)
        )
        raw = map(fields_of, await self._store.budget().query(query))
        return sorted(self._store.reading.all(raw, stored_message), key=transitions.due_order)

    async def _take_in(
        self,
        budget: Budget,
        new: NewSession,
        message: NewMessage,
        request: LeaseRequest | None,
        write_id: str,
    ) -> Receipt:
        places = self._store.session(new.id), self._store.message(message.id)
        plan: _Plan | None = None
        while True:
            session_seen, message_seen = await budget.read(*places)
            before = self._store.learn(new.id, session_seen)
            if message_seen.exists:
                if plan and before and message_seen.get("write_id") == write_id:
                    return self._done(plan, before)
                known = decoded(fields_of(message_seen), stored_message)
                return await self._duplicate(budget, before, known)
            if plan is not None and _version(before) == _version(plan.before):
                assert plan.refusal is not None
                raise budget.fail(plan.refusal) from plan.refusal
            plan = self._plan(before, new, message, request, plain_time(session_seen.read_time))
            sent, after = await self._store.commit(budget, before, plan.change, write_id)
            if sent.refusal is None:
                return self._done(plan, after)
            plan.refusal = sent.refusal

    def _done(self, plan: "_Plan", after: SessionSnapshot) -> Receipt:
        receipt = plan.receipt(after)
        if receipt.claim is not None:
            fence = receipt.claim.fence
            self._store.memo.note_messages(after.session.id, fence, [receipt.message])
        return receipt

    async def _duplicate(
        self, budget: Budget, stored: SessionSnapshot | None, message: Message
    ) -> Receipt:
        if stored is None or stored.session.id != message.session_id:
            stored, _ = await self._store.read_session(budget, message.session_id)
        if stored is None:
            raise StorageError(
                f"message {message.id} is stored, but its session {message.session_id} is not:"
                " it is being restored or deleted. Try again later."
            )
        return Receipt(session=stored.session, created=False, message=message, is_new=False)

    def _plan(
        self,
        before: SessionSnapshot | None,
        new: NewSession,
        message: NewMessage,
        request: LeaseRequest | None,
        now: datetime,
    ) -> "_Plan":
        """Store the message; take the lease if it is free and wanted, else leave the session.

        Without the lease it leaves the session's document alone where it can: the holder's next
        write depends on that version.
        """
        session = transitions.taking_in(before.session if before else None, new, message, now)
        entry = transitions.stored(new.id, message, message.attributes, now)
        if before is None:
            after = SessionSnapshot(session=session)
        elif self._may_stay(before, now, takes_no_lease=request is None):
            return _Plan(before, Change(after=before, new_message=entry))
        else:
            after = before.moved(session)
        if request is None or (before is not None and self._store.is_held(before, now)):
            return _Plan(before, Change(after=after, new_message=entry))
        after = leased(after, request, now)
        claim = claim_of(after)
        turn, [entry] = transitions.takes_up(turn_of(after, claim, now), [entry])
        after, past = begun(after, turn, now)
        return _Plan(before, Change(after=after, new_message=entry, past_turns=past), claim)

    def _may_stay(self, before: SessionSnapshot, now: datetime, *, takes_no_lease: bool) -> bool:
        """Tell whether a message can be stored without a new version of its session.

        A provisional one must move: else it could be deleted as empty at this very moment.
        """
        if before.sealed or before.session.provisional:
            return False
        if self._store.is_held(before, now):
            return True
        return takes_no_lease and now - before.session.last_active_at < _ACTIVE_ENOUGH


@dataclass(slots=True)
class _Plan:
    """One attempt to take a message in, and why it was refused."""

    before: SessionSnapshot | None
    change: Change
    claim: Claim | None = None
    refusal: GoogleAPICallError | None = None

    def receipt(self, after: SessionSnapshot) -> Receipt:
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


def _version(stored: SessionSnapshot | None) -> datetime | None:
    return None if stored is None else stored.version
