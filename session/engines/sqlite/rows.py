"""Between rows, which are read by name, and the library's values."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from session.messages import Message, MessageState, TurnId
from session.models import Lease, Session, SessionSource, SlackThread, Turn

SESSION = (
    "id",
    "source",
    "team_id",
    "channel_id",
    "thread_ts",
    "ticket_id",
    "user_id",
    "created_at",
    "last_active_at",
    "holder_id",
    "acquired_at",
    "expires_at",
    "fence",
    "notice_owed",
    "muted",
    "provisional",
)
MESSAGE = (
    "id",
    "session_id",
    "kind",
    "author_id",
    "text",
    "sent_at",
    "stored_at",
    "request_id",
    "attributes",
    "state",
    "turn_id",
    "joined",
    "tries",
    "outcome",
    "due_at",
    "look_at",
)
TURN = (
    "session_id",
    "fence",
    "id",
    "holder_id",
    "message_ids",
    "started_at",
    "ended_at",
    "outcome",
    "note",
)

Row = Mapping[str, Any]
Values = dict[str, Any]

# A look-up costs a tenth of calling the enumeration.
_SOURCES = {source.value: source for source in SessionSource}
_STATES = {state.value: state for state in MessageState}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def columns(names: tuple[str, ...]) -> str:
    """List columns, for a SELECT or an INSERT."""
    return ", ".join(names)


def insert(table: str, names: tuple[str, ...]) -> str:
    """Say that a row is inserted, its values by the columns' names."""
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({columns(names)}) VALUES ({values})"


def microseconds(length: timedelta) -> int:
    """Count a length of time in whole microseconds."""
    return length // _MICROSECOND


def stored_time(moment: datetime) -> int:
    """Turn an aware datetime into microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def time_of(stored: int) -> datetime:
    """Turn microseconds since 1970 into an aware UTC datetime, exactly."""
    return _EPOCH + timedelta(0, 0, stored)


def session_of(row: Row) -> Session:
    """Build a session from the `SESSION` columns."""
    thread = lease = None
    if (team := row["team_id"]) is not None:
        thread = SlackThread(
            team_id=team, channel_id=row["channel_id"], thread_ts=row["thread_ts"]
        )
    if (holder := row["holder_id"]) is not None:
        lease = Lease(
            holder_id=holder,
            fence=row["fence"],
            acquired_at=time_of(row["acquired_at"]),
            expires_at=time_of(row["expires_at"]),
        )
    return Session(
        id=row["id"],
        source=_SOURCES[row["source"]],
        thread=thread,
        ticket_id=row["ticket_id"],
        user_id=row["user_id"],
        created_at=time_of(row["created_at"]),
        last_active_at=time_of(row["last_active_at"]),
        lease=lease,
        fence=row["fence"],
        notice_owed=row["notice_owed"] == 1,
        muted=row["muted"] == 1,
        provisional=row["provisional"] == 1,
    )


def session_values(session: Session) -> Values:
    """Give the `SESSION` columns of a session."""
    thread = session.thread
    return {
        **change_values(session),
        "source": str(session.source),
        "team_id": thread and thread.team_id,
        "channel_id": thread and thread.channel_id,
        "thread_ts": thread and thread.thread_ts,
        "ticket_id": session.ticket_id,
        "user_id": session.user_id,
        "created_at": stored_time(session.created_at),
    }


def change_values(session: Session) -> Values:
    """Give the columns that change in a session's life, and the one to find it by."""
    lease = session.lease
    return {
        "id": session.id,
        "last_active_at": stored_time(session.last_active_at),
        "holder_id": lease and lease.holder_id,
        "acquired_at": lease and stored_time(lease.acquired_at),
        "expires_at": lease and stored_time(lease.expires_at),
        "fence": session.fence,
        "notice_owed": session.notice_owed,
        "muted": session.muted,
        "provisional": session.provisional,
    }


def message_of(row: Row) -> Message:
    """Build a message from the `MESSAGE` columns."""
    return Message(
        id=row["id"],
        session_id=row["session_id"],
        kind=row["kind"],
        author_id=row["author_id"],
        text=row["text"],
        sent_at=time_of(row["sent_at"]),
        stored_at=time_of(row["stored_at"]),
        request_id=row["request_id"],
        attributes=json.loads(row["attributes"]),
        state=_STATES[row["state"]],
        turn_id=row["turn_id"],
        joined=row["joined"] == 1,
        tries=row["tries"],
        outcome=row["outcome"],
        due_at=None if (due := row["due_at"]) is None else time_of(due),
    )


def message_values(message: Message, attributes: str) -> Values:
    """Give the `MESSAGE` columns of a message; `attributes` are its attributes as JSON."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "kind": message.kind,
        "author_id": message.author_id,
        "text": message.text,
        "sent_at": stored_time(message.sent_at),
        "stored_at": stored_time(message.stored_at),
        "request_id": message.request_id,
        "attributes": attributes,
        **state_values(message),
    }


def state_values(message: Message) -> Values:
    """Give the columns that change while a message is dealt with, and the one to find it by."""
    look_at = message.look_at
    return {
        "id": message.id,
        "state": str(message.state),
        "turn_id": message.turn_id,
        "joined": message.joined,
        "tries": message.tries,
        "outcome": message.outcome,
        "due_at": message.due_at and stored_time(message.due_at),
        "look_at": look_at and stored_time(look_at),
    }


def turn_of(row: Row) -> Turn:
    """Build a turn from the `TURN` columns."""
    return Turn(
        id=TurnId(row["id"]),
        session_id=row["session_id"],
        fence=row["fence"],
        holder_id=row["holder_id"],
        message_ids=tuple(json.loads(row["message_ids"])),
        started_at=time_of(row["started_at"]),
        ended_at=None if (ended := row["ended_at"]) is None else time_of(ended),
        outcome=row["outcome"],
        note=row["note"],
    )


def turn_values(turn: Turn) -> Values:
    """Give the `TURN` columns of a turn."""
    return {
        "session_id": turn.session_id,
        "fence": turn.fence,
        "id": turn.id,
        "holder_id": turn.holder_id,
        "message_ids": json.dumps(turn.message_ids),
        "started_at": stored_time(turn.started_at),
        "ended_at": turn.ended_at and stored_time(turn.ended_at),
        "outcome": turn.outcome,
        "note": turn.note,
    }
