"""Everything that a sweep would find one day."""

from collections.abc import Sequence
from datetime import UTC, datetime

from session import Message, Repository

FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


async def all_due(repository: Repository, *, limit: int = 500) -> Sequence[Message]:
    """Read what is open, or parked with an end, in all sessions."""
    return await repository.scan_due(until=FOR_EVER, limit=limit)
