"""The values the library speaks in: threads, sessions, leases, messages, turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

SessionId = NewType("SessionId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)


class SessionSource(StrEnum):
    """Where a session's conversation takes place."""

    SLACK = "slack"
    WEB = "web"
    CLI = "cli"


class MessageKind(StrEnum):
    """What an entry of the timeline is: a person's question or request, or the bot's answer."""

    QUESTION = "question"
    STOP = "stop"
    APPROVAL = "approval"
    BIND = "bind"
    MUTE = "mute"
    UNMUTE = "unmute"
    ANSWER = "answer"


class MessageState(StrEnum):
    """`OPEN` until a turn ends it (an answer: until it is posted); `PARKED` awaits an approval."""

    OPEN = "open"
    PARKED = "parked"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a turn ended: all but `INTERRUPTED` close its messages, `WAITING` parks them."""

    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackThread:
    """A Slack thread: the installation's team, the channel, the root message's `ts`."""

    team_id: str
    channel_id: str
    thread_ts: str

    def __post_init__(self) -> None:
        if not (self.team_id and self.channel_id and self.thread_ts):
            raise ValueError(f"a Slack thread needs team, channel and thread ts, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The stored, expiring claim on a session. Times are the engine's, aware UTC."""

    holder_id: str
    fence: int
    """The number of the acquisition; the session's own `fence` while the lease lasts."""
    acquired_at: datetime
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the lease is free again: from the very instant of `expires_at` on."""
        return now >= self.expires_at

    def claim_on(self, session_id: SessionId) -> "Claim":
        """Name the acquisition, for the writes that rest on it."""
        return Claim(session_id=session_id, holder_id=self.holder_id, fence=self.fence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The conversation record. `fence` counts acquisitions and never falls."""

    id: SessionId
    source: SessionSource
    thread: SlackThread | None
    ticket_id: str | None
    user_id: str
    created_at: datetime
    last_active_at: datetime
    """When it was created, a message was taken in, or a turn ended, whichever came last."""
    lease: Lease | None = None
    fence: int = 0
    notice_owed: bool = False
    """The "Starting a new investigation" notice of a new Slack session is not recorded yet."""
    muted: bool = False
    memory: Mapping[str, Any] = field(default_factory=dict)
    """JSON that the last finished turn left for the next one; the library never reads it."""

    def held_at(self, now: datetime) -> bool:
        """Tell whether somebody holds the session at `now` (the engine's clock)."""
        return self.lease is not None and not self.lease.is_expired(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What a session is created from; the engine adds the times."""

    id: SessionId
    source: SessionSource
    thread: SlackThread | None
    ticket_id: str | None
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to store. `attributes` is JSON that the library keeps and never reads."""

    id: MessageId
    """Unique per store: from `ids.slack_message_id` for a Slack message."""
    author_id: str
    text: str
    sent_at: datetime
    """Aware, in any zone; kept as UTC."""
    request_id: str
    kind: MessageKind = MessageKind.QUESTION
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.sent_at.tzinfo is None:
            raise ValueError(f"sent_at needs a time zone, got {self.sent_at}")
        object.__setattr__(self, "sent_at", self.sent_at.astimezone(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry of a session's timeline, ordered by `sent_at`, then `id`."""

    id: MessageId
    session_id: SessionId
    kind: MessageKind
    author_id: str
    text: str
    sent_at: datetime
    stored_at: datetime
    request_id: str
    attributes: Mapping[str, Any]
    state: MessageState = MessageState.OPEN
    turn_id: TurnId | None = None
    """The last turn that took it up; of an answer, the turn that gave it."""
    tries: int = 0
    """Turns that took it up, the running one included; not those handed back or `waiting`."""
    outcome: Outcome | None = None

    @property
    def is_open(self) -> bool:
        """Whether the message still waits for a turn (an answer: for being posted)."""
        return self.state is MessageState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRequest:
    """Who wants a lease, and for how long."""

    holder_id: str
    ttl: timedelta
    asked_at: float = 0.0
    """The asker's own monotonic clock, in seconds, from before the store is asked."""

    def granted(self, now: datetime, *, fence: int) -> Lease:
        """Make the lease that is asked for."""
        expires_at = now + self.ttl
        return Lease(holder_id=self.holder_id, fence=fence, acquired_at=now, expires_at=expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Names one acquisition. Every write of a turn carries it, and a stale one is refused."""

    session_id: SessionId
    holder_id: str
    fence: int

    @property
    def turn_id(self) -> TurnId:
        """The id of the one turn that this acquisition may run."""
        return TurnId(f"{self.session_id}#{self.fence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message that was taken in."""

    session: Session
    created: bool
    message: Message
    is_new: bool
    """False for a duplicate; `message` is then the stored one."""
    claim: Claim | None = None
    """Set if the same write took the lease; the turn has then begun with this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One run over open messages; `outcome` is None while it runs."""

    id: TurnId
    session_id: SessionId
    fence: int
    holder_id: str
    message_ids: tuple[MessageId, ...]
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    note: str | None = None
    """Why it failed or who stopped it, for operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """What the one commit that ends a turn writes."""

    outcome: Outcome
    message_ids: tuple[MessageId, ...] = ()
    """The messages it closes (`WAITING`: parks), whether or not the turn took them up."""
    answer: NewMessage | None = None
    """Stored open, because it is still to be posted."""
    delivered: MessageId | None = None
    """An earlier turn's answer that this turn posted: closed with it."""
    note: str | None = None
    notice_posted: bool = False
    muted: bool | None = None
    memory: Mapping[str, Any] | None = None
    """Replaces the session's memory; None keeps it."""
    release: bool = False
    """End the lease in the same commit, where no post is owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """All that is stored of one session, for moving it between stores."""

    session: Session
    messages: tuple[Message, ...]
    turns: tuple[Turn, ...]
