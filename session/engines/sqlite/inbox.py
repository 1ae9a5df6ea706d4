"""Operations on the messages that people sent."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from session import storable, transitions
from session.engines.sqlite import messages, sessions, turns
from session.engines.sqlite.rows import time_of
from session.engines.sqlite.sessions import StoredSession
from session.engines.sqlite.transaction import Transaction
from session.messages import Message, MessageId, NewMessage
from session.models import Claim, Lease, LeaseRequest, NewSession, Receipt


def take_in(
    tx: Transaction,
    new: NewSession,
    message: NewMessage,
    attributes: str,
    request: LeaseRequest | None,
) -> Receipt:
    """Store the message and, if need be, its session; with `request` take a free lease too.

    `attributes` are the message's attributes as JSON.
    """
    now, before = time_of(tx.now), sessions.stored(tx.execute, new.id)
    lease = None if message.parked else _lease(tx, before, request, now)
    session = transitions.taking_in(before and before.session, new, message, tx.date, lease)
    content = json.loads(attributes)
    if lease is None:
        entry = transitions.stored(session.id, message, content, now)
        after = StoredSession(session) if before is None else before._replace(session=session)
        return _store(tx, before, after, entry, attributes)
    claim = lease.claim_on(session.id)
    entry = transitions.stored(session.id, message, content, now, claim.turn_id, tries=1)
    after = StoredSession(session, tx.instance.id, claim.fence)
    receipt = _store(tx, before, after, entry, attributes, claim)
    if receipt.is_new:
        if before is not None and before.running_fence is not None:
            turns.interrupt(tx, claim, before.running_fence)
        turns.record(tx, transitions.begun(claim, tx.date, (entry.id,)))
    return receipt


def _lease(
    tx: Transaction, before: StoredSession | None, request: LeaseRequest | None, now: datetime
) -> Lease | None:
    """Say which lease this write may take, if any: what was read here is locked until commit."""
    if request is None:
        return None
    if before is None:
        return request.granted(now, fence=1)
    session = before.session
    if session.held_at(now) and not tx.instance.is_dead(before.instance_id):
        return None
    return request.granted(now, fence=session.fence + 1)


def _store(
    tx: Transaction,
    before: StoredSession | None,
    after: StoredSession,
    entry: Message,
    attributes: str,
    claim: Claim | None = None,
) -> Receipt:
    """Write message and session, unless the message is there already."""
    if not messages.add(tx, entry, attributes):
        return _receipt_of_duplicate(tx, entry.id)
    if before is None:
        sessions.add(tx, after)
    else:
        sessions.change(tx, after)
    return Receipt(
        session=after.session,
        created=before is None,
        message=entry,
        is_new=True,
        claim=claim,
    )


def _receipt_of_duplicate(tx: Transaction, message_id: MessageId) -> Receipt:
    message = messages.get(tx.execute, message_id)
    assert message is not None
    session = sessions.get(tx.execute, message.session_id)
    assert session is not None
    return Receipt(session=session, created=False, message=message, is_new=False)


def blank(tx: Transaction, message_id: MessageId) -> bool:
    """Forget a message's text and attributes."""
    tx.has_forgotten = True
    sql = "UPDATE messages SET text = '', attributes = '{}' WHERE id = ?"
    return tx.execute(sql, (message_id,)).rowcount == 1


def amend(
    tx: Transaction,
    message_id: MessageId,
    text: str | None,
    attributes: Mapping[str, Any] | None,
    reopen: bool,
    newer_by: str | None,
) -> bool:
    """Replace a message's text or attributes, and perhaps open it again."""
    message = messages.get(tx.execute, message_id)
    if message is None:
        return False
    changed = transitions.amended(message, text, attributes, reopen=reopen, newer_by=newer_by)
    amended = storable.checked(changed)
    if amended == message:
        return False
    messages.change(tx, [message], [amended])
    messages.change_content(tx, amended)
    return True


def settle(tx: Transaction, message_id: MessageId, outcome: str | None, blank: bool) -> bool:
    """Open or close a parked message; a provisional session may go with it."""
    message = messages.get(tx.execute, message_id)
    settled = message and transitions.settled(message, outcome, blank=blank)
    if message is None or settled is None:
        return False
    messages.change(tx, [message], [settled])
    if blank:
        messages.change_content(tx, settled)
    stored = sessions.stored(tx.execute, settled.session_id)
    assert stored is not None
    session = stored.session
    if settled.is_open and session.provisional:
        sessions.change(tx, stored._replace(session=replace(session, provisional=False)))
    elif blank and session.provisional:
        entries = messages.of_session(tx.execute, session.id)
        if transitions.is_left_bare(session, entries, time_of(tx.now)):
            sessions.remove(tx, session.id)
    return True
