"""Sessions and the leases inside them: the part of the contract that knows no messages."""

from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from session.messages import MessageId, SessionId
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    NewSession,
    Session,
    SessionRecord,
)


class SessionRepository(Protocol):
    """Sessions as a collection."""

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        """Create the session unless its id exists; True for exactly one of any number of callers.

        A Slack session is created owing its notice.
        """
        ...

    async def get_session(self, session_id: SessionId) -> Session | None:
        """Read one session, or None."""
        ...

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        """All sessions bound to a ticket, oldest first."""
        ...

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        """A page of all sessions in the order of their ids; pass the last id to go on."""
        ...

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        """Delete a session with all that belongs to it, and say whether that was done.

        Refused (False) if it is held, has an open or parked message, was active at or after
        `idle_since`, or does not exist.
        """
        ...

    async def read_record(self, session_id: SessionId) -> SessionRecord | None:
        """Read all that is stored of a session but its lease, which belongs to one store only.

        Raises `UnreadableError` rather than leave anything out.
        """
        ...

    async def restore_session(self, record: SessionRecord) -> bool:
        """Store a whole record as it is, for moving between stores; False if it was there already.

        A record that was left half-written by a crash is completed: entries that are there
        already stay as they are. The lease is not taken over; the fence is.
        """
        ...


class LeaseRepository(Protocol):
    """The lease inside a session record.

    It ends at `expires_at`, or earlier where an engine knows that its holder's process is dead.
    """

    def acquire_lease(
        self, session_id: SessionId, request: LeaseRequest
    ) -> Awaitable[Lease | None]:
        """Take the lease if it is free; the session's fence rises by one.

        None while somebody holds it: such a refusal rests on a read that began after the call did.
        Raises `SessionNotFoundError`.
        """
        ...

    def refresh_lease(self, claim: Claim, ttl: timedelta) -> Awaitable[Lease]:
        """Move `expires_at` to now + `ttl`."""
        ...

    def release_lease(
        self, claim: Claim, *, delivered: MessageId | None = None
    ) -> Awaitable[bool]:
        """End the lease, and close the `delivered` answer as answered; False if it was not ours.

        Never raises `LockLostError`: the successor is left alone.
        """
        ...
