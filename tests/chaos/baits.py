"""Faults that befall one turn at one moment: somebody asks, and what works on it is struck."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from session import slack_message_id
from simulator import Happening, Message, MethodFault, Slack
from tests.chaos.fleet import Fleet
from tests.chaos.records import writer_of

FIRST_BAIT = 1_000_000
LOOKS = 50
FROZEN_WORK = 9
WIRE_WORK = 1
WIRE_SHARE = 0.85
"""Of the time that a call may last: so long at most an answer is held back."""
UNTIL_HELD = 5.0
LOOKS_AGAIN_WITHIN = 0.5
"""Seconds from a successor's first look, which is for the progress message, to that for the
answer."""


@dataclass(slots=True, kw_only=True)
class Baits:
    """Somebody to be struck: nobody else writes in their channels."""

    slack: Slack
    fleet: Fleet
    records: Path
    freeze_channel: str
    call_seconds: float
    """How long a call of the Web API may last."""
    _asked: int = 0

    async def freeze(self, seconds: float) -> None:
        """Give somebody work for most of a lease, and stop whoever took it up."""
        bait = await self._ask(self.freeze_channel, f"work {FROZEN_WORK}")
        await self.fleet.freeze(await self._worker_on(bait), seconds)

    async def kill_on_the_wire(self, pause: float) -> None:
        """Hold an answer back, kill who posts it, and have somebody ask again at once.

        A successor then looks for what stands there, also for the answer, which lands right
        after these looks, and before a call of the Web API can be over.
        """
        channel = (await self.slack.add_channel(f"wire-{self._asked}")).id
        bait = await self._ask(channel, f"work {WIRE_WORK}")
        pid = await self._worker_on(bait)
        if pid is None:
            return
        async with self.slack.stream() as happenings:
            held_for = self.call_seconds * WIRE_SHARE
            await self.slack.fail_method(
                MethodFault(method="chat.postMessage", channel=channel, seconds=held_for)
            )
            if not await _until(happenings, UNTIL_HELD, partial(_is_held, channel)):
                return
            self.fleet.kill_pid(pid, pause)
            await self._ask(channel, "", under=bait)
            if await _until(happenings, held_for, partial(_is_looked_for, channel)):
                await asyncio.sleep(LOOKS_AGAIN_WITHIN)
        await self.slack.release()

    async def _ask(self, channel: str, script: str, *, under: Message | None = None) -> Message:
        text = f"q{FIRST_BAIT + self._asked} {script}".strip()
        self._asked += 1
        if under is not None:
            return await self.slack.user("ben").reply(under, text, mention=True)
        return await self.slack.user("ann").mention(channel, text)

    async def _worker_on(self, asked: Message) -> int | None:
        """Wait until it is investigated; return which process does."""
        team_id = self.slack.connection.team_id
        message_id = slack_message_id(team_id, asked.channel, asked.ts)
        for _ in range(LOOKS):
            await asyncio.sleep(0.1)
            if pid := writer_of(self.records, message_id):
                return pid
        return None


def _is_held(channel: str, happening: Happening) -> bool:
    return happening.kind == "call_held" and happening.channel == channel


def _is_looked_for(channel: str, happening: Happening) -> bool:
    call = happening.call
    return (
        call is not None
        and call.method == "conversations.replies"
        and happening.channel == channel
    )


async def _until(
    happenings: AsyncIterator[Happening], seconds: float, fits: Callable[[Happening], bool]
) -> bool:
    """Wait for so long until something fits; tell whether it did."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for happening in happenings:
                if fits(happening):
                    return True
    return False
