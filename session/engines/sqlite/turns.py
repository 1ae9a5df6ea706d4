"""Operations on turns and the timeline."""

import json
from collections.abc import Iterable, Sequence

from session.engines.sqlite import leases
from session.engines.sqlite.rows import MESSAGE, TURN, Row, message_of, turn_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.models import Claim, Message, MessageId, Outcome, SessionId, Turn, TurnEnd

_INTERRUPT_EARLIER = """
UPDATE turns SET outcome = 'interrupted', ended_at = ?
WHERE session_id = ? AND outcome IS NULL AND fence <> ?"""
_BEGIN = f"""
INSERT INTO turns ({TURN}) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)
ON CONFLICT (session_id, fence) DO UPDATE SET message_ids = excluded.message_ids,
    ended_at = NULL, outcome = NULL, note = NULL
RETURNING {TURN}"""
_END_TURN = f"""
INSERT INTO turns ({TURN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (session_id, fence) DO UPDATE SET message_ids = excluded.message_ids,
    ended_at = excluded.ended_at, outcome = excluded.outcome, note = excluded.note"""

# The rules of session/transitions.py, said to the database. `state = 'open' AND turn_id IS ?`
# means that this turn has taken the message up and counted its try.
_UNENDED = "id = ? AND session_id = ? AND kind <> 'answer' AND state <> 'closed'"
_TAKE_UP = f"""
UPDATE messages SET tries = tries + NOT (state = 'open' AND turn_id IS ?1),
    state = 'open', outcome = NULL, turn_id = ?1
WHERE {_UNENDED}"""
_HAND_BACK = f"""
UPDATE messages SET tries = tries - 1, turn_id = NULL
WHERE {_UNENDED} AND state = 'open' AND turn_id = ?"""
_CLOSE = f"UPDATE messages SET state = 'closed', outcome = ?, turn_id = ? WHERE {_UNENDED}"
_PARK = f"""
UPDATE messages SET tries = tries - (state = 'open' AND turn_id IS ?2),
    state = 'parked', outcome = ?1, turn_id = ?2
WHERE {_UNENDED}"""
_SESSION_AFTER = f"""
UPDATE sessions SET last_active_at = ?, notice_owed = notice_owed AND NOT ?,
    muted = coalesce(?, muted), memory = coalesce(?, memory)
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
    leases.require(tx, claim)
    tx.execute(_INTERRUPT_EARLIER, (tx.now, claim.session_id, claim.fence))
    taken = [
        one
        for one in message_ids
        if tx.execute(_TAKE_UP, (claim.turn_id, one, claim.session_id)).rowcount
    ]
    return _write(tx, claim, _merged(_taken_up(tx, claim), taken))


def begin_with(tx: Transaction, claim: Claim, message_id: MessageId) -> None:
    """Begin the turn of a claim that this very transaction made, with a message just stored."""
    tx.execute(_INTERRUPT_EARLIER, (tx.now, claim.session_id, claim.fence))
    _write(tx, claim, [message_id])


def finish(
    tx: Transaction, claim: Claim, end: TurnEnd, answer: Row | None, memory: str | None
) -> None:
    """End the turn: one guarded write of the session, then what hangs on it."""
    sql = _SESSION_AFTER_AND_RELEASE if end.release else _SESSION_AFTER
    changed = (tx.now, end.notice_posted, end.muted, memory, *leases.held_by(claim))
    if tx.execute(sql, changed).rowcount == 0:
        raise leases.lost(claim)
    ids = _end_messages(tx, claim, end, _taken_up(tx, claim))
    key = (claim.session_id, claim.fence, claim.turn_id, claim.holder_id)
    ended = (tx.now, end.outcome.value, end.note)
    tx.execute(_END_TURN, (*key, json.dumps(ids), tx.now, *ended))
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
    sql = _PARK if end.outcome is Outcome.WAITING else _CLOSE
    outcome = end.outcome.value
    ended = [
        one
        for one in end.message_ids
        if tx.execute(sql, (outcome, claim.turn_id, one, claim.session_id)).rowcount
    ]
    return _merged(taken_up, ended)


def _taken_up(tx: Transaction, claim: Claim) -> list[MessageId]:
    sql = "SELECT message_ids FROM turns WHERE session_id = ? AND fence = ?"
    row = tx.execute(sql, (claim.session_id, claim.fence)).fetchone()
    return [] if row is None else json.loads(row[0])


def _merged(earlier: Iterable[MessageId], later: Iterable[MessageId]) -> list[MessageId]:
    return list(dict.fromkeys((*earlier, *later)))


def _write(tx: Transaction, claim: Claim, message_ids: list[MessageId]) -> Turn:
    key = (claim.session_id, claim.fence, claim.turn_id, claim.holder_id)
    return turn_of(tx.execute(_BEGIN, (*key, json.dumps(message_ids), tx.now)).fetchone())


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
