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
INSERT INTO sessions ({SESSION}, instance_id, running_fence)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING"""
_PRIVATE = "instance_id, running_fence"
_GET = f"SELECT {SESSION} FROM sessions WHERE id = ?"
_GET_ALL = f"SELECT {SESSION}, {_PRIVATE} FROM sessions WHERE id = ?"
_DELETE = """
DELETE FROM sessions
WHERE id = ? AND last_active_at < ? AND (expires_at IS NULL OR expires_at <= ?)
AND NOT EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND state <> 'closed')"""

NOBODYS: Row = (None, None)
"""The engine's own columns, `instance_id` and `running_fence`, of a session just created."""


def create(tx: Transaction, new: NewSession) -> tuple[Session, bool]:
    """Create the session unless its id exists."""
    row = new_row(new, tx.now)
    if insert(tx, row, NOBODYS):
        return session_of(row), True
    return session_of(tx.execute(_GET, (new.id,)).fetchone()), False


def new_row(new: NewSession, now: int) -> Row:
    """Give the `SESSION` columns of a session that is created now and that nobody has held yet."""
    owes_notice = new.source is SessionSource.SLACK
    return (*_identity(new), now, now, None, None, None, 0, owes_notice, False, stored_json({}))


def insert(tx: Transaction, row: Row, private: Row) -> bool:
    """Insert a session; False if its id exists."""
    return tx.execute(_INSERT, (*row, *private)).rowcount == 1


def stored_row(execute: Execute, session_id: SessionId) -> Row | None:
    """Read the `SESSION` columns and the two of the engine's own."""
    row: Row | None = execute(_GET_ALL, (session_id,)).fetchone()
    return row


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
    running = [turn.fence for turn in record.turns if turn.outcome is None]
    private = (None, max(running, default=None))
    row = (*_identity(session), *times, None, None, None, session.fence, *flags)
    if not insert(tx, row, private):
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
