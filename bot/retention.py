"""Forgetting: sessions that nobody has used for RETENTION_DAYS are deleted, once a day."""

import asyncio
from datetime import timedelta

import structlog

from session import Repository, StorageError

log = structlog.get_logger(__name__)

_DAY = 24 * 3600.0
_PAGE = 100


async def keep_for(repository: Repository, days: int) -> None:
    """Pass over all sessions now and then daily, until cancelled; 0 days keeps everything."""
    while days > 0:
        try:
            deleted = await delete_idle(repository, timedelta(days=days))
            log.info("retention.passed", deleted=deleted, days=days)
        except StorageError as error:
            log.warning("retention.failed", reason=str(error))
        await asyncio.sleep(_DAY)


async def delete_idle(repository: Repository, unused_for: timedelta) -> int:
    """Delete what has been unused for that long and return how many sessions that were.

    A session that is held, or in which something is open or waits, is never deleted.
    """
    idle_since = repository.now() - unused_for
    deleted, after = 0, None
    while page := await repository.scan_sessions(after=after, limit=_PAGE):
        for session in page:
            if session.last_active_at < idle_since:
                deleted += await repository.delete_session(session.id, idle_since=idle_since)
        after = page[-1].id
    return deleted
