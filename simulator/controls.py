"""The verbs with which tests, the demo and benchmarks drive the simulator."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from simulator.faults import EnvelopeFault, MethodFault
from simulator.sockets import DisconnectReason
from simulator.values import (
    ApiCall,
    Channel,
    ChannelKind,
    Delivery,
    Happening,
    Json,
    Message,
    Reaction,
    User,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What an app needs to reach this workspace, and who it is there."""

    base_url: str
    bot_token: str
    app_token: str
    signing_secret: str
    team_id: str
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionTimes:
    """One mention of a burst; times in seconds on the machine's monotonic clock.

    `first_reply_at`: the bot's first post in the thread after it. `answered_at`: the first one
    that contains what the burst was told to look for.
    """

    number: int
    channel: str
    ts: str
    thread_ts: str
    sent_at: float
    acked_at: float | None
    first_reply_at: float | None
    answered_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`sending_seconds`: how long the simulator took to hand all envelopes to the sockets."""

    mentions: tuple[MentionTimes, ...]
    sending_seconds: float


class Controls(Protocol):
    """The same in process and over HTTP. Users and channels go by name or id (`ann`,
    `#incidents`; `@ann` is Ann's direct messages with the bot); timeouts are in seconds.

    Failures are `SimulatorError`s: `NoSuchThing`, `Refused`, `WaitedInVain`.
    """

    async def connection(self) -> Connection: ...

    async def post(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        mention_bot: bool = False,
        broadcast: bool = False,
        files: Sequence[Json] = (),
    ) -> Message:
        """A person writes: names and links in `text` become what Slack makes of them.
        `mention_bot` puts a mention of the bot in front.
        """
        ...

    async def post_alert(
        self,
        bot: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Message:
        """Another app posts (`bot_message`); `text` is taken as it is."""
        ...

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Message: ...

    async def delete(self, user: str, channel: str, ts: str) -> None: ...

    async def react(self, user: str, channel: str, ts: str, name: str) -> None: ...

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None: ...

    async def click(self, user: str, channel: str, ts: str, action_id: str) -> None:
        """Click a button of a message. `Refused` if interactivity is off in the manifest."""
        ...

    async def stop(self, user: str, channel: str, thread_ts: str) -> None:
        """Press the stop button that Slack shows while the agent's session is `processing`;
        `Refused` where there is none.
        """
        ...

    async def add_user(
        self, name: str, real_name: str, *, restricted: bool = False, stranger: bool = False
    ) -> User: ...

    async def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "channel",
        members: Sequence[str] = (),
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """A channel with these members (none named: Ann, Ben and Chloe); found again by name."""
        ...

    async def join(self, user: str, channel: str) -> None: ...

    async def leave(self, user: str, channel: str) -> None: ...

    async def send_event(self, event: Json) -> str:
        """Send any event the app is subscribed to (`Refused` otherwise); its event id."""
        ...

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """A thread (root first), or what the channel shows outside its threads; oldest first."""
        ...

    async def ephemerals(self, user: str | None = None, *, unseen: bool = False) -> list[Message]:
        """The lines that one person sees; or those that Slack took and shows to nobody."""
        ...

    async def reactions(self, channel: str, ts: str) -> list[Reaction]: ...

    async def status(self, channel: str, thread_ts: str) -> str:
        """What `assistant.threads.setStatus` shows in the thread now; "" for nothing."""
        ...

    async def session_status(self, channel: str, thread_ts: str) -> str:
        """The agent session's lifecycle: `processing`, `active`, …; "" where there is none."""
        ...

    async def api_calls(self, method: str | None = None) -> list[ApiCall]: ...

    async def deliveries(self, event: str | None = None) -> list[Delivery]:
        """Every attempt so far, in the order of sending; of one event type if named."""
        ...

    async def sockets(self) -> list[int]: ...

    async def clear_logs(self) -> None: ...

    async def transcript(
        self, channel: str | None = None, thread_ts: str | None = None
    ) -> str: ...

    async def wait_for_replies(
        self,
        channel: str,
        thread_ts: str,
        *,
        after: str = "",
        count: int = 1,
        containing: str | None = None,
        timeout: float = 10.0,
    ) -> list[Message]:
        """The bot's posts in a thread, later than the ts `after`, once there are `count` of them
        that show the text `containing`. `WaitedInVain` carries the thread as it then stands.
        """
        ...

    async def wait_for_sockets(self, count: int = 1, *, timeout: float = 10.0) -> None: ...

    async def wait_quiet(self, seconds: float = 0.2, *, timeout: float = 10.0) -> None:
        """Until nothing has happened for that long and no delivery waits for an ack or a retry."""
        ...

    async def fail_method(self, fault: MethodFault) -> None: ...

    async def fail_envelopes(self, fault: EnvelopeFault) -> None: ...

    async def clear_faults(self) -> None: ...

    async def release_calls(self) -> None:
        """Let every call that a fault is holding go on, in the order of their coming."""
        ...

    async def set_limits(self, enabled: bool) -> None: ...

    async def deliver_to(self, url: str | None) -> None:
        """Deliver over HTTP to that URL from now on, signed, after it passed url_verification
        (`Refused` otherwise); None: over Socket Mode again.
        """
        ...

    async def disconnect_sockets(
        self, reason: DisconnectReason, socket: int | None = None
    ) -> None: ...

    async def reset_sockets(self, socket: int | None = None) -> None: ...

    async def freeze_sockets(self, socket: int | None = None) -> None:
        """Half-open from now on: no ping is answered, nothing is read or sent."""
        ...

    async def thaw_sockets(self, socket: int | None = None) -> None: ...

    async def refuse_handshakes(self, count: int = 1) -> None:
        """The next handshakes of the app fail; each uses up the address that it was made with."""
        ...

    async def prepare_threads(self, count: int, *, channels: int = 1) -> list[Message]:
        """Roots of `count` threads in channels `load-1`, `load-2`…; the app hears nothing."""
        ...

    async def burst(
        self,
        mentions: int,
        *,
        threads: Sequence[Message] = (),
        thread_count: int | None = None,
        channels: int = 1,
        text: str = "mention {n}",
        answer_contains: str | None = None,
        timeout: float = 60.0,
    ) -> Burst:
        """Mention the bot that many times at once, spread over `threads` or over `thread_count`
        new ones (None: one each) in as many channels, and wait until each is acked and answered
        or the time is up. `{n}` in the texts is the mention's number.
        """
        ...

    def stream(self) -> AbstractAsyncContextManager[AsyncIterator[Happening]]:
        """Everything that happens from entering on."""
        ...
