"""Retention: once a day it deletes sessions that nobody has used for RETENTION_DAYS."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from session import Repository, SessionId, StorageError

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)
_LOOKED = "retention looked at"
_PAGE = 100
MOST_AT_ONCE = 10_000
"""Sessions that one pass deletes; the next one follows at once while there are so many."""


class Retention:
    """Passes over all sessions; what it deletes is gone.

    So a date that is more than a day later than all that is stored is not believed at first: the
    machine's clock may be wrong, and would delete everything. Unused for long, the store looks the
    same, so a second look a day later decides.
    """

    def __init__(self, repository: Repository, unused_for: timedelta) -> None:
        self._repository = repository
        self._unused_for = unused_for
        self._doubts = Doubts(repository)

    async def pass_over(self) -> int | None:
        """Delete what has been unused for that long and return how many sessions that were.

        A session that is held, or in which something is open or parked, is never deleted. None if
        the date is doubted, and so nothing was done.
        """
        today = self._repository.date()
        idle_since = today - self._unused_for
        idle, newest = await self._look(idle_since)
        if newest is not None and not await self._doubts.believes(today, newest):
            log.warning(
                "retention.postponed",
                today=today.isoformat(),
                newest=newest.isoformat(),
                reason="the date is more than a day after all that is stored: is the clock right?",
            )
            return None
        await self._forget_alerts(idle_since)
        await self._repository.delete_counts(before=idle_since.date())
        return sum([await self._delete(session_id, idle_since) for session_id in idle])

    async def _look(self, idle_since: datetime) -> tuple[list[SessionId], datetime | None]:
        """Find which sessions are idle, and when any was active last."""
        idle, newest, after = list[SessionId](), None, None
        while page := await self._repository.scan_sessions(after=after, limit=_PAGE):
            room = MOST_AT_ONCE - len(idle)
            idle += [it.id for it in page if it.last_active_at < idle_since][:room]
            latest = max(session.last_active_at for session in page)
            newest = latest if newest is None else max(newest, latest)
            after = page[-1].id
        return idle, newest

    async def _forget_alerts(self, idle_since: datetime) -> None:
        """Delete the records of alerts that were not seen since."""
        after = None
        while page := await self._repository.scan_alerts(after=after, limit=_PAGE):
            for record in page:
                if record.last_seen_at < idle_since:
                    await self._repository.delete_alert(record.key, idle_since=idle_since)
            after = page[-1].key.id

    async def _delete(self, session_id: SessionId, idle_since: datetime) -> bool:
        return await self._repository.delete_session(session_id, idle_since=idle_since)


class Doubts:
    """Whether a date is believed; the first look is stored, so that it outlives the process.

    A look is a number under the name of the latest activity that it found: if anything was active
    since, the look was at another store.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._first_look: datetime | None = None

    async def believes(self, today: datetime, newest: datetime) -> bool:
        """Tell whether `today` can be true of a store whose latest activity was `newest`."""
        name = f"{_LOOKED} {newest.isoformat()}"
        stored = await self._looks(name)
        doubtful = [look for look in stored if look - newest > _DAY]
        is_refuted = len(doubtful) < len(stored)
        if today - newest <= _DAY:
            self._first_look = None
            if doubtful and not is_refuted:
                await self._note(name, today)
            return True
        # Where the same store was seen under a sound date too, the stored look proves nothing.
        first = self._first_look if is_refuted else min(doubtful, default=self._first_look)
        if first is not None:
            return today - first >= _DAY
        self._first_look = today
        await self._note(name, today)
        return False

    async def _looks(self, name: str) -> list[datetime]:
        found, after = list[datetime](), None
        while page := await self._repository.scan_counts(after=after, limit=_PAGE):
            found += [datetime.fromtimestamp(it.value, UTC) for it in page if it.name == name]
            after = page[-1].id
        return found

    async def _note(self, name: str, today: datetime) -> None:
        await self._repository.put_count(name, today.date(), int(today.timestamp()))


async def keep_for(repository: Repository, days: int) -> None:
    """Pass over all sessions now and then daily, until cancelled; 0 days keeps everything."""
    retention = Retention(repository, timedelta(days=days))
    while days > 0:
        try:
            deleted = await retention.pass_over()
            if deleted is not None:
                log.info("retention.passed", deleted=deleted, days=days)
                if deleted >= MOST_AT_ONCE:
                    continue
        except StorageError as error:
            log.warning("retention.failed", reason=str(error))
        await asyncio.sleep(_DAY.total_seconds())
