"""Reads what other sessions saw, as far as it may be shown in this one."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.investigators.contract import EarlierCase, SeenBefore
from bot.surfaces.contract import Surface
from session import Repository, SeenIn, SessionId, StorageError

log = structlog.get_logger(__name__)

MOST_CASES = 20
_MORE = 100
"""How many are looked at where some of the newest may not be shown."""
LONGEST_SECONDS = 3.0
"""What the question may take in all: an answer never waits longer for it."""


@dataclass(slots=True)
class SessionSightings:
    """Contract: `bot.investigators.contract.SightingsView`."""

    repository: Repository
    surface: Surface
    session_id: SessionId

    async def seen_before(self, keys: Collection[str]) -> SeenBefore:
        """Ask the store, then whether it may be shown; say nothing where that fails."""
        if not keys:
            return SeenBefore()
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self._seen_before(keys)
        except (StorageError, TimeoutError) as error:
            log.warning("sightings.not_asked", reason=str(error) or type(error).__name__)
            return SeenBefore()

    async def _seen_before(self, keys: Collection[str]) -> SeenBefore:
        cases: Sequence[EarlierCase] = ()
        for limit in (MOST_CASES + 1, _MORE):
            found = await self.repository.seen_elsewhere(
                keys, besides=self.session_id, limit=limit
            )
            cases = await self._shown(found)
            if len(found) < limit or len(cases) > MOST_CASES:
                break
        return SeenBefore(cases=tuple(cases[:MOST_CASES]), has_more=len(cases) > MOST_CASES)

    async def _shown(self, found: Sequence[SeenIn]) -> Sequence[EarlierCase]:
        threads = [it.thread for it in found if it.thread is not None]
        shown = await self.surface.elsewhere(threads) if threads else {}
        return [
            EarlierCase(where=shown[it.thread], sightings=it.sightings)
            for it in found
            if it.thread is not None and it.thread in shown
        ]
