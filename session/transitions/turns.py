"""The rules by which a turn changes its messages and, at its end, its session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from session.messages import ANSWER, Message, MessageId, MessageState, NewMessage
from session.models import (
    Claim,
    Outcome,
    Session,
    Turn,
    TurnEnd,
)
from session.transitions.messages import stored


def begun(claim: Claim, now: datetime, message_ids: tuple[MessageId, ...] = ()) -> Turn:
    """Make the turn of an acquisition, with the messages that came with it taken up."""
    return Turn(
        id=claim.turn_id,
        session_id=claim.session_id,
        fence=claim.fence,
        holder_id=claim.holder_id,
        message_ids=message_ids,
        started_at=now,
    )


def interrupted(turn: Turn, now: datetime) -> Turn:
    """End a turn that nobody ended, because the next one begins."""
    if turn.outcome is not None:
        return turn
    return replace(turn, outcome=str(Outcome.INTERRUPTED), ended_at=now)


def takes_up(
    turn: Turn, found: Iterable[Message], *, on_the_way: bool = False
) -> tuple[Turn, list[Message]]:
    """Have a turn run, and take up those that it may; return both as they are then."""
    taken = [message for message in found if awaits(message, turn)]
    ids = _merged(turn, taken)
    turn = replace(turn, message_ids=ids, outcome=None, ended_at=None, note=None)
    return turn, [taken_up(message, turn, on_the_way=on_the_way) for message in taken]


def awaits(message: Message, turn: Turn) -> bool:
    """Tell whether a turn may take it up or end it: a person's, and not closed yet."""
    return (
        message.session_id == turn.session_id
        and message.kind != ANSWER
        and message.state is not MessageState.CLOSED
    )


def taken_up(message: Message, turn: Turn, *, on_the_way: bool = False) -> Message:
    """Take it up in the turn, counting one try for any number of times in a row."""
    if message.state is MessageState.OPEN:
        tries = message.tries if message.turn_id == turn.id else message.tries + 1
        return replace(message, turn_id=turn.id, joined=on_the_way, tries=tries)
    return replace(
        message,
        state=MessageState.OPEN,
        outcome=None,
        turn_id=turn.id,
        joined=on_the_way,
        tries=message.tries + 1,
        due_at=None,
    )


def handed_back(message: Message, turn: Turn) -> Message:
    """Make it as if the turn had not touched it; only an open message can be handed back."""
    if (
        message.state is not MessageState.OPEN
        or message.kind == ANSWER
        or message.turn_id != turn.id
    ):
        return message
    return replace(message, turn_id=None, joined=False, tries=message.tries - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The records after the end of a turn."""

    session: Session
    turn: Turn
    messages: list[Message]
    """Those that it may have changed, as they are then."""


def touched_by(turn: Turn, end: TurnEnd) -> tuple[MessageId, ...]:
    """Name the messages that a turn's end may change: an engine looks them up for `ends`."""
    return tuple(dict.fromkeys((*_named_by(end), *turn.message_ids)))


def ends(
    session: Session, turn: Turn, end: TurnEnd, found: Iterable[Message], now: datetime
) -> Ended:
    """End a turn: the messages it names with its outcome, the others that it took up untouched."""
    messages, named = list(found), set(_named_by(end))
    ending = [message for message in messages if message.id in named and awaits(message, turn)]
    left = [handed_back(message, turn) for message in messages if message.id not in named]
    return Ended(
        session=_after(session, end, now),
        turn=replace(
            turn,
            message_ids=_merged(turn, ending),
            outcome=str(end.outcome),
            ended_at=now,
            note=end.note,
        ),
        messages=[*(_ended(message, turn, end) for message in ending), *left],
    )


def answer_of(
    turn: Turn, answer: NewMessage, attributes: Mapping[str, Any], now: datetime
) -> Message:
    """Make a turn's answer, which is still to be posted."""
    return stored(turn.session_id, answer, attributes, now, turn.id)


def _named_by(end: TurnEnd) -> tuple[MessageId, ...]:
    """An interrupted turn ends none of its messages."""
    return () if end.outcome == Outcome.INTERRUPTED else end.message_ids


def _after(session: Session, end: TurnEnd, now: datetime) -> Session:
    change = end.session
    return replace(
        session,
        last_active_at=now,
        lease=None if end.release else session.lease,
        notice_owed=session.notice_owed and not change.notice_posted,
        muted=session.muted if change.muted is None else change.muted,
    )


def _ended(message: Message, turn: Turn, end: TurnEnd) -> Message:
    """Close it with the turn, or park it, where its try does not count."""
    outcome = str(end.outcome)
    if outcome == Outcome.PARKED:
        return replace(
            handed_back(message, turn),
            state=MessageState.PARKED,
            outcome=outcome,
            turn_id=turn.id,
            due_at=end.parked_until or message.due_at,
        )
    return replace(
        message, state=MessageState.CLOSED, outcome=outcome, turn_id=turn.id, due_at=None
    )


def _merged(turn: Turn, messages: Iterable[Message]) -> tuple[MessageId, ...]:
    """Name the turn's messages and some more, each once, in the order in which they came."""
    return tuple(dict.fromkeys([*turn.message_ids, *[message.id for message in messages]]))
