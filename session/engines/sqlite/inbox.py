"""Operations on the messages that people sent."""

from collections.abc import Sequence

from session.engines.sqlite import sessions, turns
from session.engines.sqlite.rows import MESSAGE, Row, message_of, microseconds, session_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.models import (
    Claim,
    LeaseRequest,
    Message,
    MessageId,
    NewSession,
    Receipt,
    Session,
    SessionId,
)

_TOUCH = "UPDATE sessions SET last_active_at = ? WHERE id = ?"
_TOUCH_AND_TAKE = """
UPDATE sessions SET last_active_at = ?, holder_id = ?, acquired_at = ?, expires_at = ?, fence = ?,
    instance_id = ?, running_fence = ?
WHERE id = ?"""
_OPEN = f"""
SELECT {MESSAGE} FROM messages INDEXED BY messages_unfinished
WHERE session_id = ? AND state <> 'closed' AND state = 'open'
ORDER BY kind <> 'answer', sent_at, id"""
_SCAN_OPEN = f"""
SELECT {MESSAGE} FROM messages INDEXED BY messages_open
WHERE state = 'open' ORDER BY stored_at, id LIMIT ?"""


def take_in(
    tx: Transaction, new: NewSession, message: Row, request: LeaseRequest | None
) -> Receipt:
    """Store the message and, if need be, its session; with `request` take a free lease too."""
    before = sessions.stored_row(tx.execute, new.id)
    claim = _claim(tx, new.id, before, request)
    taken_up = (None, 0) if claim is None else (claim.turn_id, 1)
    message = (*message[:6], tx.now, *message[7:10], *taken_up, None)
    if tx.execute(turns.STORE, message).rowcount == 0:
        return _receipt_of_twin(tx, message[0])
    session = _write_session(tx, new, before, claim, request)
    if claim is not None:
        turns.begin_with(tx, claim, message[0], earlier=None if before is None else before[17])
    return Receipt(
        session=session,
        created=before is None,
        message=message_of(message),
        is_new=True,
        claim=claim,
    )


def _receipt_of_twin(tx: Transaction, message_id: MessageId) -> Receipt:
    twin = get(tx.execute, message_id)
    assert twin is not None
    session = sessions.get(tx.execute, twin.session_id)
    assert session is not None
    return Receipt(session=session, created=False, message=twin, is_new=False)


def _claim(
    tx: Transaction, session_id: SessionId, before: Row | None, request: LeaseRequest | None
) -> Claim | None:
    """Say which claim this write may take, if any: what was read here is locked until commit."""
    if request is None:
        return None
    expires_at, fence, instance_id = (
        (None, 0, None) if before is None else (before[11], before[12], before[16])
    )
    if expires_at is None or expires_at <= tx.now or tx.instance.is_dead(instance_id):
        return Claim(session_id=session_id, holder_id=request.holder_id, fence=fence + 1)
    return None


def _write_session(
    tx: Transaction,
    new: NewSession,
    before: Row | None,
    claim: Claim | None,
    request: LeaseRequest | None,
) -> Session:
    """Create or touch the session, with the lease or without, and show it as it stands then."""
    row = sessions.new_row(new, tx.now) if before is None else before[:16]
    lease, private = row[9:13], sessions.NOBODYS
    if claim is not None and request is not None:
        expires_at = tx.now + microseconds(request.ttl)
        lease = (claim.holder_id, tx.now, expires_at, claim.fence)
        private = (tx.instance.id, claim.fence)
    row = (*row[:8], tx.now, *lease, *row[13:])
    if before is None:
        sessions.insert(tx, row, private)
    elif claim is None:
        tx.execute(_TOUCH, (tx.now, new.id))
    else:
        tx.execute(_TOUCH_AND_TAKE, (tx.now, *lease, *private, new.id))
    return session_of(row)


def open_messages(execute: Execute, session_id: SessionId, limit: int = -1) -> list[Message]:
    """Read what is open, an unposted answer first; `limit` -1 is no limit."""
    return [message_of(row) for row in execute(f"{_OPEN} LIMIT ?", (session_id, limit)).fetchall()]


def get(execute: Execute, message_id: MessageId) -> Message | None:
    """Read one message."""
    row = execute(f"SELECT {MESSAGE} FROM messages WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else message_of(row)


def blank(tx: Transaction, message_id: MessageId) -> bool:
    """Forget a message's text and attributes."""
    sql = "UPDATE messages SET text = '', attributes = '{}' WHERE id = ?"
    return tx.execute(sql, (message_id,)).rowcount == 1


def scan_open(execute: Execute, limit: int) -> Sequence[Message]:
    """Read the oldest open messages of all sessions."""
    return [message_of(row) for row in execute(_SCAN_OPEN, (max(0, limit),)).fetchall()]
