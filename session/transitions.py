"""How a message and a turn change: pure rules, for engines that write whole values."""

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from session.models import (
    Claim,
    Message,
    MessageKind,
    MessageState,
    NewMessage,
    NewSession,
    Outcome,
    Session,
    SessionId,
    SessionSource,
    Turn,
)


def created(new: NewSession, now: datetime) -> Session:
    """Make a new session's first state; a Slack one owes its notice."""
    return Session(
        id=new.id,
        source=new.source,
        thread=new.thread,
        ticket_id=new.ticket_id,
        user_id=new.user_id,
        created_at=now,
        last_active_at=now,
        notice_owed=new.source is SessionSource.SLACK,
    )


def stored(session_id: SessionId, new: NewMessage, now: datetime) -> Message:
    """Make a new message's first state, which shares nothing with the caller's."""
    return Message(
        id=new.id,
        session_id=session_id,
        kind=new.kind,
        author_id=new.author_id,
        text=new.text,
        sent_at=new.sent_at,
        stored_at=now,
        request_id=new.request_id,
        attributes=copy.deepcopy(new.attributes),
    )


def begun(claim: Claim, now: datetime) -> Turn:
    """Make the turn of an acquisition, with no message taken up yet."""
    return Turn(
        id=claim.turn_id,
        session_id=claim.session_id,
        fence=claim.fence,
        holder_id=claim.holder_id,
        message_ids=(),
        started_at=now,
    )


def awaits_a_turn(message: Message) -> bool:
    """Tell whether a turn may take it up or end it: a person's, and not ended yet."""
    return message.kind is not MessageKind.ANSWER and message.state is not MessageState.CLOSED


def taken_up(message: Message, turn: Turn) -> Message:
    """Take it up in the turn, counting one try for any number of times in a row."""
    counted = message.is_open and message.turn_id == turn.id
    tries = message.tries if counted else message.tries + 1
    return replace(message, state=MessageState.OPEN, outcome=None, turn_id=turn.id, tries=tries)


def handed_back(message: Message, turn: Turn) -> Message:
    """Make it as if the turn had not touched it; only an open message can be handed back."""
    if not message.is_open or message.turn_id != turn.id:
        return message
    return replace(message, turn_id=None, tries=message.tries - 1)


def ended(message: Message, turn: Turn, outcome: Outcome) -> Message:
    """End it with the turn: closed, or parked (for `WAITING`), where its try does not count."""
    if outcome is Outcome.WAITING:
        untried = handed_back(message, turn)
        return replace(untried, state=MessageState.PARKED, outcome=outcome, turn_id=turn.id)
    return replace(message, state=MessageState.CLOSED, outcome=outcome, turn_id=turn.id)


def with_messages(turn: Turn, messages: Iterable[Message]) -> Turn:
    """Add messages to the turn, each once, in the order in which they came."""
    ids = (*turn.message_ids, *(message.id for message in messages))
    return replace(turn, message_ids=tuple(dict.fromkeys(ids)))
