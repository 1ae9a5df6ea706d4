"""Operations on whole sessions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from session import transitions
from session.engines.sqlite import leftovers, messages, sightings
from session.engines.sqlite.rows import (
    SESSION,
    TURN,
    change_values,
    columns,
    insert,
    session_of,
    session_values,
    turn_of,
    turn_values,
)
from session.engines.sqlite.transaction import Execute, Transaction
from session.errors import LockLostError
from session.messages import SessionId
from session.models import Claim, NewSession, Session, SessionRecord
from session.readable import WRONG_SHAPE, Reading, decoded, unreadable

_PRIVATE = ("instance_id", "running_fence")
_COLUMNS = columns(SESSION)
_INSERT = insert("sessions", SESSION + _PRIVATE) + " ON CONFLICT (id) DO NOTHING"
_GET = f"SELECT {_COLUMNS} FROM sessions WHERE id = ?"
_GET_ALL = f"SELECT {columns(SESSION + _PRIVATE)} FROM sessions WHERE id = ?"
_CHANGE = """
UPDATE sessions SET last_active_at = :last_active_at, holder_id = :holder_id,
    acquired_at = :acquired_at, expires_at = :expires_at, fence = :fence,
    notice_owed = :notice_owed, muted = :muted, provisional = :provisional,
    instance_id = :instance_id, running_fence = :running_fence
WHERE id = :id"""
_DELETE = """
DELETE FROM sessions
WHERE id = ? AND last_active_at < ? AND (expires_at IS NULL OR expires_at <= ?)
AND NOT EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND state <> 'closed')"""


class StoredSession(NamedTuple):
    """A session, with this engine's own columns."""

    session: Session
    instance_id: str | None = None
    """Whose process holds the lease."""
    running_fence: int | None = None
    """Whose turn was begun and not ended."""


def create(tx: Transaction, new: NewSession) -> tuple[Session, bool]:
    """Create the session unless its id exists."""
    session = transitions.created(new, tx.date)
    if add(tx, StoredSession(session)):
        return session, True
    return session_of(tx.execute(_GET, (new.id,)).fetchone()), False


def add(tx: Transaction, stored: StoredSession) -> bool:
    """Insert a session; False if its id exists."""
    return tx.execute(_INSERT, _values(stored)).rowcount == 1


def change(tx: Transaction, stored: StoredSession) -> None:
    """Write all that can change of a session which this very transaction has read."""
    values = change_values(stored.session)
    values |= {"instance_id": stored.instance_id, "running_fence": stored.running_fence}
    tx.execute(_CHANGE, values)


def stored(execute: Execute, session_id: SessionId) -> StoredSession | None:
    """Read a session with the engine's own columns."""
    row = execute(_GET_ALL, (session_id,)).fetchone()
    if row is None:
        return None
    try:
        return StoredSession(session_of(row), row["instance_id"], row["running_fence"])
    except WRONG_SHAPE as error:
        raise unreadable(row, error) from error


def held(tx: Transaction, claim: Claim) -> StoredSession:
    """Read the session that the claim holds. Raises `LockLostError`."""
    found = stored(tx.execute, claim.session_id)
    if found is None or not found.session.is_held_by(claim):
        raise LockLostError(claim.session_id, claim.holder_id, claim.fence)
    return found


def get(execute: Execute, session_id: SessionId) -> Session | None:
    """Read one session."""
    row = execute(_GET, (session_id,)).fetchone()
    return None if row is None else decoded(row, session_of)


def by_ticket(execute: Execute, reading: Reading, ticket_id: str) -> Sequence[Session]:
    """Read a ticket's sessions, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM sessions WHERE ticket_id = ? ORDER BY created_at, id"
    return reading.all(execute(sql, (ticket_id,)).fetchall(), session_of)


def scan(
    execute: Execute, reading: Reading, after: SessionId | None, limit: int
) -> Sequence[Session]:
    """Read a page of all sessions by id. No id is empty, so "" comes before all."""
    sql = f"SELECT {_COLUMNS} FROM sessions WHERE id > ? ORDER BY id LIMIT ?"
    found: list[Session] = []
    last: str = after or ""
    # A page of which nothing can be read is not the last one.
    while not found and (rows := execute(sql, (last, max(0, limit))).fetchall()):
        found, last = reading.all(rows, session_of), rows[-1]["id"]
    return found


def delete(tx: Transaction, session_id: SessionId, idle_since: int) -> bool:
    """Delete an idle session with all that belongs to it, or nothing."""
    if tx.execute(_DELETE, (session_id, idle_since, tx.now)).rowcount == 0:
        return False
    _delete_rest(tx, session_id)
    return True


def remove(tx: Transaction, session_id: SessionId) -> None:
    """Delete a session with all that belongs to it."""
    tx.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
    _delete_rest(tx, session_id)


def record(execute: Execute, session_id: SessionId) -> SessionRecord | None:
    """Read all that is stored of a session, from one snapshot of the file."""
    execute("BEGIN")
    try:
        return _record(execute, session_id)
    finally:
        execute("COMMIT")


def _record(execute: Execute, session_id: SessionId) -> SessionRecord | None:
    session = get(execute, session_id)
    if session is None:
        return None
    turns = f"SELECT {columns(TURN)} FROM turns WHERE session_id = ? ORDER BY fence"
    return SessionRecord(
        session=replace(session, lease=None),
        messages=tuple(messages.of_session(execute, session_id)),
        turns=tuple(decoded(row, turn_of) for row in execute(turns, (session_id,)).fetchall()),
        notebooks=tuple(leftovers.notebooks(execute, session_id)),
        audits=tuple(leftovers.audits(execute, session_id)),
        sightings=tuple(sightings.of_session(execute, session_id)),
    )


def restore(tx: Transaction, record: SessionRecord) -> bool:
    """Store a whole record without its lease; one transaction, so never half of it."""
    session = replace(record.session, lease=None)
    running = [turn.fence for turn in record.turns if turn.outcome is None]
    if not add(tx, StoredSession(session, None, max(running, default=None))):
        return False
    for message in record.messages:
        messages.add(tx, message)
    tx.executemany(
        insert("turns", TURN) + " ON CONFLICT DO NOTHING",
        [turn_values(turn) for turn in record.turns],
    )
    for notebook in record.notebooks:
        leftovers.write_notebook(tx, session.id, notebook)
    for audit in record.audits:
        leftovers.write_audit(tx, session.id, audit)
    sightings.replace(tx, session.id, record.sightings)
    return True


def _values(stored: StoredSession) -> dict[str, object]:
    return {
        **session_values(stored.session),
        "instance_id": stored.instance_id,
        "running_fence": stored.running_fence,
    }


def _delete_rest(tx: Transaction, session_id: SessionId) -> None:
    tx.has_forgotten = True
    for table in ("messages", "turns", "notebooks", "audits", "sightings"):
        tx.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,))
