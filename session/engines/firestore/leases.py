"""The lease inside a session's document: compare-and-swap on its `update_time`."""

from dataclasses import replace
from datetime import datetime, timedelta

from session.engines.firestore.calls import Budget, Sent
from session.engines.firestore.changes import Change, claim_of, leased
from session.engines.firestore.holder import HolderWrite, delivery, write_as_holder
from session.engines.firestore.snapshot import SessionSnapshot
from session.engines.firestore.store import Store, new_write_id
from session.errors import LockLostError, SessionNotFoundError
from session.messages import MessageId, SessionId
from session.models import Claim, Lease, LeaseRequest
from session.repository import LeaseRepository


class Leases(LeaseRepository):
    """The part of the engine that takes, moves and ends leases."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Lease | None:
        budget, write_id = self._store.budget(), new_write_id()
        async with self._store.bursts.enter(budget, session_id):
            try:
                return await self._acquire(budget, session_id, request, write_id)
            except BaseException:
                self._store.memo.abandon(write_id)
                raise

    async def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        async def plan(write: HolderWrite) -> Change:
            session = write.before.session
            assert session.lease is not None
            lease = replace(session.lease, expires_at=self._store.clock() + ttl)
            return Change(after=write.before.moved(replace(session, lease=lease)))

        clock_was_behind = True
        lease: Lease | None = None
        while clock_was_behind:
            sent, after = await write_as_holder(self._store, claim, plan)
            clock_was_behind, lease = sent.clock_was_behind, after.session.lease
        assert lease is not None
        return lease

    async def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> bool:
        async def plan(write: HolderWrite) -> Change:
            free = replace(write.before.session, lease=None)
            updates = await delivery(self._store, write, delivered)
            return Change(after=write.before.moved(free), updates=updates)

        try:
            await write_as_holder(self._store, claim, plan)
        except LockLostError:
            return False
        return True

    async def _acquire(
        self, budget: Budget, session_id: SessionId, request: LeaseRequest, write_id: str
    ) -> Lease | None:
        stored, now = self._store.memo.session(session_id), self._store.clock()
        if stored is None or stored.session.lease is not None:
            stored, now = await self._store.read_session(budget, session_id)
        while stored is not None:
            if stored.write_id == write_id:
                return stored.session.lease
            if self._store.is_held(stored, now):
                return None
            change = Change(after=leased(stored, request, now))
            sent, after = await self._store.commit(budget, stored, change, write_id)
            if sent.applied:
                return await self._long_enough(sent, after, request)
            stored, now = await self._again(budget, sent, stored)
        raise SessionNotFoundError(session_id)

    async def _again(
        self, budget: Budget, sent: Sent, before: SessionSnapshot
    ) -> tuple[SessionSnapshot | None, datetime]:
        fresh, now = await self._store.read_session(budget, before.session.id)
        if fresh is not None and fresh.version == before.version:
            assert sent.refusal is not None
            raise budget.fail(sent.refusal) from sent.refusal
        return fresh, now

    async def _long_enough(
        self, sent: Sent, after: SessionSnapshot, request: LeaseRequest
    ) -> Lease | None:
        if not sent.clock_was_behind:
            return after.session.lease
        return await self.refresh_lease(claim_of(after), request.ttl)
