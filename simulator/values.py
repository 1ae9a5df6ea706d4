"""The values of the workspace, and the events in it. They also travel as JSON."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["channel", "group", "im", "mpim"]
"""Slack's `channel_type`: public, private, direct message, group direct message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    bot_id: str | None = None
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    """Also true of a guest who may see a single channel."""
    is_deleted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    """True also for a program that has a user and no `bot_id`."""
    tz: str = "Europe/London"
    tz_offset: int = 0
    """Seconds, daylight saving included."""
    enterprise_id: str | None = None
    """Of a member whose home is another workspace of the same Enterprise Grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    members: frozenset[str] = frozenset()
    is_ext_shared: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The contents of a message."""

    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands now. `posted_at` is on the simulator's monotonic clock."""

    channel: str
    ts: str
    text: str
    posted_at: float
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    team_id: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Json | None = None
    client_msg_id: str | None = None
    edited_ts: str | None = None
    edited_by: str | None = None
    deleted: bool = False
    only_for: str | None = None
    unseen: bool = False
    """True for an ephemeral message that Slack took and shows to nobody."""

    @property
    def root_ts(self) -> str:
        """The `ts` that names the message's thread; a root message names its own."""
        return self.thread_ts or self.ts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One Web API call. Times are on the simulator's monotonic clock; the token is left out."""

    method: str
    arguments: Json
    started_at: float
    ended_at: float
    status: int
    error: str | None = None


DeliveryOutcome = Literal["pending", "acked", "missed", "no_socket"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to hand an envelope to the app.

    `outcome`: `acked` in time, `missed` the ack clock, or `no_socket` was open. `acked_at` is
    also set by an ack that came too late or was ignored on purpose.
    """

    envelope_id: str
    event_id: str
    event: str
    attempt: int
    socket: int | None
    sent_at: float
    channel: str | None = None
    ts: str | None = None
    retry_reason: str = ""
    outcome: DeliveryOutcome = "pending"
    acked_at: float | None = None

    @property
    def ack_seconds(self) -> float | None:
        return None if self.acked_at is None else self.acked_at - self.sent_at


HappeningKind = Literal[
    "message_posted",
    "message_changed",
    "message_deleted",
    "ephemeral_posted",
    "reaction_added",
    "reaction_removed",
    "status_set",
    "session_status_set",
    "channel_joined",
    "channel_left",
    "socket_opened",
    "socket_closed",
    "envelope_sent",
    "envelope_done",
    "ack_ignored",
    "api_called",
    "call_held",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened, in the order it happened; `at` is on the monotonic clock.

    `word` is the emoji of a reaction, the text of a status, why a socket closed, or the method of
    a call that is being held. `line` is what a person in Slack would see of it; "" for what stays
    behind the scenes.
    """

    kind: HappeningKind
    at: float
    channel: str | None = None
    user: str | None = None
    word: str | None = None
    message: Message | None = None
    previous: Message | None = None
    delivery: Delivery | None = None
    call: ApiCall | None = None
    socket: int | None = None
    line: str = ""
