"""The embedded default engine: each method one operation of the writer, or one read."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from session import storable
from session.access import Access
from session.engines.sqlite import inbox, leases, leftovers, messages, sessions, turns
from session.engines.sqlite.alerts import Alerts
from session.engines.sqlite.counts import Counts
from session.engines.sqlite.formats import Format
from session.engines.sqlite.opening import Opened, open_database
from session.engines.sqlite.patience import WAITS, Patience
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.rows import stored_time, time_of
from session.engines.sqlite.safety_copy import SafetyCopy
from session.engines.sqlite.schema import FORMAT
from session.engines.sqlite.sightings import Sightings
from session.engines.sqlite.signs import Signs
from session.engines.sqlite.surroundings import THIS_MACHINE, Surroundings
from session.engines.sqlite.transaction import Transaction
from session.engines.sqlite.writer import Writer
from session.errors import StorageError
from session.messages import Message, MessageId, NewMessage, SessionId, TurnId
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    NewSession,
    Receipt,
    Session,
    SessionRecord,
    Turn,
    TurnEnd,
)
from session.readable import Reading
from session.repository import Repository
from session.shielded import ShieldedTasks
from session.writes import UnderWay

_FEW = 50
"""Messages that may be read on the loop: about half a millisecond."""


class SQLiteRepository(Sightings, Alerts, Counts, Signs, Repository):
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
        self._reading = Reading()
        self._safety_copy = SafetyCopy(opened.path)
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        access: Access = Access.SERVE,
        machine: Surroundings = THIS_MACHINE,
        ours: Format = FORMAT,
        waits: float = WAITS,
    ) -> Self:
        """Open the file, creating it if it is missing and not just looked at.

        A bot carries a file of an earlier version forward, and waits that many seconds for other
        processes to leave it. Raises `StorageError`.
        """
        patience = Patience(seconds=waits)
        opening = asyncio.ensure_future(
            asyncio.to_thread(open_database, path, access, machine, ours, patience)
        )
        try:
            return cls(await asyncio.shield(opening))
        except asyncio.CancelledError:
            patience.given_up.set()
            with suppress(StorageError):
                (await opening).close()
            raise

    def now(self) -> datetime:
        return time_of(self._clock())

    def date(self) -> datetime:
        return self._clock.date()

    async def aclose(self) -> None:
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self.tasks.drain()
        try:
            await self._take_back()
            await self._reader.close()
            await self._writer.close()
        finally:
            self._instance.close()

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        storable.check_session(new)
        return await self._writer.run(lambda tx: sessions.create(tx, new))

    async def get_session(self, session_id: SessionId) -> Session | None:
        return await self._reader.short(lambda db: sessions.get(db.execute, session_id))

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        return await self._reader.long(
            lambda db: sessions.by_ticket(db.execute, self._reading, ticket_id)
        )

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        return await self._reader.long(
            lambda db: sessions.scan(db.execute, self._reading, after, limit)
        )

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        before = stored_time(idle_since)
        return await self._writer.run(lambda tx: sessions.delete(tx, session_id, before))

    async def read_record(self, session_id: SessionId) -> SessionRecord | None:
        return await self._reader.long(lambda db: sessions.record(db.execute, session_id))

    async def restore_session(self, record: SessionRecord) -> bool:
        storable.check_record(record)
        return await self._writer.run(lambda tx: sessions.restore(tx, record))

    def acquire_lease(
        self, session_id: SessionId, request: LeaseRequest
    ) -> UnderWay[Lease | None]:
        return self._writer.run(lambda tx: leases.acquire(tx, session_id, request))

    def refresh_lease(self, claim: Claim, ttl: timedelta) -> UnderWay[Lease]:
        return self._writer.run(lambda tx: leases.refresh(tx, claim, ttl), is_lasting=False)

    def release_lease(self, claim: Claim, *, delivered: MessageId | None = None) -> UnderWay[bool]:
        return self._writer.run(lambda tx: leases.release(tx, claim, delivered), is_lasting=False)

    def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> UnderWay[Receipt]:
        storable.check_session(new)
        attributes = storable.check_message(message)
        return self._writer.run(lambda tx: inbox.take_in(tx, new, message, attributes, lease))

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        few = await self._reader.short(
            lambda db: messages.open_in(db.execute, self._reading, session_id, _FEW)
        )
        if len(few) < _FEW:
            return few
        return await self._reader.long(
            lambda db: messages.open_in(db.execute, self._reading, session_id)
        )

    async def get_message(self, message_id: MessageId) -> Message | None:
        return await self._reader.short(lambda db: messages.get(db.execute, message_id))

    async def find_messages(self, request_id: str) -> Sequence[Message]:
        return await self._reader.long(lambda db: messages.of_request(db.execute, request_id))

    async def blank_message(self, message_id: MessageId) -> bool:
        return await self._writer.run(lambda tx: inbox.blank(tx, message_id))

    async def amend_message(
        self,
        message_id: MessageId,
        *,
        text: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        reopen: bool = False,
        newer_by: str | None = None,
    ) -> bool:
        return await self._writer.run(
            lambda tx: inbox.amend(tx, message_id, text, attributes, reopen, newer_by)
        )

    async def settle(
        self, message_id: MessageId, outcome: str | None = None, *, blank: bool = False
    ) -> bool:
        storable.check_names_if_any(outcome=outcome)
        return await self._writer.run(lambda tx: inbox.settle(tx, message_id, outcome, blank))

    async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
        moment = stored_time(until)
        return await self._reader.long(
            lambda db: messages.due(db.execute, self._reading, moment, limit)
        )

    def begin_turn(
        self, claim: Claim, message_ids: Sequence[MessageId], *, on_the_way: bool = False
    ) -> UnderWay[Turn]:
        ids = tuple(message_ids)
        return self._writer.run(lambda tx: turns.begin(tx, claim, ids, on_the_way=on_the_way))

    def finish_turn(self, claim: Claim, end: TurnEnd) -> UnderWay[None]:
        attributes = storable.check_end(end).answer or "{}"
        return self._writer.run(lambda tx: turns.finish(tx, claim, end, attributes))

    def close_messages(
        self, claim: Claim, ids: Sequence[MessageId], outcome: str
    ) -> UnderWay[None]:
        storable.check_names(outcome=outcome)
        closing = tuple(ids)
        return self._writer.run(lambda tx: turns.close(tx, claim, closing, outcome))

    def postpone(self, claim: Claim, message_id: MessageId, due_at: datetime) -> UnderWay[bool]:
        return self._writer.run(lambda tx: turns.postpone(tx, claim, message_id, due_at))

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        is_short = limit is not None and limit <= _FEW
        read = self._reader.short if is_short else self._reader.long
        return await read(
            lambda db: messages.timeline(db.execute, self._reading, session_id, limit)
        )

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        return await self._reader.long(
            lambda db: turns.of_session(db.execute, self._reading, session_id)
        )

    async def read_notebook(self, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
        return await self._reader.short(
            lambda db: leftovers.notebook(db.execute, session_id, name)
        )

    async def read_audit(self, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
        return await self._reader.short(
            lambda db: leftovers.audit(db.execute, session_id, turn_id)
        )
