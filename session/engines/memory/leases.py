"""The lease inside a session."""

from dataclasses import replace
from datetime import timedelta

from session import transitions
from session.engines.memory.steps import at_once
from session.engines.memory.tables import Tables
from session.errors import LockLostError, SessionNotFoundError
from session.messages import MessageId, SessionId
from session.models import Claim, Lease, LeaseRequest
from session.repository import LeaseRepository


class Leases(LeaseRepository):
    """The part of the engine that takes, moves and ends leases."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @at_once
    def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Lease | None:
        session = self._tables.sessions.get(session_id)
        if session is None:
            raise SessionNotFoundError(session_id)
        lease = self._tables.granted(session, request, self._tables.clock())
        if lease is not None:
            acquired = replace(session, lease=lease, fence=lease.fence)
            self._tables.sessions[session.id] = acquired
        return lease

    @at_once
    def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        session = self._tables.held(claim)
        assert session.lease is not None
        lease = replace(session.lease, expires_at=self._tables.clock() + ttl)
        self._tables.sessions[session.id] = replace(session, lease=lease)
        return lease

    @at_once
    def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> bool:
        try:
            session = self._tables.held(claim)
        except LockLostError:
            return False
        self._tables.sessions[session.id] = replace(session, lease=None)
        for message in self._tables.some([delivered] if delivered is not None else []):
            self._tables.put(transitions.delivered(message, claim))
        return True
