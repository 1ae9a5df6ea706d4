"""The rules by which sessions and messages begin, are ordered, and change between turns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from session.messages import (
    ANSWER,
    Message,
    MessageId,
    MessageState,
    NewMessage,
    SessionId,
    TurnId,
    as_utc,
)
from session.models import (
    Claim,
    Lease,
    NewSession,
    Outcome,
    Session,
    SessionSource,
)


def created(
    new: NewSession, now: datetime, *, provisional: bool = False, lease: Lease | None = None
) -> Session:
    """Make a new session's first state; a Slack one owes its notice."""
    return Session(
        id=new.id,
        source=new.source,
        thread=new.thread,
        ticket_id=new.ticket_id,
        user_id=new.user_id,
        created_at=now,
        last_active_at=now,
        lease=lease,
        fence=0 if lease is None else lease.fence,
        notice_owed=new.source is SessionSource.SLACK,
        provisional=provisional,
    )


def taking_in(
    before: Session | None,
    new: NewSession,
    message: NewMessage,
    now: datetime,
    lease: Lease | None = None,
) -> Session:
    """Return the session with one message more, and with the lease that came with it, if one did.

    One that is parked, or provisional itself, makes it provisional at most.
    """
    counts = not (message.parked or message.provisional)
    if before is None:
        return created(new, now, provisional=not counts, lease=lease)
    return replace(
        before,
        last_active_at=now,
        provisional=before.provisional and not counts,
        lease=before.lease if lease is None else lease,
        fence=before.fence if lease is None else lease.fence,
    )


def stored(
    session_id: SessionId,
    new: NewMessage,
    attributes: Mapping[str, Any],
    now: datetime,
    turn_id: TurnId | None = None,
    tries: int = 0,
) -> Message:
    """Make a new message's first state; `attributes` are a copy that nobody else has.

    A turn that begins with it has taken it up already, in one try.
    """
    return Message(
        id=new.id,
        session_id=session_id,
        kind=str(new.kind),
        author_id=new.author_id,
        text=new.text,
        sent_at=new.sent_at,
        stored_at=now,
        request_id=new.request_id,
        attributes=attributes,
        state=MessageState.PARKED if new.parked else MessageState.OPEN,
        turn_id=turn_id,
        tries=tries,
        due_at=new.due_at,
    )


def timeline_order(message: Message) -> tuple[datetime, MessageId]:
    """Sort the entries of a session."""
    return message.sent_at, message.id


def inbox_order(message: Message) -> tuple[bool, datetime, MessageId]:
    """Sort what is open in a session: an unposted answer comes first."""
    return message.kind != ANSWER, message.sent_at, message.id


def due_order(message: Message) -> tuple[datetime, MessageId]:
    """Sort what is due in all sessions."""
    return message.look_at or message.stored_at, message.id


def settled(message: Message, outcome: str | None, *, blank: bool) -> Message | None:
    """Open or close a parked message without a lease; None if it is not parked.

    Raises `ValueError` if it is to be opened and blanked.
    """
    if blank and outcome is None:
        raise ValueError("only a message that is closed is blanked: give an outcome")
    if message.state is not MessageState.PARKED:
        return None
    if outcome is None:
        return _reopened(message)
    closed = replace(message, state=MessageState.CLOSED, outcome=str(outcome), due_at=None)
    return replace(closed, text="", attributes={}) if blank else closed


def _reopened(message: Message) -> Message:
    """Have it wait for the next turn, as if none had taken it up."""
    return replace(
        message,
        state=MessageState.OPEN,
        outcome=None,
        turn_id=None,
        joined=False,
        due_at=None,
    )


def is_left_bare(session: Session, entries: Sequence[Message], now: datetime) -> bool:
    """Tell whether a session goes with its last message, which was settled and blanked."""
    return session.provisional and len(entries) == 1 and not session.held_at(now)


def amended(
    message: Message,
    text: str | None,
    attributes: Mapping[str, Any] | None,
    *,
    reopen: bool,
    newer_by: str | None,
) -> Message:
    """Replace what a person wrote, unless a turn has ended it and it is not to be reopened."""
    if message.kind == ANSWER:
        return message
    if newer_by is not None and not _is_newer(attributes or {}, message.attributes, newer_by):
        return message
    if message.state is MessageState.CLOSED:
        if not reopen:
            return message
        message = replace(_reopened(message), tries=0)
    return replace(
        message,
        text=message.text if text is None else text,
        attributes=_with(message.attributes, attributes),
    )


def _with(stored: Mapping[str, Any], new: Any) -> Any:
    """Add the new ones. All but a mapping is returned as it is: the check then refuses it."""
    if new is None:
        return stored
    return {**stored, **new} if isinstance(new, Mapping) else new


def _is_newer(new: Mapping[str, Any], stored: Mapping[str, Any], name: str) -> bool:
    return bool(stored) and str(new.get(name, "")) > str(stored.get(name, ""))


def postponed(message: Message, claim: Claim, due_at: datetime) -> Message:
    """Move the time at which an open entry is looked at."""
    if message.session_id != claim.session_id or message.state is not MessageState.OPEN:
        return message
    return replace(message, due_at=as_utc("due_at", due_at))


def closed(message: Message, claim: Claim, outcome: str) -> Message:
    """Close an entry of any kind under a claim; an answer stays its own turn's."""
    if message.session_id != claim.session_id or message.state is MessageState.CLOSED:
        return message
    turn_id = message.turn_id if message.kind == ANSWER else claim.turn_id
    outcome = str(outcome)
    return replace(
        message, state=MessageState.CLOSED, outcome=outcome, turn_id=turn_id, due_at=None
    )


def delivered(message: Message, claim: Claim) -> Message:
    """Close an answer that has been posted; nothing else can be delivered."""
    return closed(message, claim, Outcome.ANSWERED) if message.kind == ANSWER else message
