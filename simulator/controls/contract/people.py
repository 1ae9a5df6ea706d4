"""Verbs of people and of other apps."""

from collections.abc import Sequence
from typing import Protocol

from simulator.values import Json, Message


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
        ago: float = 0.0,
    ) -> Message:
        """A person writes: names and links in `text` become what Slack makes of them.
        `mention_bot` puts a mention of the bot in front. A file is at least its `name`; with
        `content`, its text, it can be read under `url_private`. `ago`: how many seconds old the
        message is to be; it is later than all that is there anyway.
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
        is_classic: bool = True,
        ago: float = 0.0,
    ) -> Message:
        """Another app posts; `text` is taken as it is. A classic app, or a webhook, posts a
        `bot_message` under a name of its own; others post as their bot user. `ago`: as in `post`.
        """
        ...

    async def update_alert(
        self,
        bot: str,
        channel: str,
        ts: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Message:
        """Another app replaces what it posted, by `chat.update`: no mark says so."""
        ...

    async def forward(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        to: str,
        text: str = "",
        thread_ts: str | None = None,
        mention_bot: bool = False,
    ) -> Message:
        """Forward a message to another conversation (or into a thread), with or without words."""
        ...

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Message: ...

    async def delete(self, user: str, channel: str, ts: str) -> None: ...

    async def react(self, user: str, channel: str, ts: str, name: str) -> None: ...

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None: ...

    async def click(
        self, user: str, channel: str, ts: str, action_id: str, *, option: str | None = None
    ) -> None:
        """Click a button of a message, or choose of a menu the `option` with that value.
        `Refused` if interactivity is off in the manifest.
        """
        ...

    async def stop(self, user: str, channel: str, thread_ts: str) -> None:
        """Press the stop button that Slack shows while the agent's session is `processing`;
        `Refused` where there is none.
        """
        ...
