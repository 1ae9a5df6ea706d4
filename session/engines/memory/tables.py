"""Dictionaries of immutable values, and the ids by which they are looked up in order."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from session import transitions
from session.alerts import AlertId, AlertRecord
from session.counts import Count, CountId
from session.errors import LockLostError
from session.messages import Message, MessageId, MessageState, SessionId, TurnId
from session.models import Claim, Lease, LeaseRequest, Session, Turn
from session.seen_in import SeenIn
from session.sightings import Sighting


class Tables:
    """All that one store holds. Nothing here awaits, so a caller's steps are one atomic step."""

    def __init__(self, clock: Callable[[], datetime], date: Callable[[], datetime]) -> None:
        self.clock, self.date = clock, date
        self.sessions: dict[SessionId, Session] = {}
        self.messages: dict[MessageId, Message] = {}
        self.notebooks: dict[SessionId, dict[str, Mapping[str, Any]]] = {}
        self.alerts: dict[AlertId, AlertRecord] = {}
        self.counts: dict[CountId, Count] = {}
        self.audits: dict[SessionId, dict[TurnId, Mapping[str, Any]]] = {}
        self.sightings: dict[SessionId, Mapping[str, Sighting]] = {}
        self._timelines: dict[SessionId, list[MessageId]] = {}
        self._turns: dict[SessionId, dict[int, Turn]] = {}
        self._running: dict[SessionId, set[int]] = {}
        self._due: dict[SessionId, set[MessageId]] = {}
        self._by_ticket: dict[str, list[SessionId]] = {}
        self._saw: dict[str, set[SessionId]] = {}
        self._in_order: list[SessionId] = []

    def add(self, session: Session) -> None:
        """Add a session whose id is not there."""
        self.sessions[session.id] = session
        insort(self._in_order, session.id)
        if session.ticket_id:
            self._by_ticket.setdefault(session.ticket_id, []).append(session.id)

    def remove(self, session: Session) -> None:
        """Forget a session and all that belongs to it."""
        for message_id in self._timelines.pop(session.id, ()):
            del self.messages[message_id]
        self._turns.pop(session.id, None)
        self._running.pop(session.id, None)
        self._due.pop(session.id, None)
        self.notebooks.pop(session.id, None)
        self.audits.pop(session.id, None)
        self.see(session.id, ())
        if session.ticket_id:
            self._by_ticket[session.ticket_id].remove(session.id)
        del self._in_order[bisect_left(self._in_order, session.id)]
        del self.sessions[session.id]

    def of_ticket(self, ticket_id: str) -> list[Session]:
        """Return a ticket's sessions."""
        return [self.sessions[session_id] for session_id in self._by_ticket.get(ticket_id, ())]

    def page(self, after: SessionId | None, limit: int) -> list[Session]:
        """Return some sessions in the order of their ids."""
        start = 0 if after is None else bisect_right(self._in_order, after)
        return [self.sessions[found] for found in self._in_order[start : start + limit]]

    def put(self, message: Message) -> None:
        """Store a message, or its next state."""
        if message.id not in self.messages:
            self._timelines.setdefault(message.session_id, []).append(message.id)
        self.messages[message.id] = message
        due = self._due.setdefault(message.session_id, set())
        if message.look_at is not None:
            due.add(message.id)
        else:
            due.discard(message.id)
        if not due:
            del self._due[message.session_id]

    def some(self, ids: Iterable[MessageId]) -> list[Message]:
        """Return those of the ids that are there, each once."""
        return [self.messages[found] for found in dict.fromkeys(ids) if found in self.messages]

    def see(self, session_id: SessionId, sightings: Iterable[Sighting]) -> None:
        """Replace all that a session saw."""
        for key in self.sightings.pop(session_id, ()):
            self._saw[key].discard(session_id)
            if not self._saw[key]:
                del self._saw[key]
        if seen := {sighting.key: sighting for sighting in sightings}:
            self.sightings[session_id] = seen
        for key in seen:
            self._saw.setdefault(key, set()).add(session_id)

    def that_saw(self, keys: Collection[str]) -> list[SeenIn]:
        """Return the sessions that saw any of some keys, newest first."""
        found = set[SessionId]().union(*(self._saw.get(key, ()) for key in keys))
        last = {it: max(seen.seen_at for seen in self.sightings[it].values()) for it in found}
        return [
            SeenIn(
                session_id=session_id,
                thread=self.sessions[session_id].thread,
                sightings=tuple(
                    self.sightings[session_id][key]
                    for key in sorted(keys)
                    if key in self.sightings[session_id]
                ),
            )
            for session_id in sorted(found, key=lambda it: (last[it], it), reverse=True)
        ]

    def of_request(self, request_id: str) -> list[Message]:
        """Return what came in under a request id, or was taken up by a turn that it held."""
        turns = (turn for turns in self._turns.values() for turn in turns.values())
        its = [turn.message_ids for turn in turns if turn.holder_id == request_id]
        held = {message_id for ids in its for message_id in ids}
        return [
            message
            for message in self.messages.values()
            if message.request_id == request_id or message.id in held
        ]

    def entries(self, session_id: SessionId) -> list[Message]:
        """Return a session's messages."""
        return [self.messages[found] for found in self._timelines.get(session_id, ())]

    def open_entries(self, session_id: SessionId) -> list[Message]:
        """Return a session's open messages."""
        found = (self.messages[due] for due in self._due.get(session_id, ()))
        return [message for message in found if message.is_open]

    def due(self) -> Iterable[Message]:
        """Yield all messages that are to be looked at some time."""
        return (self.messages[found] for ids in self._due.values() for found in ids)

    def is_finished(self, session_id: SessionId) -> bool:
        """Tell whether every message of a session is closed."""
        entries = self.entries(session_id)
        return all(message.state is MessageState.CLOSED for message in entries)

    def turns(self, session_id: SessionId) -> list[Turn]:
        """Return a session's turns by fence."""
        return [turn for _, turn in sorted(self._turns.get(session_id, {}).items())]

    def record(self, turn: Turn) -> None:
        """Store a turn, or its next state."""
        self._turns.setdefault(turn.session_id, {})[turn.fence] = turn
        running = self._running.setdefault(turn.session_id, set())
        if turn.outcome is None:
            running.add(turn.fence)
        else:
            running.discard(turn.fence)
        if not running:
            del self._running[turn.session_id]

    def granted(
        self, session: Session | None, request: LeaseRequest, now: datetime
    ) -> Lease | None:
        """Say which lease of a session `request` may have, if it is free."""
        if session is None:
            return request.granted(now, fence=1)
        if session.held_at(now):
            return None
        return request.granted(now, fence=session.fence + 1)

    def held(self, claim: Claim) -> Session:
        """Return the session that the claim holds. Raises `LockLostError`."""
        session = self.sessions.get(claim.session_id)
        if session is None or not session.is_held_by(claim):
            raise LockLostError(claim.session_id, claim.holder_id, claim.fence)
        return session

    def turn_of(self, claim: Claim) -> Turn:
        """Return the claim's turn, which may have to begin now."""
        known = self._turns.get(claim.session_id, {}).get(claim.fence)
        return known or transitions.begun(claim, self.date())

    def interrupt_earlier(self, claim: Claim) -> None:
        """End the turns of earlier acquisitions that nobody ended."""
        for fence in sorted(self._running.get(claim.session_id, ())):
            if fence != claim.fence:
                earlier = self._turns[claim.session_id][fence]
                self.record(transitions.interrupted(earlier, self.date()))

    def begin(
        self, claim: Claim, message_ids: Iterable[MessageId], *, on_the_way: bool = False
    ) -> Turn:
        """Have the claim's turn run, and take up what it may."""
        self.interrupt_earlier(claim)
        found = self.some(message_ids)
        turn, taken_up = transitions.takes_up(self.turn_of(claim), found, on_the_way=on_the_way)
        for message in taken_up:
            self.put(message)
        self.record(turn)
        return turn
