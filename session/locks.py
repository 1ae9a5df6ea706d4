"""The one door to a session: a lock on it is asked for here."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from session.deposits import LONGEST, Deposits
from session.errors import MissingRequestIdError
from session.lock import Lock
from session.messages import SessionId
from session.models import Lease, LeaseRequest, Receipt
from session.repository import Repository
from session.request_id import current_request_id

DEFAULT_LOCK_TTL = timedelta(minutes=3)


class LockService:
    """Acquires locks in the name of the current request id."""

    def __init__(
        self,
        repository: Repository,
        *,
        ttl: timedelta = DEFAULT_LOCK_TTL,
        monotonic: Callable[[], float] = time.monotonic,
        on_handed_back: Callable[[SessionId], None] | None = None,
    ) -> None:
        """Leases last for `ttl` unless refreshed; `monotonic` counts seconds.

        `on_handed_back` is called with a session whose lease came with a message and was not
        collected in time. Its inbox is still to be dealt with.
        """
        self._repository = repository
        self._ttl = ttl
        self._monotonic = monotonic
        longest = min(LONGEST, ttl.total_seconds() / 6)
        self._deposits = Deposits(repository, longest, on_handed_back)

    async def try_acquire(self, session_id: SessionId) -> Lock | None:
        """Take the session's lock, or return None at once while someone else (or we) hold it.

        A lease that came with a message of the session is taken first, once, without asking the
        store; its holder stays the request that took the message in. Raises
        `MissingRequestIdError`, `SessionNotFoundError`, `StorageError`.
        """
        request = self._request()
        deposit = self._deposits.collect(session_id)
        if deposit is not None and (lease := deposit.session.lease) is not None:
            return Lock(
                self._repository,
                session_id,
                lease,
                ttl=self._ttl,
                asked_at=deposit.asked_at,
                monotonic=self._monotonic,
                came_with=deposit.session,
            )
        return await self._acquire(session_id, request)

    async def take_in(self, write: Callable[[LeaseRequest], Awaitable[Receipt]]) -> Receipt:
        """Carry out a `write` that may take a lease with a message, and keep the lease here.

        For `Resolver`. Shielded: the lease is kept even if the caller is cancelled.
        """
        request, asked_at = self._request(), self._monotonic()
        return await self._repository.tasks.run(
            write(request), then=lambda receipt: self._deposits.put_down(receipt, asked_at)
        )

    def has_lease_for(self, session_id: SessionId) -> bool:
        """Tell whether a lease that came with a message lies here."""
        return self._deposits.has(session_id)

    async def aclose(self) -> None:
        """Hand back each lease that nobody collects, now and later; call it before stopping."""
        await self._deposits.aclose()

    async def _acquire(self, session_id: SessionId, request: LeaseRequest) -> Lock | None:
        async def give_back(lease: Lease | None) -> None:
            if lease is not None:
                await self._repository.release_lease(lease.claim_on(session_id))

        asked_at = self._monotonic()
        lease = await self._repository.tasks.run(
            self._repository.acquire_lease(session_id, request), undo=give_back
        )
        if lease is None:
            return None
        return Lock(
            self._repository,
            session_id,
            lease,
            ttl=self._ttl,
            asked_at=asked_at,
            monotonic=self._monotonic,
        )

    def _request(self) -> LeaseRequest:
        holder_id = current_request_id()
        if holder_id is None:
            raise MissingRequestIdError
        return LeaseRequest(holder_id=holder_id, ttl=self._ttl)
