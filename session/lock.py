"""The lock on a session: at most one holder, never waiting, never silently lost."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from session.errors import LockLostError, MissingRequestIdError
from session.models import (
    Lease,
    LeaseRequest,
    MessageId,
    Receipt,
    SessionId,
    Turn,
    TurnEnd,
)
from session.repository import Repository
from session.request_id import current_request_id

T = TypeVar("T")

DEFAULT_LOCK_TTL = timedelta(minutes=3)


class Lock:
    """The handle of a lease. What it has begun to write is written, whoever is cancelled."""

    def __init__(
        self,
        repository: Repository,
        session_id: SessionId,
        lease: Lease,
        request: LeaseRequest,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self._repository = repository
        self._lease = lease
        self._ttl = request.ttl
        self._monotonic = monotonic
        self._released = False
        self.claim = lease.claim_on(session_id)
        self.deadline = request.asked_at + request.ttl.total_seconds()
        """When to have stopped by, on the injected monotonic clock, in seconds.

        Counted from before the store was asked, so it is never later than the lease's real end.
        """

    @property
    def session_id(self) -> SessionId:
        """The locked session."""
        return self.claim.session_id

    @property
    def holder_id(self) -> str:
        """The request id that holds it."""
        return self.claim.holder_id

    @property
    def fence(self) -> int:
        """The number of this acquisition."""
        return self.claim.fence

    @property
    def acquired_at(self) -> datetime:
        """When the lease was taken, by the engine's clock."""
        return self._lease.acquired_at

    @property
    def expires_at(self) -> datetime:
        """When the lease ends unless refreshed, by the engine's clock."""
        return self._lease.expires_at

    @property
    def ttl(self) -> timedelta:
        """How long each refresh holds."""
        return self._ttl

    def remaining(self) -> float:
        """Seconds until `deadline`; not positive once nothing more may be done."""
        return self.deadline - self._monotonic()

    async def refresh(self) -> None:
        """Hold for another full ttl, or raise `LockLostError`."""
        if self._released:
            raise LockLostError(self.session_id, self.holder_id, self.fence)
        asked_at = self._monotonic()
        refreshed = self._repository.refresh_lease(self.claim, self._ttl)
        await self._write(self._note(refreshed, asked_at))

    async def release(self, *, delivered: MessageId | None = None) -> bool:
        """End the lease, closing the `delivered` answer in the same write.

        False, without harm, if it was released before or is no longer ours.
        """
        if self._released:
            return False
        ended = await self._write(self._repository.release_lease(self.claim, delivered=delivered))
        self._released = True
        return ended

    async def begin_turn(self, message_ids: Sequence[MessageId]) -> Turn:
        """Take up open messages under this lock: `TurnRepository.begin_turn`."""
        return await self._write(self._repository.begin_turn(self.claim, message_ids))

    async def finish_turn(self, end: TurnEnd) -> None:
        """End the turn under this lock: `TurnRepository.finish_turn`."""
        await self._write(self._repository.finish_turn(self.claim, end))
        self._released = self._released or end.release

    async def _note(self, refreshed: Awaitable[Lease], asked_at: float) -> None:
        # Not in `refresh`, which may be cancelled while the store moves the lease all the same.
        self._lease = await refreshed
        self.deadline = asked_at + self._ttl.total_seconds()

    def _write(self, write: Awaitable[T]) -> Awaitable[T]:
        return self._repository.tasks.run(write)


class LockService:
    """Acquires locks in the name of the current request id."""

    def __init__(
        self,
        repository: Repository,
        *,
        ttl: timedelta = DEFAULT_LOCK_TTL,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repository = repository
        self._ttl = ttl
        self._monotonic = monotonic

    def lease_request(self) -> LeaseRequest:
        """What to pass to `Resolver.resolve_slack_session` to take the lease in the same write."""
        holder_id = current_request_id()
        if holder_id is None:
            raise MissingRequestIdError
        return LeaseRequest(holder_id=holder_id, ttl=self._ttl, asked_at=self._monotonic())

    async def try_acquire(self, session_id: SessionId) -> Lock | None:
        """Take the session's lock, or return None at once while someone else (or we) hold it.

        Raises `MissingRequestIdError`, `SessionNotFoundError`, `StorageError`.
        """
        request = self.lease_request()

        async def give_back(lease: Lease | None) -> None:
            if lease is not None:
                await self._repository.release_lease(lease.claim_on(session_id))

        lease = await self._repository.tasks.run(
            self._repository.acquire_lease(session_id, request), undo=give_back
        )
        return None if lease is None else self._lock(session_id, lease, request)

    def taken_with(self, receipt: Receipt, request: LeaseRequest) -> Lock | None:
        """Return the lock that was taken together with a message, if `request` was granted."""
        session = receipt.session
        if receipt.claim is None or session.lease is None:
            return None
        return self._lock(session.id, session.lease, request)

    def _lock(self, session_id: SessionId, lease: Lease, request: LeaseRequest) -> Lock:
        return Lock(self._repository, session_id, lease, request, monotonic=self._monotonic)
