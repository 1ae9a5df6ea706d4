"""What people, other apps and administrators do."""

from collections.abc import Sequence
from typing import Protocol

from simulator.values import Channel, ChannelKind, Json, Message, User


class People(Protocol):
    """Whoever may not do a thing in Slack's own client gets `Refused`."""

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
