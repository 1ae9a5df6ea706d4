"""Operations on whole sessions."""

import json
from collections.abc import Sequence

from session.engines.sqlite.rows import (
    MESSAGE,
    SESSION,
    TURN,
    Row,
    session_of,
    storable_text,
    stored_json,
    stored_time,
)
from session.engines.sqlite.transaction import Execute, Transaction
from session.models import (
    Message,
    NewSession,
    Session,
    SessionId,
    SessionRecord,
    SessionSource,
    Turn,
)

_INSERT = f"""
INSERT INTO sessions ({SESSION}, instance_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING RETURNING {SESSION}"""
_GET = f"SELECT {SESSION} FROM sessions WHERE id = ?"
_DELETE = """
DELETE FROM sessions
WHERE id = ? AND last_active_at < ? AND (expires_at IS NULL OR expires_at <= ?)
AND NOT EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND state <> 'closed')"""

NO_LEASE: Row = (None, None, None, 0)
"""The lease columns and the fence of a session that nobody has held yet."""


def create(tx: Transaction, new: NewSession) -> tuple[Session, bool]:
    """Create the session unless its id exists."""
    session = insert(tx, new, NO_LEASE, None)
    if session is not None:
        return session, True
    return session_of(tx.execute(_GET, (new.id,)).fetchone()), False


def insert(
    tx: Transaction, new: NewSession, lease: Row, instance_id: str | None
) -> Session | None:
    """Insert a session with the given lease columns and fence; None if its id exists."""
    owes_notice = new.source is SessionSource.SLACK
    row = (*_identity(new), tx.now, tx.now, *lease, owes_notice, False, stored_json({}))
    stored = tx.execute(_INSERT, (*row, instance_id)).fetchone()
    return None if stored is None else session_of(stored)


def get(execute: Execute, session_id: SessionId) -> Session | None:
    """Read one session."""
    row = execute(_GET, (session_id,)).fetchone()
    return None if row is None else session_of(row)


def by_ticket(execute: Execute, ticket_id: str) -> Sequence[Session]:
    """Read a ticket's sessions, oldest first."""
    sql = f"SELECT {SESSION} FROM sessions WHERE ticket_id = ? ORDER BY created_at, id"
    return [session_of(row) for row in execute(sql, (ticket_id,)).fetchall()]


def scan(execute: Execute, after: SessionId | None, limit: int) -> Sequence[Session]:
    """Read a page of all sessions by id. No id is empty, so "" comes before all."""
    sql = f"SELECT {SESSION} FROM sessions WHERE id > ? ORDER BY id LIMIT ?"
    return [session_of(row) for row in execute(sql, (after or "", max(0, limit))).fetchall()]


def delete(tx: Transaction, session_id: SessionId, idle_since: int) -> bool:
    """Delete an idle session with all that belongs to it, or nothing."""
    if tx.execute(_DELETE, (session_id, idle_since, tx.now)).rowcount == 0:
        return False
    tx.execute("DELETE FROM messages WHERE session_id = ?", (session_id,))
    tx.execute("DELETE FROM turns WHERE session_id = ?", (session_id,))
    return True


def restore(tx: Transaction, record: SessionRecord) -> bool:
    """Store a whole record without its lease; one transaction, so never half of it."""
    session = record.session
    times = (stored_time(session.created_at), stored_time(session.last_active_at))
    flags = (session.notice_owed, session.muted, stored_json(session.memory))
    row = (*_identity(session), *times, *NO_LEASE[:3], session.fence, *flags, None)
    if tx.execute(_INSERT, row).fetchone() is None:
        return False
    tx.executemany(
        f"INSERT OR IGNORE INTO messages ({MESSAGE}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [_message_row(message) for message in record.messages],
    )
    tx.executemany(
        f"INSERT OR IGNORE INTO turns ({TURN}) VALUES (?,?,?,?,?,?,?,?,?)",
        [_turn_row(turn) for turn in record.turns],
    )
    return True


def _identity(one: NewSession | Session) -> Row:
    thread = one.thread
    place = (thread.team_id, thread.channel_id, thread.thread_ts) if thread else (None, None, None)
    return (one.id, one.source.value, *place, one.ticket_id, one.user_id)


def _message_row(message: Message) -> Row:
    return (
        message.id,
        message.session_id,
        message.kind.value,
        message.author_id,
        storable_text(message.text),
        stored_time(message.sent_at),
        stored_time(message.stored_at),
        message.request_id,
        stored_json(message.attributes),
        message.state.value,
        message.turn_id,
        message.tries,
        message.outcome and message.outcome.value,
    )


def _turn_row(turn: Turn) -> Row:
    return (
        turn.session_id,
        turn.fence,
        turn.id,
        turn.holder_id,
        json.dumps(turn.message_ids),
        stored_time(turn.started_at),
        turn.ended_at and stored_time(turn.ended_at),
        turn.outcome and turn.outcome.value,
        turn.note,
    )
