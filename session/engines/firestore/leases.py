"""The lease inside a session's document: compare-and-swap on its `update_time`."""

from dataclasses import replace
from datetime import datetime, timedelta

from session.engines.firestore.calls import Call, Sent
from session.engines.firestore.changes import Change, claim_of, leased
from session.engines.firestore.documents import Stored
from session.engines.firestore.held import Held, delivery, write_held
from session.engines.firestore.store import Store, new_write_id
from session.errors import LockLostError, SessionNotFoundError
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    MessageId,
    SessionId,
)
from session.repository import LeaseRepository


class Leases(LeaseRepository):
    """The part of the engine that takes, moves and ends leases."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def acquire_lease(self, session_id: SessionId, request: LeaseRequest) -> Lease | None:
        call, write_id = self._store.call(), new_write_id()
        async with self._store.bursts.place(call, session_id):
            try:
                return await self._acquire(call, session_id, request, write_id)
            except BaseException:
                self._store.memo.abandon(write_id)
                raise

    async def refresh_lease(self, claim: Claim, ttl: timedelta) -> Lease:
        async def plan(held: Held) -> Change:
            session = held.before.session
            assert session.lease is not None
            lease = replace(session.lease, expires_at=self._store.clock() + ttl)
            return Change(after=held.before.moved(replace(session, lease=lease)))

        behind = True
        lease: Lease | None = None
        while behind:
            sent, after = await write_held(self._store, claim, plan)
            behind, lease = sent.behind, after.session.lease
        assert lease is not None
        return lease

    async def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> bool:
        async def plan(held: Held) -> Change:
            free = replace(held.before.session, lease=None)
            updates = await delivery(self._store, held, delivered)
            return Change(after=held.before.moved(free), updates=updates)

        try:
            await write_held(self._store, claim, plan)
        except LockLostError:
            return False
        return True

    async def _acquire(
        self, call: Call, session_id: SessionId, request: LeaseRequest, write_id: str
    ) -> Lease | None:
        stored, now = self._store.memo.session(session_id), self._store.clock()
        if stored is None or stored.session.lease is not None:
            stored, now = await self._store.read_session(call, session_id)
        while stored is not None:
            if stored.write_id == write_id:
                return stored.session.lease
            if self._store.is_held(stored, now):
                return None
            change = Change(after=leased(stored, request, now))
            sent, after = await self._store.commit(call, stored, change, write_id)
            if sent.applied:
                return await self._long_enough(sent, after, request)
            stored, now = await self._again(call, sent, stored)
        raise SessionNotFoundError(session_id)

    async def _again(
        self, call: Call, sent: Sent, before: Stored
    ) -> tuple[Stored | None, datetime]:
        fresh, now = await self._store.read_session(call, before.session.id)
        if fresh is not None and fresh.token == before.token:
            assert sent.refusal is not None
            raise call.fail(sent.refusal) from sent.refusal
        return fresh, now

    async def _long_enough(self, sent: Sent, after: Stored, request: LeaseRequest) -> Lease | None:
        if not sent.behind:
            return after.session.lease
        return await self.refresh_lease(claim_of(after), request.ttl)
