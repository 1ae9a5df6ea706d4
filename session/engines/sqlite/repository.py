"""The embedded default engine: each method one operation of the writer, or one read."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from session.access import Access
from session.engines.sqlite import inbox, leases, sessions, turns
from session.engines.sqlite.opening import Opened, open_database
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.rows import message_row, stored_json, stored_time, time_of
from session.engines.sqlite.surroundings import THIS_MACHINE, Surroundings
from session.engines.sqlite.transaction import Transaction
from session.engines.sqlite.writer import Writer
from session.errors import StorageError
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    Message,
    MessageId,
    NewMessage,
    NewSession,
    Receipt,
    Session,
    SessionId,
    SessionRecord,
    Turn,
    TurnEnd,
)
from session.repository import Repository
from session.shielded import ShieldedTasks

_FEW = 50
"""Messages that may be read on the loop: about half a millisecond."""


class SQLiteRepository(Repository):
    """One file, shared by any number of processes on one machine."""

    is_local = True

    def __init__(self, opened: Opened) -> None:
        """Take over what was opened; use `open`."""
        self.tasks = ShieldedTasks()
        self.description = f"the SQLite file {opened.path}"
        self._clock = opened.clock
        self._instance = opened.instance
        transaction = Transaction(opened.writer.cursor(), opened.instance, opened.clock)
        self._writer = Writer(opened.writer, transaction, opened.guard, str(opened.path))
        self._reader = Reader(opened.near, opened.far, opened.guard, str(opened.path))
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        access: Access = Access.SERVE,
        machine: Surroundings = THIS_MACHINE,
    ) -> Self:
        """Open the file, creating it if it is missing and not just looked at.

        Raises `StorageError`.
        """
        opening = asyncio.ensure_future(asyncio.to_thread(open_database, path, access, machine))
        try:
            return cls(await asyncio.shield(opening))
        except asyncio.CancelledError:
            with suppress(StorageError):
                (await opening).close()
            raise

    def now(self) -> datetime:
        return time_of(self._clock())

    async def aclose(self) -> None:
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self.tasks.drain()
        try:
            await self._reader.close()
            await self._writer.close()
        finally:
            self._instance.close()

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        return await self._writer.run(lambda tx: sessions.create(tx, new))

    async def get_session(self, session_id: SessionId) -> Session | None:
        return await self._reader.short(lambda db: sessions.get(db.execute, session_id))

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        return await self._reader.long(lambda db: sessions.by_ticket(db.execute, ticket_id))

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        return await self._reader.long(lambda db: sessions.scan(db.execute, after, limit))

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        before = stored_time(idle_since)
        return await self._writer.run(lambda tx: sessions.delete(tx, session_id, before))

    async def restore_session(self, record: SessionRecord) -> bool:
        return await self._writer.run(lambda tx: sessions.restore(tx, record))

    def acquire_lease(
        self, session_id: SessionId, request: LeaseRequest
    ) -> asyncio.Future[Lease | None]:
        return self._writer.run(lambda tx: leases.acquire(tx, session_id, request))

    def refresh_lease(self, claim: Claim, ttl: timedelta) -> asyncio.Future[Lease]:
        return self._writer.run(lambda tx: leases.refresh(tx, claim, ttl))

    def release_lease(
        self, claim: Claim, *, delivered: MessageId | None = None
    ) -> asyncio.Future[bool]:
        return self._writer.run(lambda tx: leases.release(tx, claim, delivered))

    def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> asyncio.Future[Receipt]:
        row = message_row(message, new.id)
        return self._writer.run(lambda tx: inbox.take_in(tx, new, row, lease))

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        few = await self._reader.short(
            lambda db: inbox.open_messages(db.execute, session_id, _FEW)
        )
        if len(few) < _FEW:
            return few
        return await self._reader.long(lambda db: inbox.open_messages(db.execute, session_id))

    async def get_message(self, message_id: MessageId) -> Message | None:
        return await self._reader.short(lambda db: inbox.get(db.execute, message_id))

    async def blank_message(self, message_id: MessageId) -> bool:
        return await self._writer.run(lambda tx: inbox.blank(tx, message_id))

    async def scan_open(self, *, limit: int = 500) -> Sequence[Message]:
        return await self._reader.long(lambda db: inbox.scan_open(db.execute, limit))

    def begin_turn(self, claim: Claim, message_ids: Sequence[MessageId]) -> asyncio.Future[Turn]:
        ids = tuple(message_ids)
        return self._writer.run(lambda tx: turns.begin(tx, claim, ids))

    def finish_turn(self, claim: Claim, end: TurnEnd) -> asyncio.Future[None]:
        answer = None if end.answer is None else message_row(end.answer, claim.session_id)
        memory = None if end.memory is None else stored_json(end.memory)
        return self._writer.run(lambda tx: turns.finish(tx, claim, end, answer, memory))

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        is_short = limit is not None and limit <= _FEW
        read = self._reader.short if is_short else self._reader.long
        return await read(lambda db: turns.timeline(db.execute, session_id, limit))

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        return await self._reader.long(lambda db: turns.of_session(db.execute, session_id))
