"""Reading and writing messages, for the operations that deal with them."""

import json
from collections.abc import Iterable, Sequence

from session import transitions
from session.engines.sqlite.rows import (
    MESSAGE,
    columns,
    insert,
    message_of,
    message_values,
    state_values,
)
from session.engines.sqlite.transaction import Execute, Transaction
from session.messages import Message, MessageId, SessionId
from session.readable import WRONG_SHAPE, Reading, decoded, unreadable
from session.storable import as_json

_COLUMNS = columns(MESSAGE)
_INSERT = insert("messages", MESSAGE) + " ON CONFLICT (id) DO NOTHING"
_GET = f"SELECT {_COLUMNS} FROM messages WHERE id = ?"
# A message's words are not needed to change its state, and may be long.
_STATE = columns(tuple(name for name in MESSAGE if name not in ("text", "attributes")))
_GET_STATE = f"SELECT {_STATE}, '' AS text, '{{}}' AS attributes FROM messages WHERE id = ?"
_CHANGE_STATE = """
UPDATE messages SET state = :state, turn_id = :turn_id, joined = :joined, tries = :tries,
    outcome = :outcome, due_at = :due_at, look_at = :look_at
WHERE id = :id"""
_CHANGE_CONTENT = "UPDATE messages SET text = ?, attributes = ? WHERE id = ?"
_OF_REQUEST = "SELECT id FROM messages INDEXED BY messages_by_request WHERE request_id = ?"
_HELD_BY = "SELECT message_ids FROM turns INDEXED BY turns_by_holder WHERE holder_id = ?"
_OPEN = f"""
SELECT {_COLUMNS} FROM messages INDEXED BY messages_unfinished
WHERE session_id = ? AND state <> 'closed' AND state = 'open' LIMIT ?"""
_DUE = f"""
SELECT {_COLUMNS} FROM messages INDEXED BY messages_due
WHERE look_at IS NOT NULL AND look_at <= ? ORDER BY look_at, id LIMIT ?"""
_TIMELINE = f"""
SELECT {_COLUMNS} FROM messages INDEXED BY messages_timeline WHERE session_id = ?
ORDER BY sent_at DESC, id DESC LIMIT ?"""


def add(tx: Transaction, message: Message, attributes: str | None = None) -> bool:
    """Store a message unless its id is taken; `attributes` are its attributes as JSON."""
    text = as_json(message.attributes) if attributes is None else attributes
    return tx.execute(_INSERT, message_values(message, text)).rowcount == 1


def get(execute: Execute, message_id: MessageId, sql: str = _GET) -> Message | None:
    """Read one message."""
    row = execute(sql, (message_id,)).fetchone()
    try:
        return None if row is None else message_of(row)
    except WRONG_SHAPE as error:
        raise unreadable(row, error) from error


def of_request(execute: Execute, request_id: str) -> list[Message]:
    """Read what came in under a request id, or was taken up by a turn that it held."""
    rows = execute(_OF_REQUEST, (request_id,)).fetchall()
    came = [MessageId(row["id"]) for row in rows]
    turns = execute(_HELD_BY, (request_id,)).fetchall()
    held = [message_id for row in turns for message_id in json.loads(row["message_ids"])]
    found = (get(execute, message_id) for message_id in dict.fromkeys([*came, *held]))
    return sorted(filter(None, found), key=transitions.timeline_order)


def some(execute: Execute, ids: Iterable[MessageId]) -> list[Message]:
    """Read those of the ids that are there, each once, for `change`: without what they say."""
    found = (get(execute, message_id, _GET_STATE) for message_id in dict.fromkeys(ids))
    return [message for message in found if message is not None]


def change(tx: Transaction, before: Iterable[Message], after: Iterable[Message]) -> None:
    """Write how messages stand now; those that stand as before are left alone."""
    known = {message.id: message for message in before}
    for message in after:
        if message != known[message.id]:
            tx.execute(_CHANGE_STATE, state_values(message))


def change_content(tx: Transaction, message: Message) -> None:
    """Replace a message's text and attributes."""
    tx.has_forgotten = True
    values = (message.text, as_json(message.attributes), message.id)
    tx.execute(_CHANGE_CONTENT, values)


def open_in(
    execute: Execute, reading: Reading, session_id: SessionId, limit: int = -1
) -> list[Message]:
    """Read what is open in a session, in inbox order; at most `limit` of them, -1 is all."""
    found = reading.all(execute(_OPEN, (session_id, limit)).fetchall(), message_of)
    return sorted(found, key=transitions.inbox_order)


def due(execute: Execute, reading: Reading, until: int, limit: int) -> Sequence[Message]:
    """Read what is to be looked at in all sessions, the earliest first."""
    return reading.all(execute(_DUE, (until, max(0, limit))).fetchall(), message_of)


def timeline(
    execute: Execute, reading: Reading, session_id: SessionId, limit: int | None
) -> list[Message]:
    """Read the newest `limit` messages (None: all), oldest first."""
    rows = execute(_TIMELINE, (session_id, -1 if limit is None else max(0, limit))).fetchall()
    return reading.all(reversed(rows), message_of)


def of_session(execute: Execute, session_id: SessionId) -> list[Message]:
    """Read all messages, oldest first. Raises `UnreadableError`."""
    rows = execute(_TIMELINE, (session_id, -1)).fetchall()
    return [decoded(row, message_of) for row in reversed(rows)]
