"""Verbs to read the workspace and to wait for something in it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from simulator.values import ApiCall, Delivery, Happening, Message, Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The addresses and tokens with which an app reaches this workspace, and its ids there."""

    base_url: str
    bot_token: str
    app_token: str
    signing_secret: str
    team_id: str
    bot_user_id: str
    bot_id: str


class Reading(Protocol):
    """Timeouts are in seconds; a wait in vain raises `WaitedInVain`."""

    async def describe(self) -> Connection: ...

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """A thread (root first), or what the channel shows outside its threads; oldest first."""
        ...

    async def ephemerals(self, user: str | None = None, *, unseen: bool = False) -> list[Message]:
        """The lines that one person sees; or those that Slack took and shows to nobody."""
        ...

    async def reactions_on(self, channel: str, ts: str) -> list[Reaction]: ...

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

    async def transcript_of(
        self, channel: str | None = None, thread_ts: str | None = None
    ) -> str: ...

    async def wait_for_posts(
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

    def stream(self) -> AbstractAsyncContextManager[AsyncIterator[Happening]]:
        """Everything that happens from entering on."""
        ...
