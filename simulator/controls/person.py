"""A person in the workspace whom a test directs."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.controls.contract import Controls
from simulator.values import Json, Message


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace. Channels by name or id; messages as the verbs returned them."""

    name: str
    controls: Controls

    async def mention(self, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write `text` with a mention of the bot in front."""
        return await self.controls.post(
            self.name, channel, text, thread_ts=thread_ts, mention_bot=True
        )

    async def say(
        self,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        broadcast: bool = False,
        files: Sequence[Json] = (),
    ) -> Message:
        return await self.controls.post(
            self.name, channel, text, thread_ts=thread_ts, broadcast=broadcast, files=files
        )

    async def reply(self, to: Message, text: str, *, mention: bool = False) -> Message:
        """Write into the thread of `to`."""
        return await self.controls.post(
            self.name, to.channel, text, thread_ts=to.root_ts, mention_bot=mention
        )

    async def dm(self, text: str, thread_ts: str | None = None) -> Message:
        """Write to the bot directly."""
        return await self.controls.post(self.name, f"@{self.name}", text, thread_ts=thread_ts)

    async def edit(self, message: Message, text: str) -> Message:
        return await self.controls.edit(self.name, message.channel, message.ts, text)

    async def delete(self, message: Message) -> None:
        await self.controls.delete(self.name, message.channel, message.ts)

    async def react(self, message: Message, name: str) -> None:
        await self.controls.react(self.name, message.channel, message.ts, name)

    async def forward(
        self, message: Message, to: str, text: str = "", *, mention: bool = False
    ) -> Message:
        """Forward a message to another conversation, with or without words of one's own."""
        return await self.controls.forward(
            self.name, message.channel, message.ts, to=to, text=text, mention_bot=mention
        )

    async def click(self, action_id: str, message: Message, *, option: str | None = None) -> None:
        """Click a button, or choose the option of a menu that has this value."""
        await self.controls.click(self.name, message.channel, message.ts, action_id, option=option)

    async def stop(self, message: Message) -> None:
        """Press Slack's stop button in the message's thread."""
        await self.controls.stop(self.name, message.channel, message.root_ts)
