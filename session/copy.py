"""Moving everything between two stores: offline, resumable, verified by a digest."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from session.alerts import AlertId, AlertRecord
from session.counts import Count, CountId
from session.digest import alert_digest, record_digest
from session.errors import NotStorableError, SessionError, StorageError, UnreadableError
from session.instances import Instance
from session.messages import SessionId
from session.models import Session, SessionRecord
from session.repository import Repository

T = TypeVar("T")

AT_ONCE = 8
"""Sessions under way, and so in memory, at the same time: a network's round trips overlap."""


class StoreInUseError(SessionError):
    """A store that was to be copied from or to is used by bots; nothing was copied."""

    def __init__(
        self, repository: Repository, sessions: Sequence[Session], bots: Sequence[Instance]
    ) -> None:
        self.store, self.now = repository.description, repository.now()
        self.date = repository.date()
        self.sessions, self.bots = sessions, bots
        super().__init__(
            f"{self.store} is in use: {len(bots)} bots, {len(sessions)} sessions are held"
        )


class Stage(StrEnum):
    """The stage of a copy."""

    COPYING = "copying"
    COMPARING = "comparing"


@dataclass(slots=True, kw_only=True)
class Copied:
    """The result of a copy, or of a dry run. It counts sessions."""

    total: int = 0
    """In the source when the copy began."""
    new: int = 0
    present: int = 0
    """Were there before, and the same."""
    counts: int = 0
    """Numbers by name and day in the source, which are copied with them."""
    alerts: int = 0
    """Records of alerts in the source, which are copied with them."""
    conflicting: list[str] = field(default_factory=list)
    """Sessions or alerts that were there before, but different: left as they are."""
    refused: dict[str, str] = field(default_factory=dict)
    """The source cannot read them, or the target would not store them, and why."""
    unequal: list[str] = field(default_factory=list)
    """Were copied, yet are not the same in both stores: somebody is at work on one of them."""
    joined: list[Instance] = field(default_factory=list)
    """Bots that came to either store meanwhile: what they stored may be in one of them only."""
    digest: str | None = None
    """SHA-256, in hex, of all sessions of the source, once it is the same in both stores."""

    @property
    def is_whole(self) -> bool:
        """Whether everything in the source is (would be) in the target as it is."""
        return not (self.conflicting or self.refused or self.unequal or self.joined)


async def copy_sessions(
    source: Repository,
    target: Repository,
    *,
    dry_run: bool = False,
    on_progress: Callable[[Stage, int, int], None] = lambda stage, done, total: None,
) -> Copied:
    """Copy every session with its messages and turns, the records of alerts, and the numbers.

    A record that is there already stays as it is.

    Nobody may work on either store meanwhile: `StoreInUseError` if a bot lives on one or a lease
    is held at the start, and who comes or what changes on the way shows in the outcome. Broken off
    at any moment, the same call again goes on. A dry run stores nothing. Raises `StorageError`
    when a store fails.
    `on_progress` gets the stage, the sessions done in it, and all there are.
    """
    copied = Copied(total=await _count_idle(source))
    await _count_idle(target)
    copier = _Copier(source=source, target=target, dry_run=dry_run, copied=copied)
    done = 0
    async for page in _pages(source):
        await _together(copier.copy(session.id) for session in page)
        on_progress(Stage.COPYING, done := done + len(page), copied.total)
    async for alerts in _alert_pages(source):
        await _together(copier.copy_alert(record) for record in alerts)
    async for counts in _count_pages(source):
        await _together(copier.copy_count(count) for count in counts)
    if not dry_run:
        done, whole = 0, hashlib.sha256()
        async for page in _pages(source):
            for line in await _together(copier.compare(session.id) for session in page):
                whole.update(line.encode())
            on_progress(Stage.COMPARING, done := done + len(page), copied.total)
        async for alerts in _alert_pages(source):
            for line in await _together(copier.compare_alert(record) for record in alerts):
                whole.update(line.encode())
        for line in await copier.compare_counts():
            whole.update(line.encode())
        copied.joined = [*await _bots(source), *await _bots(target)]
        copied.digest = whole.hexdigest() if copied.is_whole else None
    return copied


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copier:
    """Copies single sessions, and counts the outcomes."""

    source: Repository
    target: Repository
    dry_run: bool
    copied: Copied

    async def copy(self, session_id: SessionId) -> None:
        """Store it in the target, unless it is there."""
        try:
            ours = await self.source.read_record(session_id)
            theirs = await self.target.read_record(session_id)
        except UnreadableError as error:
            self.copied.refused[session_id] = str(error)
            return
        if ours is None:
            return
        if theirs is None:
            await self._store(ours)
        elif record_digest(theirs) == record_digest(ours):
            self.copied.present += 1
        else:
            self.copied.conflicting.append(session_id)

    async def compare(self, session_id: SessionId) -> str:
        """See whether both stores have the same, and return its line of the whole digest."""
        if session_id in self.copied.refused:
            return f"{session_id} refused\n"
        ours, theirs = [await _digest(store, session_id) for store in (self.source, self.target)]
        if ours != theirs and session_id not in self.copied.conflicting:
            self.copied.unequal.append(session_id)
        return f"{session_id} {ours}\n"

    async def copy_alert(self, record: AlertRecord) -> None:
        """Store the record of an alert in the target, unless it is there."""
        self.copied.alerts += 1
        theirs = await self.target.find_alert(record.key)
        if theirs is not None and theirs != record:
            self.copied.conflicting.append(record.key.id)
        elif theirs is None and not self.dry_run:
            await self.target.restore_alert(record)

    async def compare_alert(self, record: AlertRecord) -> str:
        """See whether both stores have the same record, and return its line of the digest."""
        its_id, theirs = record.key.id, await self.target.find_alert(record.key)
        if theirs != record and its_id not in self.copied.conflicting:
            self.copied.unequal.append(its_id)
        return f"{its_id} {alert_digest(record)}\n"

    async def copy_count(self, count: Count) -> None:
        """Store a number in the target, unless it is there."""
        self.copied.counts += 1
        if not self.dry_run:
            await self.target.restore_count(count)

    async def compare_counts(self) -> list[str]:
        """See whether the target has the source's numbers; return their lines of the digest."""
        theirs = {count async for page in _count_pages(self.target) for count in page}
        ours = [count async for page in _count_pages(self.source) for count in page]
        self.copied.unequal += [count.id for count in ours if count not in theirs]
        return [f"{count.id} {count.value}\n" for count in ours]

    async def _store(self, record: SessionRecord) -> None:
        try:
            if self.dry_run or await self.target.restore_session(record):
                self.copied.new += 1
        except NotStorableError as error:
            self.copied.refused[record.session.id] = str(error)
        except StorageError as error:
            # A store that still answers has only refused this record, perhaps for its size.
            await self.target.get_session(record.session.id)
            self.copied.refused[record.session.id] = str(error)


async def _digest(repository: Repository, session_id: SessionId) -> str | None:
    record = await repository.read_record(session_id)
    return None if record is None else record_digest(record)


async def _bots(repository: Repository) -> list[Instance]:
    """Return the bots on a store, other than ourselves."""
    return [instance for instance in await repository.instances() if not instance.is_ours]


async def _count_idle(repository: Repository) -> int:
    """Count the sessions; raises `StoreInUseError` if a bot lives there, or any is held."""
    count, held, bots = 0, list[Session](), await _bots(repository)
    async for page in _pages(repository, size=200):
        count += len(page)
        held += [session for session in page if session.held_at(repository.now())]
    if held or bots:
        raise StoreInUseError(repository, held, bots)
    return count


async def _pages(
    repository: Repository, *, size: int = AT_ONCE
) -> AsyncIterator[Sequence[Session]]:
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after, limit=size):
        yield page
        after = page[-1].id


async def _alert_pages(repository: Repository) -> AsyncIterator[Sequence[AlertRecord]]:
    after: AlertId | None = None
    while page := await repository.scan_alerts(after=after, limit=AT_ONCE):
        yield page
        after = page[-1].key.id


async def _count_pages(repository: Repository) -> AsyncIterator[Sequence[Count]]:
    after: CountId | None = None
    while page := await repository.scan_counts(after=after):
        yield page
        after = page[-1].id


async def _together(jobs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run them at once; if one fails, the others have ended too before this raises."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
