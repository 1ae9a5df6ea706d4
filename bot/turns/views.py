"""An investigator's view of its session: earlier messages, its notebook, new arrivals."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.messages import ALERT_LINES, QUESTION
from session import ANSWER, Lock, Message, Repository, SessionError, SessionId

log = structlog.get_logger(__name__)

MOST_ENTRIES = 2_000
"""Of a session's timeline, the newest: a thread can go on for years."""


@dataclass(slots=True)
class SessionTimeline:
    """The stored messages before the running turn, whose questions are `new`."""

    repository: Repository
    session_id: SessionId
    new: Sequence[Message]

    async def read(self) -> Sequence[Message]:
        """Read the entries before this turn, oldest first, earlier answers included."""
        entries = await self.repository.timeline(self.session_id, limit=MOST_ENTRIES)
        new = {message.id for message in self.new}
        return [
            entry
            for entry in entries
            if entry.id not in new and entry.kind not in ALERT_LINES and not _is_queued(entry)
        ]


@dataclass(slots=True)
class SessionNotebook:
    """Reads what the investigator of this name left for itself in this session."""

    repository: Repository
    session_id: SessionId
    name: str

    async def read(self) -> Mapping[str, Any]:
        """Read it; an empty mapping if it left nothing."""
        return await self.repository.read_notebook(self.session_id, self.name) or {}


def _is_queued(message: Message) -> bool:
    return message.is_open and message.kind != ANSWER


@dataclass(slots=True)
class Arrivals:
    """The queued messages, and those that the investigator has taken up. An `InboxView`.

    Once closed, it takes up nothing more. Otherwise an investigator that was left behind would
    begin a turn that has ended.
    """

    repository: Repository
    lock: Lock
    taken: list[Message] = field(default_factory=list)
    _taking: asyncio.Task[list[Message]] | None = None
    _is_closed: bool = False

    async def queued(self) -> Sequence[Message]:
        """Read what is queued now, oldest first."""
        turn_id = self.lock.claim.turn_id
        entries = await self.repository.open_messages(self.lock.session_id)
        return [entry for entry in entries if entry.turn_id != turn_id and entry.kind == QUESTION]

    async def take(self) -> Sequence[Message]:
        """Take up what is queued; nothing where the store fails, and the next turn finds it."""
        if self._is_closed:
            return []
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())
        return await asyncio.shield(self._taking)

    async def close(self) -> None:
        """Take up nothing more. What is under way ends first, for its write cannot be undone."""
        self._is_closed = True
        if self._taking is not None:
            await asyncio.wait({self._taking})

    async def _take(self) -> list[Message]:
        try:
            fresh = list(await self.queued())
            if fresh:
                await self.lock.begin_turn([it.id for it in fresh], on_the_way=True)
        except SessionError as error:
            log.warning("turn.nothing_taken_up", reason=str(error))
            return []
        self.taken += fresh
        return fresh
