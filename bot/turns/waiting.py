"""Messages that have to wait: an hourglass on each, and one line for each author."""

import asyncio

from bot import words
from bot.events import Kind
from bot.slack.people import People
from bot.slack.signals import Signals
from bot.turns.running import RunningTurn
from session import (
    Bounded,
    Message,
    MessageId,
    Receipt,
    Repository,
    SessionId,
    SlackThread,
    TurnId,
)

QUEUED_SECONDS = 5.0
"""How long a message may wait for a free slot before that is shown."""
_REMEMBERED = 1000


class Waiting:
    """Remembers only what it did itself: the marks stand in Slack, the queue in the store."""

    def __init__(self, repository: Repository, signals: Signals, people: People) -> None:
        self._repository = repository
        self._signals = signals
        self._people = people
        self._told: Bounded[tuple[SessionId, str], TurnId | None] = Bounded(_REMEMBERED)
        self._marked: Bounded[MessageId, None] = Bounded(_REMEMBERED)

    async def mark(self, receipt: Receipt) -> None:
        """Show that a new message waits: behind a running turn at once, for a free slot soon."""
        message, thread = receipt.message, receipt.session.thread
        if message.kind != Kind.QUESTION or thread is None:
            return
        # Without a lease nobody is on the session: there is nothing to look at yet.
        waits, ahead = await self._look(message) if receipt.session.lease else (True, None)
        if waits and ahead is None:
            await asyncio.sleep(QUEUED_SECONDS)
            waits, ahead = await self._look(message)
        if not waits:
            return
        ts = str(message.attributes["ts"])
        self._marked[message.id] = None
        await self._signals.react(thread.channel_id, ts, Signals.WAITING)
        await self._tell(thread, message, ahead)
        stored = await self._repository.get_message(message.id)
        if stored is None or not stored.is_open:
            await self._unmark(thread, message)

    async def clear(self, turn: RunningTurn) -> None:
        """Take the marks off, also those of other instances.

        The message that a turn began with never had one, but where we set it ourselves.
        """
        for message in turn.dealt_with:
            if message.request_id != turn.lock.holder_id or message.id in self._marked:
                await self._unmark(turn.thread, message)

    async def _look(self, message: Message) -> tuple[bool, Message | None]:
        """Tell whether a message waits, and which one is being worked on meanwhile."""
        open_messages = await self._repository.open_messages(message.session_id)
        ahead = next((one for one in open_messages if one.turn_id is not None), None)
        waits = any(one.id == message.id and one.turn_id is None for one in open_messages)
        return waits, ahead

    async def _unmark(self, thread: SlackThread, message: Message) -> None:
        self._marked.pop(message.id, None)
        if ts := message.attributes.get("ts"):
            await self._signals.unreact(thread.channel_id, str(ts), Signals.WAITING)

    async def _tell(self, thread: SlackThread, message: Message, ahead: Message | None) -> None:
        """Tell the author once for each turn that they wait for."""
        key, turn_id = (message.session_id, message.author_id), ahead.turn_id if ahead else None
        if key in self._told and self._told[key] == turn_id:
            return
        self._told[key] = turn_id
        if ahead is None:
            text = words.QUEUED
        elif ahead.author_id == message.author_id:
            text = words.waiting_behind_yourself()
        else:
            text = words.waiting(await self._people.name(ahead.author_id))
        await self._signals.whisper(
            thread.channel_id,
            thread.thread_ts,
            message.author_id,
            text,
            about_ts=str(message.attributes.get("ts", "")),
        )
