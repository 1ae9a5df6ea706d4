"""Where people write, and what they have written."""

import asyncio
import time
from collections.abc import Sequence
from itertools import count

from session import Message as StoredMessage
from session import Repository, StorageError
from simulator import Message, Slack, WaitedInVain
from tests.chaos.plan import Saying
from tests.support.inbox import all_due

FIRST_PULSE = 2_000_000
PULSE_SECONDS = 0.3
GIVE_UP_AFTER = 60.0
"""Seconds without any progress after which the rest is taken for lost."""


class Stage:
    """The workspace's people at work."""

    def __init__(self, slack: Slack, repository: Repository) -> None:
        self._slack = slack
        self._repository = repository
        self._roots: dict[int, Message] = {}

    async def channels(self, name: str, count: int) -> list[str]:
        """Make channels; return their ids."""
        made = [await self._slack.add_channel(f"{name}-{n}") for n in range(count)]
        return [one.id for one in made]

    async def play(self, sayings: Sequence[Saying], channels: Sequence[str]) -> None:
        """Write each saying at its time."""

        began_at = time.monotonic()
        for saying in sayings:
            await asyncio.sleep(began_at + saying.at - time.monotonic())
            await self._write(saying, channels)

    async def play_calmly(self, sayings: Sequence[Saying], channels: Sequence[str]) -> None:
        """Write in each thread as soon as what was written before is answered."""

        async def play_one(chain: Sequence[Saying]) -> None:
            for saying in chain:
                await asyncio.sleep(saying.at)
                message = await self._write(saying, channels)
                await self._slack.wait_for_reply(message, containing=saying.text, timeout=60)

        threads = sorted({one.thread for one in sayings})
        chains = [[one for one in sayings if one.thread == thread] for thread in threads]
        await asyncio.gather(*(play_one(chain) for chain in chains), return_exceptions=True)

    async def pulse(self, channel: str) -> None:
        """Begin a new thread every now and then, until cancelled."""
        for number in count(FIRST_PULSE):
            await self._slack.user("ann").mention(channel, f"q{number}")
            await asyncio.sleep(PULSE_SECONDS)

    async def _write(self, saying: Saying, channels: Sequence[str]) -> Message:
        person, root = self._slack.user(saying.author), self._roots.get(saying.thread)
        if root is not None:
            return await person.reply(root, saying.text, mention=saying.mentions)
        channel = channels[saying.thread % len(channels)]
        self._roots[saying.thread] = await person.mention(channel, saying.text)
        return self._roots[saying.thread]

    async def settle(self) -> None:
        """Wait until nothing is open and nothing happens, or nothing gets better any more."""
        last: Sequence[StoredMessage] | None = None
        last_at = time.monotonic()
        while time.monotonic() - last_at < GIVE_UP_AFTER:
            still_open = await self._still_open()
            if still_open == () and await self._is_quiet():
                return
            if still_open != last or self._is_one_to_come(still_open):
                last, last_at = still_open, time.monotonic()
            await asyncio.sleep(0.5)

    async def _still_open(self) -> Sequence[StoredMessage] | None:
        try:
            return tuple(await all_due(self._repository))
        except StorageError:
            return None

    def _is_one_to_come(self, entries: Sequence[StoredMessage] | None) -> bool:
        """Tell whether one is not to be looked at yet: an answer that is tried again later."""
        now = self._repository.now()
        return any(entry.due_at is not None and entry.due_at > now for entry in entries or ())

    async def _is_quiet(self) -> bool:
        try:
            await self._slack.wait_quiet(1.0, timeout=5)
        except WaitedInVain:
            return False
        return True
