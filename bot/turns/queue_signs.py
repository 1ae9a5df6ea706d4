"""Messages that have to wait: an hourglass on each, and one line for each author."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import words
from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.load import Load
from bot.messages import (
    ALERT,
    CASES,
    QUESTIONS,
    app_of,
    is_taken_back,
    mentions_us,
    ts_of,
    wants_answer,
)
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
"""While a turn has run for longer, an asker is also told what the thread says about it."""
_REMEMBERED = 1000


class QueueSigns:
    """For those who mentioned the bot, and nobody else.

    Remembers only what it did itself: the signs stand in the surface, the queue in the store.
    """

    def __init__(
        self,
        repository: Repository,
        surface_of: Callable[[SlackThread], Surface],
        load_of: Callable[[str, SessionId], Load],
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
        session: Session | None = receipt.session
        wait = await self._look(session, message) if receipt.session.lease else _Wait()
        if wait is not None and wait.ahead is None:
            await asyncio.sleep(QUEUED_SECONDS)
            session = await self._repository.get_session(message.session_id)
            wait = await self._look(session, message)
        if wait is None:
            return
        surface = self._surface_of(thread)
        self._marked[message.id] = None
        await surface.mark(ts_of(message), Sign.QUEUED)
        await self._tell(surface, wait, message)
        stored = await self._repository.get_message(message.id)
        if stored is None or not stored.is_open or is_taken_back(stored):
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

    async def _look(self, session: Session | None, message: Message) -> "_Wait | None":
        """Tell what a message waits for; None if it does not wait."""
        entries = await self._repository.open_messages(message.session_id)
        mine = next((it for it in entries if it.id == message.id), None)
        if mine is None or mine.turn_id is not None or is_taken_back(mine):
            return None
        if session is None or session.lease is None or not session.held_at(self._repository.now()):
            return _Wait()
        turn_id = session.lease.claim_on(session.id).turn_id
        cases = (it for it in entries if it.kind in CASES and it.turn_id == turn_id)
        return _Wait(turn_id=turn_id, since=session.lease.acquired_at, ahead=next(cases, None))

    async def _unmark(self, surface: Surface, message: Message) -> None:
        self._marked.pop(message.id, None)
        if mentions_us(message) and (ts := ts_of(message)):
            await surface.unmark(ts, Sign.QUEUED)

    async def _tell(self, surface: Surface, wait: "_Wait", message: Message) -> None:
        """Tell the author once for each turn that they wait for, and what is found meanwhile."""
        key = message.session_id, message.author_id
        was_told = key in self._told and self._told[key] == wait.turn_id
        self._told[key] = wait.turn_id
        found = Document()
        if wait.ahead is not None and self._has_run_for_long(wait):
            found = await self._glances.about(surface, message)
        if was_told and not found:
            return
        line = sentence(await self._line(surface, wait, message))
        await surface.hint(message.author_id, line + found, about=ts_of(message))

    async def _line(self, surface: Surface, wait: "_Wait", message: Message) -> str:
        ahead = wait.ahead
        if ahead is None:
            return words.QUEUED_BEHIND_WORK if wait.turn_id else self._line_of_slots(message)
        if ahead.author_id == message.author_id:
            return words.QUEUED_BEHIND_YOURSELF
        if ahead.kind == ALERT:
            return words.queued_behind_alert(app_of(ahead))
        names = await surface.names([ahead.author_id])
        is_question = wants_answer(ahead) or "?" in ahead.text
        return words.queued_behind(names[ahead.author_id], is_question=is_question)

    def _line_of_slots(self, message: Message) -> str:
        load = self._load_of(message.author_id, message.session_id)
        if load.ahead is None:
            return words.QUEUED
        if load.is_at_own_limit:
            return words.queued_behind_own(load.own_running)
        return words.queued(load.ahead)

    def _has_run_for_long(self, wait: "_Wait") -> bool:
        return wait.since is not None and self._repository.now() - wait.since > LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """What a message waits for: for a free slot, where nobody holds its session."""

    turn_id: TurnId | None = None
    """Of the session's holder."""
    since: datetime | None = None
    """When they took it."""
    ahead: Message | None = None
    """What they work on."""
