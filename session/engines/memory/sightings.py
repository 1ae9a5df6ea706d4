"""Sightings: what was seen in sessions."""

from collections.abc import Collection, Sequence

from session import storable
from session.engines.memory.tables import Tables
from session.messages import SessionId
from session.repository import SightingRepository
from session.seen_in import SeenIn


class Sightings(SightingRepository):
    """The part of the engine that knows which sessions saw the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def seen_elsewhere(
        self, keys: Collection[str], *, besides: SessionId, limit: int = 20
    ) -> Sequence[SeenIn]:
        storable.check_asked(keys)
        found = [it for it in self._tables.that_saw(set(keys)) if it.session_id != besides]
        return found[: max(0, limit)]
