"""Messages that people sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import nsmallest
from typing import Any

from session import storable, transitions
from session.engines.memory.steps import at_once
from session.engines.memory.tables import Tables
from session.messages import Message, MessageId, NewMessage, SessionId
from session.models import LeaseRequest, NewSession, Receipt, Session
from session.repository import InboxRepository


class Inbox(InboxRepository):
    """The part of the engine that takes messages in and lists what is open."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @at_once
    def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Receipt:
        storable.check_session(new)
        attributes, tables = json.loads(storable.check_message(message)), self._tables
        known = tables.messages.get(message.id)
        if known is not None:
            session = tables.sessions[known.session_id]
            return Receipt(session=session, created=False, message=known, is_new=False)
        now, date, before = tables.clock(), tables.date(), tables.sessions.get(new.id)
        granted = None
        if lease is not None and not message.parked:
            granted = tables.granted(before, lease, now)
        session = transitions.taking_in(before, new, message, date, granted)
        if before is None:
            tables.add(session)
        tables.sessions[session.id] = session
        if granted is None:
            claim, entry = None, transitions.stored(session.id, message, attributes, now)
        else:
            claim = granted.claim_on(session.id)
            entry = transitions.stored(
                session.id, message, attributes, now, claim.turn_id, tries=1
            )
            tables.interrupt_earlier(claim)
            tables.record(transitions.begun(claim, date, (entry.id,)))
        tables.put(entry)
        return Receipt(
            session=session, created=before is None, message=entry, is_new=True, claim=claim
        )

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        return sorted(self._tables.open_entries(session_id), key=transitions.inbox_order)

    async def get_message(self, message_id: MessageId) -> Message | None:
        return self._tables.messages.get(message_id)

    async def find_messages(self, request_id: str) -> Sequence[Message]:
        return sorted(self._tables.of_request(request_id), key=transitions.timeline_order)

    async def blank_message(self, message_id: MessageId) -> bool:
        message = self._tables.messages.get(message_id)
        if message is None:
            return False
        self._tables.put(replace(message, text="", attributes={}))
        return True

    async def amend_message(
        self,
        message_id: MessageId,
        *,
        text: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        reopen: bool = False,
        newer_by: str | None = None,
    ) -> bool:
        message = self._tables.messages.get(message_id)
        if message is None:
            return False
        changed = transitions.amended(message, text, attributes, reopen=reopen, newer_by=newer_by)
        amended = storable.checked(changed)
        self._tables.put(amended)
        return amended != message

    async def settle(
        self, message_id: MessageId, outcome: str | None = None, *, blank: bool = False
    ) -> bool:
        storable.check_names_if_any(outcome=outcome)
        message = self._tables.messages.get(message_id)
        settled = message and transitions.settled(message, outcome, blank=blank)
        if settled is None:
            return False
        self._tables.put(settled)
        session = self._tables.sessions[settled.session_id]
        if settled.is_open:
            self._tables.sessions[session.id] = replace(session, provisional=False)
        elif blank and self._is_left_bare(session):
            self._tables.remove(session)
        return True

    async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
        due = (
            message
            for message in self._tables.due()
            if message.look_at is not None and message.look_at <= until
        )
        return nsmallest(limit, due, key=transitions.due_order)

    def _is_left_bare(self, session: Session) -> bool:
        entries = self._tables.entries(session.id)
        return transitions.is_left_bare(session, entries, self._tables.clock())
