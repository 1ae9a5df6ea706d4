"""Messages that have to wait: an hourglass on each, and one line for each author."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot import words
from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.load import Load
from bot.messages import ALERT, ALERT_LINES, QUESTIONS, app_of, mentions_us, ts_of
from bot.surfaces.contract import Surface
from bot.turns.ending import TurnResult
from bot.turns.glances import Glances
from session import (
    Bounded,
    Message,
    MessageId,
    Receipt,
    Repository,
    Session,
    SessionId,
    SlackThread,
    TurnId,
)

QUEUED_SECONDS = 5.0
"""How long a message may wait for a free slot before that is shown."""
LONG = timedelta(seconds=5)
"""Whoever asks while a turn has run for longer is also told what the thread says about it."""
_REMEMBERED = 1000


class QueueSigns:
    """For those who mentioned the bot, and nobody else.

    Remembers only what it did itself: the signs stand in the surface, the queue in the store.
    """

    def __init__(
        self,
        repository: Repository,
        surface_of: Callable[[SlackThread], Surface],
        load_of: Callable[[str], Load],
        glances: Glances,
    ) -> None:
        self._repository = repository
        self._surface_of = surface_of
        self._load_of = load_of
        self._glances = glances
        self._told: Bounded[tuple[SessionId, str], TurnId | None] = Bounded(_REMEMBERED)
        self._marked: Bounded[MessageId, None] = Bounded(_REMEMBERED)

    async def mark(self, receipt: Receipt) -> None:
        """Show that a new message waits: behind a running turn at once, for a free slot soon."""
        message, thread = receipt.message, receipt.session.thread
        if thread is None or message.kind not in QUESTIONS or not mentions_us(message):
            return
        # Without a lease nobody is on the session: there is nothing to look at yet.
        is_queued, ahead = await self._look(message) if receipt.session.lease else (True, None)
        if is_queued and ahead is None:
            await asyncio.sleep(QUEUED_SECONDS)
            is_queued, ahead = await self._look(message)
        if not is_queued:
            return
        surface = self._surface_of(thread)
        self._marked[message.id] = None
        await surface.mark(ts_of(message), Sign.QUEUED)
        await self._tell(surface, receipt, ahead)
        stored = await self._repository.get_message(message.id)
        if stored is None or not stored.is_open:
            await self._unmark(surface, message)

    def of(self, result: TurnResult) -> list[Message]:
        """Return the messages that a turn has closed and that may have a sign.

        The message that the turn began with never had one, unless we set it ourselves.
        """
        return [
            message
            for message in result.closed
            if message.request_id != result.request_id or message.id in self._marked
        ]

    async def clear(self, result: TurnResult, signed: Sequence[Message]) -> None:
        """Take the signs off, also those of other instances."""
        if result.session.thread is not None:
            surface = self._surface_of(result.session.thread)
            for message in signed:
                await self._unmark(surface, message)

    async def _look(self, message: Message) -> tuple[bool, Message | None]:
        """Tell whether a message waits, and which one is being worked on meanwhile."""
        entries = await self._repository.open_messages(message.session_id)
        told = [entry for entry in entries if entry.kind not in ALERT_LINES]
        ahead = next((entry for entry in told if entry.turn_id is not None), None)
        is_queued = any(entry.id == message.id and entry.turn_id is None for entry in entries)
        return is_queued, ahead

    async def _unmark(self, surface: Surface, message: Message) -> None:
        self._marked.pop(message.id, None)
        if mentions_us(message) and (ts := ts_of(message)):
            await surface.unmark(ts, Sign.QUEUED)

    async def _tell(self, surface: Surface, receipt: Receipt, ahead: Message | None) -> None:
        """Tell the author once for each turn that they wait for, and what is found meanwhile."""
        message, turn_id = receipt.message, ahead.turn_id if ahead else None
        key = message.session_id, message.author_id
        was_told = key in self._told and self._told[key] == turn_id
        self._told[key] = turn_id
        found = Document()
        if ahead is not None and self._has_run_for_long(receipt.session):
            found = await self._glances.about(surface, message)
        if was_told and not found:
            return
        line = sentence(await self._line(surface, message, ahead))
        await surface.hint(message.author_id, line + found, about=ts_of(message))

    async def _line(self, surface: Surface, message: Message, ahead: Message | None) -> str:
        if ahead is None:
            load = self._load_of(message.author_id)
            if load.is_at_own_limit:
                return words.queued_behind_own(load.own_running)
            return words.queued(load.queued)
        if ahead.author_id == message.author_id:
            return words.QUEUED_BEHIND_YOURSELF
        if ahead.kind == ALERT:
            return words.queued_behind_alert(app_of(ahead))
        names = await surface.names([ahead.author_id])
        return words.queued_behind(names[ahead.author_id])

    def _has_run_for_long(self, session: Session) -> bool:
        since = None if session.lease is None else session.lease.acquired_at
        return since is not None and self._repository.now() - since > LONG
