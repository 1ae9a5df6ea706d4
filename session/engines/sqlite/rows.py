"""Between rows and the library's values."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from session.models import (
    Lease,
    Message,
    MessageKind,
    MessageState,
    NewMessage,
    Outcome,
    Session,
    SessionId,
    SessionSource,
    SlackThread,
    Turn,
    TurnId,
)

SESSION = (
    "id, source, team_id, channel_id, thread_ts, ticket_id, user_id, created_at, last_active_at,"
    " holder_id, acquired_at, expires_at, fence, notice_owed, muted, memory"
)
MESSAGE = (
    "id, session_id, kind, author_id, text, sent_at, stored_at, request_id, attributes, state,"
    " turn_id, tries, outcome"
)
TURN = "session_id, fence, id, holder_id, message_ids, started_at, ended_at, outcome, note"

Row = tuple[Any, ...]

_NOTHING = "{}"

# A look-up costs a tenth of calling the enumeration.
_SOURCES = {one.value: one for one in SessionSource}
_KINDS = {one.value: one for one in MessageKind}
_STATES = {one.value: one for one in MessageState}
_OUTCOMES: dict[str | None, Outcome | None] = {None: None, **{one.value: one for one in Outcome}}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
    # fmt: off
    (id_, source, team, channel, ts, ticket, user, created, active,
     holder, acquired, expires, fence, notice_owed, muted, memory) = row
    # fmt: on
    thread = lease = None
    if team is not None:
        thread = SlackThread(team_id=team, channel_id=channel, thread_ts=ts)
    if holder is not None:
        acquired_at, expires_at = time_of(acquired), time_of(expires)
        lease = Lease(
            holder_id=holder, fence=fence, acquired_at=acquired_at, expires_at=expires_at
        )
    return Session(
        id=id_,
        source=_SOURCES[source],
        thread=thread,
        ticket_id=ticket,
        user_id=user,
        created_at=time_of(created),
        last_active_at=time_of(active),
        lease=lease,
        fence=fence,
        notice_owed=notice_owed == 1,
        muted=muted == 1,
        memory=_json_of(memory),
    )


def message_of(row: Row) -> Message:
    """Build a message from the `MESSAGE` columns."""
    # fmt: off
    (id_, session, kind, author, text, sent, stored, request, attributes,
     state, turn, tries, outcome) = row
    # fmt: on
    return Message(
        id=id_,
        session_id=session,
        kind=_KINDS[kind],
        author_id=author,
        text=text,
        sent_at=time_of(sent),
        stored_at=time_of(stored),
        request_id=request,
        attributes=_json_of(attributes),
        state=_STATES[state],
        turn_id=turn,
        tries=tries,
        outcome=_OUTCOMES[outcome],
    )


def turn_of(row: Row) -> Turn:
    """Build a turn from the `TURN` columns."""
    session, fence, id_, holder, message_ids, started, ended, outcome, note = row
    return Turn(
        id=TurnId(id_),
        session_id=SessionId(session),
        fence=fence,
        holder_id=holder,
        message_ids=tuple(json.loads(message_ids)),
        started_at=time_of(started),
        ended_at=None if ended is None else time_of(ended),
        outcome=_OUTCOMES[outcome],
        note=note,
    )


def storable_text(text: str) -> str:
    """Replace what UTF-8 cannot say: a lone half of a character, as JSON may carry one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def stored_json(value: Mapping[str, Any]) -> str:
    """Turn what the library keeps and never reads into text, and fail where that is impossible."""
    return json.dumps(dict(value)) if value else _NOTHING


def _json_of(text: str) -> Any:
    return {} if text == _NOTHING else json.loads(text)


def message_row(new: NewMessage, session_id: str) -> Row:
    """Give the `MESSAGE` columns of a message that is open, untouched, and not yet stored."""
    return (
        new.id,
        session_id,
        new.kind.value,
        new.author_id,
        storable_text(new.text),
        stored_time(new.sent_at),
        None,
        new.request_id,
        stored_json(new.attributes),
        MessageState.OPEN.value,
        None,
        0,
        None,
    )
