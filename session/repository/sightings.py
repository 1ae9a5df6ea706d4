"""The contract for what was seen: which sessions saw the same."""

from collections.abc import Collection, Sequence
from typing import Protocol

from session.messages import SessionId
from session.seen_in import SeenIn


class SightingRepository(Protocol):
    """Sightings: one record for each session, replaced by the commit that ends a turn."""

    async def seen_elsewhere(
        self, keys: Collection[str], *, besides: SessionId, limit: int = 20
    ) -> Sequence[SeenIn]:
        """Return the other sessions that saw any of `keys`, at most 60 of them.

        The sessions come newest first: by when they saw anything last. Served by an index, however
        much is stored. Raises `ValueError` for more keys.
        """
        ...
