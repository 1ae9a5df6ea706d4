"""The engine for tests and for trying things out: everything is gone when the process ends.

It never awaits between a check and a write, which makes each method one atomic step.
"""

import copy
from bisect import bisect_left, bisect_right, insort
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from heapq import nsmallest
from typing import ParamSpec, TypeVar

from session import transitions
from session.clock import SteadyClock
from session.errors import LockLostError, SessionError, SessionNotFoundError
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    NewMessage,
    NewSession,
    Outcome,
    Receipt,
    Session,
    SessionId,
    SessionRecord,
    Turn,
    TurnEnd,
)
from session.repository import Repository
from session.shielded import Ended, ShieldedTasks

P = ParamSpec("P")
T = TypeVar("T")


def _at_once(step: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Make an atomic step a write that has ended when it is called."""

    @wraps(step)
    def write(*args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        try:
            return Ended(step(*args, **kwargs))
        except SessionError as error:
            return Ended(error=error)

    return write


class MemoryRepository(Repository):
    """Dictionaries of immutable values, and the ids by which they are looked up in order."""

    is_local = True
    description = "this process's memory (lost when it ends)"

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self.tasks = ShieldedTasks()
        self._clock = clock or SteadyClock()
        self._sessions: dict[SessionId, Session] = {}
        self._messages: dict[MessageId, Message] = {}
        self._timelines: dict[SessionId, list[MessageId]] = {}
        self._turns: dict[SessionId, list[Turn]] = {}
        self._open: dict[SessionId, set[MessageId]] = {}
        self._by_ticket: dict[str, list[SessionId]] = {}
        self._in_order: list[SessionId] = []

    def now(self) -> datetime:
        return self._clock()

    async def aclose(self) -> None:
        await self.tasks.drain()

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        return self._create(new, self._clock())

    async def get_session(self, session_id: SessionId) -> Session | None:
        return self._sessions.get(session_id)

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        found = [self._sessions[one] for one in self._by_ticket.get(ticket_id, ())]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        start = 0 if after is None else bisect_right(self._in_order, after)
        return [self._sessions[one] for one in self._in_order[start : start + limit]]

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        session = self._sessions.get(session_id)
        if session is None or session.held_at(self._clock()):
            return False
        if session.last_active_at >= idle_since:
            return False
        ids = self._timelines.get(session_id, ())
        if any(self._messages[one].state is not MessageState.CLOSED for one in ids):
            return False
        self._remove(session)
        return True

    async def restore_session(self, record: SessionRecord) -> bool:
        session = replace(record.session, lease=None)
        if session.id in self._sessions:
            return False
        self._add(session)
        for message in record.messages:
            if message.id not in self._messages:
                self._put(message)
        self._turns[session.id] = sorted(record.turns, key=_fence)
        return True

    @_at_once
    def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Lease | None:
        if session_id not in self._sessions:
            raise SessionNotFoundError(session_id)
        return self._acquire(session_id, request, self._clock())

    @_at_once
    def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        session = self._held(claim)
        assert session.lease is not None
        lease = replace(session.lease, expires_at=self._clock() + ttl)
        self._sessions[session.id] = replace(session, lease=lease)
        return lease

    @_at_once
    def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> bool:
        if not self._is_current(claim):
            return False
        self._sessions[claim.session_id] = replace(self._sessions[claim.session_id], lease=None)
        self._deliver(claim, delivered)
        return True

    @_at_once
    def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Receipt:
        twin = self._messages.get(message.id)
        if twin is not None:
            session = self._sessions[twin.session_id]
            return Receipt(session=session, created=False, message=twin, is_new=False)
        now = self._clock()
        session, created = self._create(new, now)
        self._sessions[session.id] = replace(session, last_active_at=now)
        self._put(transitions.stored(session.id, message, now))
        claim = None
        if lease is not None and (taken := self._acquire(session.id, lease, now)):
            claim = taken.claim_on(session.id)
            self._begin(claim, [message.id], now)
        return Receipt(
            session=self._sessions[session.id],
            created=created,
            message=self._messages[message.id],
            is_new=True,
            claim=claim,
        )

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        found = [self._messages[one] for one in self._open.get(session_id, ())]
        return sorted(found, key=lambda one: (one.kind is not MessageKind.ANSWER, *_place(one)))

    async def get_message(self, message_id: MessageId) -> Message | None:
        return self._messages.get(message_id)

    async def blank_message(self, message_id: MessageId) -> bool:
        message = self._messages.get(message_id)
        if message is None:
            return False
        self._put(replace(message, text="", attributes={}))
        return True

    async def scan_open(self, *, limit: int = 500) -> Sequence[Message]:
        found = (self._messages[one] for ids in self._open.values() for one in ids)
        return nsmallest(limit, found, key=lambda one: (one.stored_at, one.id))

    @_at_once
    def begin_turn(self, claim: Claim, message_ids: Sequence[MessageId]) -> Turn:
        self._held(claim)
        return self._begin(claim, message_ids, self._clock())

    @_at_once
    def finish_turn(self, claim: Claim, end: TurnEnd) -> None:
        session, now = self._held(claim), self._clock()
        turn = self._turn(claim) or transitions.begun(claim, now)
        if end.outcome is Outcome.INTERRUPTED:
            for message in self._unended(claim, turn.message_ids):
                self._put(transitions.handed_back(message, turn))
        else:
            messages = self._unended(claim, end.message_ids)
            turn = transitions.with_messages(turn, messages)
            for message in messages:
                self._put(transitions.ended(message, turn, end.outcome))
        self._record(replace(turn, outcome=end.outcome, ended_at=now, note=end.note))
        self._deliver(claim, end.delivered)
        if end.answer is not None and end.answer.id not in self._messages:
            self._put(replace(transitions.stored(session.id, end.answer, now), turn_id=turn.id))
        self._sessions[session.id] = replace(
            session,
            last_active_at=now,
            lease=None if end.release else session.lease,
            notice_owed=session.notice_owed and not end.notice_posted,
            muted=session.muted if end.muted is None else end.muted,
            memory=session.memory if end.memory is None else copy.deepcopy(end.memory),
        )

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        found = [self._messages[one] for one in self._timelines.get(session_id, ())]
        found.sort(key=_place)
        return found if limit is None else found[max(0, len(found) - limit) :]

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        return list(self._turns.get(session_id, ()))

    def _create(self, new: NewSession, now: datetime) -> tuple[Session, bool]:
        if new.id in self._sessions:
            return self._sessions[new.id], False
        session = transitions.created(new, now)
        self._add(session)
        return session, True

    def _add(self, session: Session) -> None:
        self._sessions[session.id] = session
        insort(self._in_order, session.id)
        if session.ticket_id:
            self._by_ticket.setdefault(session.ticket_id, []).append(session.id)

    def _remove(self, session: Session) -> None:
        for message_id in self._timelines.pop(session.id, ()):
            del self._messages[message_id]
        self._turns.pop(session.id, None)
        if session.ticket_id:
            self._by_ticket[session.ticket_id].remove(session.id)
        del self._in_order[bisect_left(self._in_order, session.id)]
        del self._sessions[session.id]

    def _acquire(
        self, session_id: SessionId, request: LeaseRequest, now: datetime
    ) -> Lease | None:
        session = self._sessions[session_id]
        if session.held_at(now):
            return None
        lease = request.granted(now, fence=session.fence + 1)
        self._sessions[session_id] = replace(session, lease=lease, fence=lease.fence)
        return lease

    def _is_current(self, claim: Claim) -> bool:
        session = self._sessions.get(claim.session_id)
        return (
            session is not None
            and session.lease is not None
            and (session.lease.holder_id, session.fence) == (claim.holder_id, claim.fence)
        )

    def _held(self, claim: Claim) -> Session:
        if not self._is_current(claim):
            raise LockLostError(claim.session_id, claim.holder_id, claim.fence)
        return self._sessions[claim.session_id]

    def _begin(self, claim: Claim, message_ids: Sequence[MessageId], now: datetime) -> Turn:
        for earlier in self._turns.get(claim.session_id, ()):
            if earlier.outcome is None and earlier.id != claim.turn_id:
                self._record(replace(earlier, outcome=Outcome.INTERRUPTED, ended_at=now))
        turn = self._turn(claim) or transitions.begun(claim, now)
        messages = self._unended(claim, message_ids)
        for message in messages:
            self._put(transitions.taken_up(message, turn))
        turn = transitions.with_messages(turn, messages)
        turn = replace(turn, outcome=None, ended_at=None, note=None)
        self._record(turn)
        return turn

    def _turn(self, claim: Claim) -> Turn | None:
        turns = self._turns.get(claim.session_id, ())
        return next((one for one in turns if one.id == claim.turn_id), None)

    def _record(self, turn: Turn) -> None:
        turns = self._turns.get(turn.session_id, ())
        others = [one for one in turns if one.id != turn.id]
        self._turns[turn.session_id] = sorted([*others, turn], key=_fence)

    def _unended(self, claim: Claim, ids: Iterable[MessageId]) -> list[Message]:
        """Find those of `ids` that this acquisition may take up or end, each once."""
        found = [self._messages[one] for one in dict.fromkeys(ids) if one in self._messages]
        ours = [one for one in found if one.session_id == claim.session_id]
        return [one for one in ours if transitions.awaits_a_turn(one)]

    def _deliver(self, claim: Claim, message_id: MessageId | None) -> None:
        answer = None if message_id is None else self._messages.get(message_id)
        if answer is None or answer.session_id != claim.session_id:
            return
        if answer.kind is MessageKind.ANSWER:
            self._put(replace(answer, state=MessageState.CLOSED))

    def _put(self, message: Message) -> None:
        if message.id not in self._messages:
            self._timelines.setdefault(message.session_id, []).append(message.id)
        self._messages[message.id] = message
        waiting = self._open.setdefault(message.session_id, set())
        if message.is_open:
            waiting.add(message.id)
        else:
            waiting.discard(message.id)
        if not waiting:
            del self._open[message.session_id]


def _place(message: Message) -> tuple[datetime, MessageId]:
    return message.sent_at, message.id


def _fence(turn: Turn) -> int:
    return turn.fence
