"""The values the library speaks in: threads, sessions, leases, claims, turns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from session.messages import Message, MessageId, NewMessage, SessionId, TurnId, as_utc
from session.sightings import Sighting


class SessionSource(StrEnum):
    """Where a session's conversation takes place."""

    SLACK = "slack"
    WEB = "web"
    CLI = "cli"


class Outcome(StrEnum):
    """How a turn can end. Stored values are read as `str`: a later version may know more."""

    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    PARKED = "parked"


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
    provisional: bool = False
    """Made by parked and provisional messages only: to those who ask about the thread it has no
    session yet."""

    def held_at(self, now: datetime) -> bool:
        """Tell whether somebody holds the session at `now` (the engine's clock)."""
        return self.lease is not None and not self.lease.is_expired(now)

    def is_held_by(self, claim: "Claim") -> bool:
        """Tell whether the claim's (holder, fence) is the stored pair, expired or not."""
        return (
            self.lease is not None
            and self.lease.holder_id == claim.holder_id
            and self.fence == claim.fence
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """The values of a new session; the engine adds the times."""

    id: SessionId
    source: SessionSource
    thread: SlackThread | None
    ticket_id: str | None
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRequest:
    """A request for a lease: the holder, and the time it is to last."""

    holder_id: str
    ttl: timedelta

    def granted(self, now: datetime, *, fence: int) -> Lease:
        """Make the lease that is asked for."""
        expires_at = now + self.ttl
        return Lease(holder_id=self.holder_id, fence=fence, acquired_at=now, expires_at=expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Names one acquisition. Every write of a turn carries it, and a stale one is refused.

    It is used through the repository that took it: an engine may remember there what only the
    holder changes.
    """

    session_id: SessionId
    holder_id: str
    fence: int

    @property
    def turn_id(self) -> TurnId:
        """The id of the one turn that this acquisition may run."""
        return TurnId(f"{self.session_id}#{self.fence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The result of taking in a message."""

    session: Session
    created: bool
    message: Message
    is_new: bool
    """False for a duplicate; `message` is then the stored one."""
    claim: Claim | None = None
    """Set if the same write took the lease; the turn has then begun with this message.

    `Resolver` has then put the lease down in the lock service, where `try_acquire` finds it.
    """


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
    outcome: str | None = None
    note: str | None = None
    """Why it failed or who stopped it, for operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """The changes of a session at a turn's end."""

    notice_posted: bool = False
    muted: bool | None = None
    """None leaves it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """JSON that is kept for one session under a name, from turn to turn.

    It is what an investigator remembers, or the files of an answer.
    """

    name: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """JSON that a turn left about itself."""

    turn_id: TurnId
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """The contents of the one commit that ends a turn."""

    outcome: str
    message_ids: tuple[MessageId, ...] = ()
    """The messages it closes (`PARKED`: parks), whether or not the turn took them up."""
    answer: NewMessage | None = None
    """Stored open, because it is still to be posted."""
    note: str | None = None
    session: SessionChange = SessionChange()
    notebook: Notebook | None = None
    """Replaces the notebook of that name; None keeps every one."""
    parked_until: datetime | None = None
    """When the messages that it parks are to be looked at, aware; None: as each has it."""
    more_notebooks: tuple[Notebook, ...] = ()
    """Others that it replaces: the files of the answer, for a successor that attaches them."""
    audit: Mapping[str, Any] | None = None
    """Replaces the turn's audit; None keeps it."""
    sightings: tuple[Sighting, ...] | None = None
    """Replaces all that was seen in the session; None keeps it."""
    release: bool = False
    """End the lease in the same commit, where no post is owed."""

    def __post_init__(self) -> None:
        if self.parked_until is not None:
            object.__setattr__(self, "parked_until", as_utc("parked_until", self.parked_until))

    @property
    def notebooks(self) -> tuple[Notebook, ...]:
        """All that it writes."""
        if self.notebook is None:
            return self.more_notebooks
        return (self.notebook, *self.more_notebooks)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """All that is stored of one session, for moving it between stores."""

    session: Session
    messages: tuple[Message, ...]
    turns: tuple[Turn, ...]
    notebooks: tuple[Notebook, ...] = ()
    audits: tuple[Audit, ...] = ()
    sightings: tuple[Sighting, ...] = ()
