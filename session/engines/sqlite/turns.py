"""Operations on turns and the timeline."""

import json
from collections.abc import Iterable, Sequence

from session.engines.sqlite import leases
from session.engines.sqlite.rows import MESSAGE, TURN, Row, message_of, turn_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.models import Claim, Message, MessageId, Outcome, SessionId, Turn, TurnEnd

_INTERRUPT = """
UPDATE turns SET outcome = 'interrupted', ended_at = ? WHERE session_id = ? AND fence = ?"""
_RUNNING = f"SELECT running_fence FROM sessions WHERE {leases.HELD}"
_RECORD = f"""
INSERT INTO turns ({TURN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (session_id, fence) DO UPDATE SET message_ids = excluded.message_ids,
    ended_at = excluded.ended_at, outcome = excluded.outcome, note = excluded.note"""

# The rules of session/transitions.py, said to the database. `state = 'open' AND turn_id IS ?`
# means that this turn has taken the message up and counted its try.
_UNENDED = "id = ? AND session_id = ? AND kind <> 'answer' AND state <> 'closed'"
_TAKE_UP = f"""
UPDATE messages SET tries = tries + NOT (state = 'open' AND turn_id IS ?),
    state = 'open', outcome = NULL, turn_id = ?
WHERE {_UNENDED}"""
_HAND_BACK = f"""
UPDATE messages SET tries = tries - 1, turn_id = NULL
WHERE {_UNENDED} AND state = 'open' AND turn_id = ?"""
_CLOSE = f"UPDATE messages SET state = 'closed', outcome = ?, turn_id = ? WHERE {_UNENDED}"
_PARK = f"""
UPDATE messages SET state = 'parked', outcome = ?, turn_id = ?,
    tries = tries - (state = 'open' AND turn_id IS ?)
WHERE {_UNENDED}"""
_SESSION_AFTER = f"""
UPDATE sessions SET running_fence = nullif(running_fence, fence), last_active_at = ?,
    notice_owed = notice_owed AND NOT ?, muted = coalesce(?, muted), memory = coalesce(?, memory)
WHERE {leases.HELD}"""
_SESSION_AFTER_AND_RELEASE = _SESSION_AFTER.replace(
    "UPDATE sessions SET", f"UPDATE sessions SET {leases.ENDED},"
)

STORE = f"""
INSERT INTO messages ({MESSAGE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING"""
"""Stores a message unless its id is taken."""


def begin(tx: Transaction, claim: Claim, message_ids: Sequence[MessageId]) -> Turn:
    """Take up messages, in a new turn or in the one that this claim has begun."""
    held = tx.execute(_RUNNING, leases.held_by(claim)).fetchone()
    if held is None:
        raise leases.lost(claim)
    if held[0] != claim.fence:
        _interrupt(tx, claim.session_id, held[0])
        sql = "UPDATE sessions SET running_fence = fence WHERE id = ?"
        tx.execute(sql, (claim.session_id,))
    taken = [
        one
        for one in message_ids
        if tx.execute(_TAKE_UP, (claim.turn_id, claim.turn_id, one, claim.session_id)).rowcount
    ]
    earlier, started_at = _so_far(tx, claim)
    return turn_of(_record(tx, claim, _merged(earlier, taken), started_at))


def begin_with(
    tx: Transaction, claim: Claim, message_id: MessageId, *, earlier: int | None
) -> None:
    """Record the turn of a claim that this very transaction made, with a message just stored.

    `earlier` is the session's running fence from before.
    """
    _interrupt(tx, claim.session_id, earlier)
    _record(tx, claim, [message_id], tx.now)


def _interrupt(tx: Transaction, session_id: SessionId, fence: int | None) -> None:
    if fence is not None:
        tx.execute(_INTERRUPT, (tx.now, session_id, fence))


def finish(
    tx: Transaction, claim: Claim, end: TurnEnd, answer: Row | None, memory: str | None
) -> None:
    """End the turn: one guarded write of the session, then what hangs on it."""
    sql = _SESSION_AFTER_AND_RELEASE if end.release else _SESSION_AFTER
    changed = (tx.now, end.notice_posted, end.muted, memory, *leases.held_by(claim))
    if tx.execute(sql, changed).rowcount == 0:
        raise leases.lost(claim)
    taken_up, started_at = _so_far(tx, claim)
    ids = _end_messages(tx, claim, end, taken_up)
    _record(tx, claim, ids, started_at, (tx.now, end.outcome.value, end.note))
    leases.deliver(tx, claim, end.delivered)
    if answer is not None:
        tx.execute(STORE, (*answer[:6], tx.now, *answer[7:10], claim.turn_id, 0, None))


def _end_messages(
    tx: Transaction, claim: Claim, end: TurnEnd, taken_up: list[MessageId]
) -> list[MessageId]:
    """End, park or hand back the messages; return the ids that the turn's record shows."""
    if end.outcome is Outcome.INTERRUPTED:
        for one in taken_up:
            tx.execute(_HAND_BACK, (one, claim.session_id, claim.turn_id))
        return taken_up
    sql, values = _CLOSE, [end.outcome.value, claim.turn_id]
    if end.outcome is Outcome.WAITING:
        sql, values = _PARK, [*values, claim.turn_id]
    ended = [
        one
        for one in end.message_ids
        if tx.execute(sql, (*values, one, claim.session_id)).rowcount
    ]
    return _merged(taken_up, ended)


def _so_far(tx: Transaction, claim: Claim) -> tuple[list[MessageId], int]:
    """Read which messages the claim's turn has taken up, and when it began: now, if it did not."""
    sql = "SELECT message_ids, started_at FROM turns WHERE session_id = ? AND fence = ?"
    row = tx.execute(sql, (claim.session_id, claim.fence)).fetchone()
    return ([], tx.now) if row is None else (json.loads(row[0]), row[1])


def _record(
    tx: Transaction,
    claim: Claim,
    message_ids: list[MessageId],
    started_at: int,
    end: Row = (None, None, None),
) -> Row:
    """Write the claim's turn; `end` are the columns `ended_at`, `outcome`, `note`."""
    key = (claim.session_id, claim.fence, claim.turn_id, claim.holder_id)
    row = (*key, json.dumps(message_ids), started_at, *end)
    tx.execute(_RECORD, row)
    return row


def _merged(earlier: Iterable[MessageId], later: Iterable[MessageId]) -> list[MessageId]:
    return list(dict.fromkeys((*earlier, *later)))


def timeline(execute: Execute, session_id: SessionId, limit: int | None) -> Sequence[Message]:
    """Read the newest `limit` messages (None: all), oldest first."""
    sql = f"""SELECT {MESSAGE} FROM messages INDEXED BY messages_timeline WHERE session_id = ?
    ORDER BY sent_at DESC, id DESC LIMIT ?"""
    rows = execute(sql, (session_id, -1 if limit is None else max(0, limit))).fetchall()
    return [message_of(row) for row in reversed(rows)]


def of_session(execute: Execute, session_id: SessionId) -> Sequence[Turn]:
    """Read all turns of a session by fence."""
    sql = f"SELECT {TURN} FROM turns WHERE session_id = ? ORDER BY fence"
    return [turn_of(row) for row in execute(sql, (session_id,)).fetchall()]
