"""Operations on turns."""

from collections.abc import Sequence
from datetime import datetime

from session import transitions
from session.engines.sqlite import leases, leftovers, messages, sessions, sightings
from session.engines.sqlite.rows import (
    TURN,
    columns,
    insert,
    stored_time,
    time_of,
    turn_of,
    turn_values,
)
from session.engines.sqlite.transaction import Execute, Transaction
from session.messages import MessageId, SessionId
from session.models import Audit, Claim, Turn, TurnEnd
from session.readable import Reading, decoded

_GET = f"SELECT {columns(TURN)} FROM turns WHERE session_id = ? AND fence = ?"
_INTERRUPT = """
UPDATE turns SET outcome = 'interrupted', ended_at = ?
WHERE session_id = ? AND fence = ? AND outcome IS NULL"""
_RECORD = f"""
{insert("turns", TURN)}
ON CONFLICT (session_id, fence) DO UPDATE SET message_ids = excluded.message_ids,
    ended_at = excluded.ended_at, outcome = excluded.outcome, note = excluded.note"""


def begin(
    tx: Transaction, claim: Claim, message_ids: Sequence[MessageId], *, on_the_way: bool
) -> Turn:
    """Take up messages, in a new turn or in the one that this claim has begun."""
    held = sessions.held(tx, claim)
    if held.running_fence != claim.fence:
        if held.running_fence is not None:
            interrupt(tx, claim, held.running_fence)
        sql = "UPDATE sessions SET running_fence = fence WHERE id = ?"
        tx.execute(sql, (claim.session_id,))
    found = messages.some(tx.execute, message_ids)
    turn, taken_up = transitions.takes_up(_so_far(tx, claim), found, on_the_way=on_the_way)
    messages.change(tx, found, taken_up)
    record(tx, turn)
    return turn


def interrupt(tx: Transaction, claim: Claim, fence: int) -> None:
    """End the turn of an earlier acquisition that nobody ended."""
    tx.execute(_INTERRUPT, (stored_time(tx.date), claim.session_id, fence))


def finish(tx: Transaction, claim: Claim, end: TurnEnd, answer_attributes: str) -> None:
    """End the turn: its session, its messages, its own record, and what it leaves behind.

    `answer_attributes` are its answer's attributes as JSON.
    """
    held, turn = sessions.held(tx, claim), _so_far(tx, claim)
    found = messages.some(tx.execute, transitions.touched_by(turn, end))
    ended = transitions.ends(held.session, turn, end, found, tx.date)
    running = None if held.running_fence == claim.fence else held.running_fence
    instance_id = None if end.release else held.instance_id
    sessions.change(tx, sessions.StoredSession(ended.session, instance_id, running))
    messages.change(tx, found, ended.messages)
    record(tx, ended.turn)
    if end.answer is not None:
        # Its attributes are written as the text that they are already.
        answer = transitions.answer_of(turn, end.answer, {}, time_of(tx.now))
        messages.add(tx, answer, answer_attributes)
    for notebook in end.notebooks:
        leftovers.write_notebook(tx, claim.session_id, notebook)
    if end.sightings is not None:
        sightings.replace(tx, claim.session_id, end.sightings)
    if end.audit is not None:
        audit = Audit(turn_id=turn.id, value=end.audit)
        leftovers.write_audit(tx, claim.session_id, audit)


def close(tx: Transaction, claim: Claim, ids: Sequence[MessageId], outcome: str) -> None:
    """Close entries in mid-turn."""
    leases.check(tx, claim)
    found = messages.some(tx.execute, ids)
    closed = [transitions.closed(message, claim, outcome) for message in found]
    messages.change(tx, found, closed)


def postpone(tx: Transaction, claim: Claim, message_id: MessageId, due_at: datetime) -> bool:
    """Move the time at which an open entry is looked at."""
    leases.check(tx, claim)
    found = messages.some(tx.execute, [message_id])
    postponed = [transitions.postponed(message, claim, due_at) for message in found]
    messages.change(tx, found, postponed)
    return any(after is not before for before, after in zip(found, postponed, strict=True))


def record(tx: Transaction, turn: Turn) -> None:
    """Write a turn as it stands now."""
    tx.execute(_RECORD, turn_values(turn))


def of_session(execute: Execute, reading: Reading, session_id: SessionId) -> Sequence[Turn]:
    """Read all turns of a session by fence."""
    sql = f"SELECT {columns(TURN)} FROM turns WHERE session_id = ? ORDER BY fence"
    return reading.all(execute(sql, (session_id,)).fetchall(), turn_of)


def _so_far(tx: Transaction, claim: Claim) -> Turn:
    """Read the claim's turn, which may have to begin now."""
    row = tx.execute(_GET, (claim.session_id, claim.fence)).fetchone()
    if row is None:
        return transitions.begun(claim, tx.date)
    return decoded(row, turn_of)
