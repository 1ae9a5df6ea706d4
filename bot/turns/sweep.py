"""The sweep: messages that are due and have no worker are taken up again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.messages import OF_ALERTS
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import OLDEST_OPEN
from bot.turns.slots import queue_of
from session import ANSWER, Message, MessageState, Repository, SessionId, StorageError, TurnId

log = structlog.get_logger(__name__)

IDLE_SECONDS = 60.0
BUSY_SECONDS = 5.0
RELEASED_WITHIN_SECONDS = 1.0
"""After a turn says that it was interrupted, its lock is released."""
LEAVE_ALONE = timedelta(seconds=5)
"""Younger messages are left to their own delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A session that another instance holds."""

    until: datetime
    turns: frozenset[TurnId]


class Sweep:
    """One query for all entries that are due, or will be before the next one.

    It comes often if any are due or the query costs nothing, else seldom.
    """

    def __init__(
        self,
        repository: Repository,
        assign: Callable[[SessionId, str], None],
        settle: Callable[[Message], None],
        *,
        lock_ttl: timedelta,
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        self._repository = repository
        self._assign = assign
        self._settle = settle
        # A local store is asked for nothing, and knows the dead before their leases end.
        seldom = min(IDLE_SECONDS, lock_ttl.total_seconds() / 3)
        self._idle = BUSY_SECONDS if repository.is_local else seldom
        self._held: dict[SessionId, _Held] = {}
        self._oldest_at: datetime | None = None
        self._wanted = asyncio.Event()
        recorder.read(OLDEST_OPEN, self._oldest_age)

    async def run(self) -> None:
        """Sweep until cancelled."""
        leave_alone = timedelta(0)
        while True:
            pause = BUSY_SECONDS
            try:
                pause = await self.sweep(leave_alone)
            except StorageError as error:
                log.warning("sweep.failed", reason=str(error))
            # Nobody else deals with what a bot left behind that died.
            leave_alone = timedelta(0) if await self._one_left_within(pause) else LEAVE_ALONE

    def soon(self) -> None:
        """Sweep at once: another bot shows that it has handed a turn back, or is about to."""
        self._wanted.set()

    async def _one_left_within(self, seconds: float) -> bool:
        """Pause, but only until another bot on this store is gone; say whether one is.

        The pause also ends when a sweep is wanted.
        """
        leaving = asyncio.ensure_future(self._repository.until_one_leaves())
        wanted = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait(
                {leaving, wanted}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if leaving.done():
                leaving.result()
                return True
            if wanted.done():
                self._wanted.clear()
                await asyncio.sleep(RELEASED_WITHIN_SECONDS)
            return False
        finally:
            leaving.cancel()
            wanted.cancel()

    async def sweep(self, leave_alone: timedelta) -> float:
        """Find a worker for each session that is due; return the seconds until the next sweep."""
        now = self._repository.now()
        entries = await self._repository.scan_due(until=now + timedelta(seconds=self._idle))
        due = [entry for entry in entries if _time_of(entry) <= now]
        self._oldest_at = min((it.stored_at for it in due if _is_open_message(it)), default=None)
        for entry in due:
            if entry.state is MessageState.PARKED:
                self._settle(entry)
        await self._assign_sessions(due, leave_alone)
        times = [_time_of(entry) for entry in entries if _time_of(entry) > now]
        ends = [held.until for held in self._held.values()]
        pauses = [(end - now).total_seconds() for end in (*ends, *times)]
        return max(0.1, min([BUSY_SECONDS if due else self._idle, *pauses]))

    def _oldest_age(self) -> float:
        """Return the age, in seconds, of the oldest message that the last sweep saw open."""
        at = self._oldest_at
        return 0.0 if at is None else (self._repository.now() - at).total_seconds()

    async def _assign_sessions(self, due: Sequence[Message], leave_alone: timedelta) -> None:
        now = self._repository.now()
        # Of a session's entries a person's says in whose name it waits.
        authors = {
            entry.session_id: queue_of(entry)
            for entry in sorted(due, key=lambda entry: entry.kind not in OF_ALERTS)
            if entry.is_open and now - entry.stored_at >= leave_alone
        }
        turns = _turns_of(due)
        self._held = {
            session_id: held
            for session_id, held in self._held.items()
            if session_id in authors and held.until > now and held.turns <= turns[session_id]
        }
        for session_id, author_id in authors.items():
            if session_id not in self._held:
                self._assign(session_id, author_id)
                if not self._repository.is_local:
                    await self._note_holder(session_id, turns[session_id])

    async def _note_holder(self, session_id: SessionId, turns: frozenset[TurnId]) -> None:
        """Ask again at the lease's end, once a turn has left the messages, or after a pause.

        A local store costs nothing to try, and knows of dead holders before their leases end.
        """
        session = await self._repository.get_session(session_id)
        now = self._repository.now()
        if session is not None and session.lease and session.held_at(now):
            pause = timedelta(seconds=self._idle)
            until = min(session.lease.expires_at, now + pause)
            self._held[session_id] = _Held(until=until, turns=turns)


def _turns_of(entries: Sequence[Message]) -> dict[SessionId, frozenset[TurnId]]:
    """Return the turns that work on each session's open messages; a hand-back takes its away."""
    found: dict[SessionId, set[TurnId]] = {entry.session_id: set() for entry in entries}
    for entry in entries:
        if _is_open_message(entry) and entry.turn_id is not None:
            found[entry.session_id].add(entry.turn_id)
    return {session_id: frozenset(turns) for session_id, turns in found.items()}


def _is_open_message(entry: Message) -> bool:
    """Whether a person's message is open; an answer that is owed comes and goes with its time."""
    return entry.is_open and entry.kind != ANSWER


def _time_of(entry: Message) -> datetime:
    return entry.due_at or entry.stored_at
