"""The entries of a session's timeline: what people wrote, and what the bot answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NewType

SessionId = NewType("SessionId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)

ANSWER = "answer"
"""The one kind of entry that the library knows; what other kinds mean is its user's."""


class MessageState(StrEnum):
    """`OPEN`: for the next turn (an answer: not posted yet); `PARKED`: a person is waited for."""

    OPEN = "open"
    PARKED = "parked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to store. `attributes` is JSON that the library keeps and never reads."""

    id: MessageId
    """Unique per store: from `ids.slack_message_id` for a Slack message."""
    kind: str
    author_id: str
    text: str
    sent_at: datetime
    """Aware, in any zone; kept as UTC."""
    request_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    """When it is to be looked at, aware; None: at once, or for a parked one never."""
    parked: bool = False
    """Store it parked: no lease is taken with it."""
    provisional: bool = False
    """Leave its session provisional: a program wrote it, and nobody has asked anything yet."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sent_at", as_utc("sent_at", self.sent_at))
        if self.due_at is not None:
            object.__setattr__(self, "due_at", as_utc("due_at", self.due_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of a session's timeline, ordered by `sent_at`, then `id`."""

    id: MessageId
    session_id: SessionId
    kind: str
    """May be one that only a later version of the library's user knows."""
    author_id: str
    text: str
    sent_at: datetime
    stored_at: datetime
    request_id: str
    attributes: Mapping[str, Any]
    state: MessageState = MessageState.OPEN
    turn_id: TurnId | None = None
    """The last turn that took it up; of an answer, the turn that gave it."""
    joined: bool = False
    """Whether that turn took it up on the way, behind those that it began with."""
    tries: int = 0
    """Turns that took it up, the running one included; not those that handed back or parked it."""
    outcome: str | None = None
    due_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the message is for the next turn (an answer: still to be posted)."""
        return self.state is MessageState.OPEN

    @property
    def is_answer(self) -> bool:
        """Whether the bot wrote it, in answer to people's messages."""
        return self.kind == ANSWER

    @property
    def look_at(self) -> datetime | None:
        """When to look at it: `due_at`, or else, if it is open, when it was stored."""
        if self.state is MessageState.CLOSED:
            return None
        return self.due_at or (self.stored_at if self.state is MessageState.OPEN else None)


def as_utc(name: str, moment: datetime) -> datetime:
    """Return an aware time in UTC. Raises `ValueError` for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} needs a time zone, got {moment}")
    return moment.astimezone(UTC)
