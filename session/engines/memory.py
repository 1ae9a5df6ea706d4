"""The engine for tests and for trying things out: everything is gone when the process ends.

It never awaits between a check and a write, which makes each method one atomic step.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from session.clock import SteadyClock
from session.errors import LockLostError, SessionNotFoundError
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
    SessionSource,
    Turn,
    TurnEnd,
    TurnId,
)
from session.repository import Repository
from session.shielded import ShieldedTasks


class MemoryRepository(Repository):
    """Dictionaries, one per kind of record."""

    is_local = True
    description = "this process's memory (lost when it ends)"

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self.tasks = ShieldedTasks()
        self._clock = clock or SteadyClock()
        self._sessions: dict[SessionId, Session] = {}
        self._messages: dict[MessageId, Message] = {}
        self._timelines: dict[SessionId, list[MessageId]] = {}
        self._open: dict[SessionId, set[MessageId]] = {}
        self._turns: dict[SessionId, dict[TurnId, Turn]] = {}

    def now(self) -> datetime:
        return self._clock()

    async def aclose(self) -> None:
        await self.tasks.drain()

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        return self._create(new, self._clock())

    async def get_session(self, session_id: SessionId) -> Session | None:
        return self._sessions.get(session_id)

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        found = [one for one in self._sessions.values() if one.ticket_id == ticket_id]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        ids = sorted(one for one in self._sessions if after is None or one > after)
        return [self._sessions[one] for one in ids[:limit]]

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        session = self._sessions.get(session_id)
        if session is None or session.held_at(self._clock()):
            return False
        if session.last_active_at >= idle_since:
            return False
        ids = self._timelines.get(session_id, [])
        if any(self._messages[one].state is not MessageState.CLOSED for one in ids):
            return False
        for one in ids:
            del self._messages[one]
        for table in (self._sessions, self._timelines, self._open, self._turns):
            table.pop(session_id, None)
        return True

    async def restore_session(self, record: SessionRecord) -> bool:
        session_id = record.session.id
        if session_id in self._sessions:
            return False
        self._sessions[session_id] = replace(record.session, lease=None)
        for message in record.messages:
            self._put(message)
        self._turns[session_id] = {turn.id: turn for turn in record.turns}
        return True

    async def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Session | None:
        if session_id not in self._sessions:
            raise SessionNotFoundError(session_id)
        return self._acquire(session_id, request, self._clock())

    async def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        session = self._held(claim)
        assert session.lease is not None
        lease = replace(session.lease, expires_at=self._clock() + ttl)
        self._sessions[session.id] = replace(session, lease=lease)
        return lease

    async def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> bool:
        if not self._is_current(claim):
            return False
        self._sessions[claim.session_id] = replace(self._sessions[claim.session_id], lease=None)
        self._deliver(delivered)
        return True

    async def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Receipt:
        now = self._clock()
        session, created = self._create(new, now)
        stored = self._messages.get(message.id)
        if stored is not None:
            return Receipt(session=session, created=created, message=stored, is_new=False)
        stored = self._store(session.id, message, now)
        self._sessions[session.id] = replace(session, last_active_at=now)
        claim = None
        if lease is not None and (held := self._acquire(session.id, lease, now)):
            claim = Claim(session_id=held.id, holder_id=lease.holder_id, fence=held.fence)
            await self.begin_turn(claim, [stored.id])
        return Receipt(
            session=self._sessions[session.id],
            created=created,
            message=self._messages[stored.id],
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
        found = [self._messages[one] for ids in self._open.values() for one in ids]
        return sorted(found, key=lambda one: (one.stored_at, one.id))[:limit]

    async def begin_turn(self, claim: Claim, message_ids: Sequence[MessageId]) -> Turn:
        self._held(claim)
        now, turns = self._clock(), self._turns.setdefault(claim.session_id, {})
        for old in turns.values():
            if old.outcome is None and old.id != claim.turn_id:
                turns[old.id] = replace(old, outcome=Outcome.INTERRUPTED, ended_at=now)
        turn = turns.get(claim.turn_id) or _new_turn(claim, now)
        for message in self._chosen(message_ids):
            if message.turn_id != turn.id:
                tries = message.tries + 1
                state = MessageState.OPEN
                self._put(replace(message, turn_id=turn.id, tries=tries, state=state))
        ids = tuple(dict.fromkeys((*turn.message_ids, *message_ids)))
        turns[turn.id] = turn = replace(turn, message_ids=ids)
        return turn

    async def finish_turn(self, claim: Claim, end: TurnEnd) -> None:
        session, now = self._held(claim), self._clock()
        turns = self._turns.setdefault(claim.session_id, {})
        turn = turns.get(claim.turn_id) or _new_turn(claim, now)
        ids = tuple(dict.fromkeys((*turn.message_ids, *end.message_ids)))
        turns[turn.id] = replace(
            turn, message_ids=ids, outcome=end.outcome, ended_at=now, note=end.note
        )
        if end.outcome is Outcome.INTERRUPTED:
            self._hand_back(turn)
        else:
            state = MessageState.PARKED if end.outcome is Outcome.WAITING else MessageState.CLOSED
            for message in self._chosen(end.message_ids):
                self._put(replace(message, state=state, outcome=end.outcome, turn_id=turn.id))
        self._deliver(end.delivered)
        if end.answer is not None:
            answer = self._store(session.id, end.answer, now)
            self._put(replace(answer, turn_id=turn.id))
        self._sessions[session.id] = replace(
            session,
            last_active_at=now,
            lease=None if end.release else session.lease,
            notice_owed=session.notice_owed and not end.notice_posted,
            muted=session.muted if end.muted is None else end.muted,
            memory=session.memory if end.memory is None else end.memory,
        )

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        found = [self._messages[one] for one in self._timelines.get(session_id, ())]
        found.sort(key=_place)
        return found if limit is None else found[max(0, len(found) - limit) :]

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        return sorted(self._turns.get(session_id, {}).values(), key=lambda turn: turn.fence)

    def _create(self, new: NewSession, now: datetime) -> tuple[Session, bool]:
        if new.id in self._sessions:
            return self._sessions[new.id], False
        session = Session(
            id=new.id,
            source=new.source,
            thread=new.thread,
            ticket_id=new.ticket_id,
            user_id=new.user_id,
            created_at=now,
            last_active_at=now,
            notice_owed=new.source is SessionSource.SLACK,
        )
        self._sessions[new.id] = session
        return session, True

    def _acquire(
        self, session_id: SessionId, request: LeaseRequest, now: datetime
    ) -> Session | None:
        session = self._sessions[session_id]
        if session.held_at(now):
            return None
        lease = Lease(holder_id=request.holder_id, acquired_at=now, expires_at=now + request.ttl)
        session = replace(session, lease=lease, fence=session.fence + 1)
        self._sessions[session_id] = session
        return session

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

    def _chosen(self, message_ids: Iterable[MessageId]) -> list[Message]:
        return [self._messages[one] for one in message_ids if one in self._messages]

    def _deliver(self, message_id: MessageId | None) -> None:
        if message_id is not None and (answer := self._messages.get(message_id)):
            self._put(replace(answer, state=MessageState.CLOSED))

    def _hand_back(self, turn: Turn) -> None:
        for message in self._chosen(turn.message_ids):
            if message.turn_id == turn.id and message.is_open:
                self._put(replace(message, tries=message.tries - 1, turn_id=None))

    def _store(self, session_id: SessionId, new: NewMessage, now: datetime) -> Message:
        message = Message(
            id=new.id,
            session_id=session_id,
            kind=new.kind,
            author_id=new.author_id,
            text=new.text,
            sent_at=new.sent_at,
            stored_at=now,
            request_id=new.request_id,
            attributes=new.attributes,
        )
        self._put(message)
        return message

    def _put(self, message: Message) -> None:
        if message.id not in self._messages:
            self._timelines.setdefault(message.session_id, []).append(message.id)
        self._messages[message.id] = message
        waiting = self._open.setdefault(message.session_id, set())
        if message.is_open:
            waiting.add(message.id)
        else:
            waiting.discard(message.id)


def _place(message: Message) -> tuple[datetime, MessageId]:
    return message.sent_at, message.id


def _new_turn(claim: Claim, now: datetime) -> Turn:
    return Turn(
        id=claim.turn_id,
        session_id=claim.session_id,
        fence=claim.fence,
        holder_id=claim.holder_id,
        message_ids=(),
        started_at=now,
    )
