"""RPCs within a time limit: reads are repeated, conditional commits are resent until clear."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1 import AsyncClient, AsyncDocumentReference, AsyncWriteBatch
from google.cloud.firestore_v1.async_query import AsyncQuery

from session.engines.firestore.client import emulator_of
from session.engines.firestore.clock import ServerClock
from session.engines.firestore.documents import Snapshot, plain_time
from session.engines.firestore.errors import BUSY, REFUSED, UNCLEAR, Failure, explain
from session.errors import StorageError

T = TypeVar("T")

LIMIT = 4.5
"""Seconds that one repository call may take in all; the promise is five."""
TAKE_IN_LIMIT = 2.3
"""The same for taking a message in, which must be over 2.5 s after it came."""

_LONGEST_ATTEMPT = 2.0
_SHORTEST_HALF = 0.5
_SHORTEST_ATTEMPT = 0.05
_FIRST_WAIT = 0.02
_LONGEST_WAIT = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The outcome of one commit: applied, with the server's times, or certainly not applied."""

    first_update: datetime | None = None
    """The new `update_time` of the first document, unless it was deleted."""
    clock_was_behind: bool = False
    """The server's time had passed our reckoning of it, so what was reckoned from it is early."""
    refusal: GoogleAPICallError | None = None
    may_be_ours: bool = False
    """An earlier copy got no clear answer, so a refusal may be due to our own write."""

    @property
    def applied(self) -> bool:
        """Whether this very commit was applied and said so."""
        return self.refusal is None


class Budget:
    """The time of one repository call, in seconds, which all its RPCs share."""

    def __init__(self, client: AsyncClient, clock: ServerClock, limit: float = LIMIT) -> None:
        self._client = client
        self._clock = clock
        self._ends_at = time.monotonic() + limit

    async def read(self, *refs: AsyncDocumentReference) -> list[Snapshot]:
        """Read documents in one BatchGetDocuments, and answer in the order of `refs`."""

        async def attempt(timeout: float) -> list[Snapshot]:
            asked_at = time.monotonic()
            answers = self._client.get_all(list(refs), retry=None, timeout=timeout)
            found = {snapshot.reference.path: snapshot async for snapshot in answers}
            for snapshot in found.values():
                self._clock.observe(plain_time(snapshot.read_time), asked_at)
            return [found[ref.path] for ref in refs]

        return await self._repeat(attempt)

    async def query(self, query: AsyncQuery) -> list[Snapshot]:
        """Run one query to its end; a stream that breaks off is begun anew."""

        async def attempt(timeout: float) -> list[Snapshot]:
            answers = query.stream(retry=None, timeout=timeout)
            return [snapshot async for snapshot in answers]

        return await self._repeat(attempt)

    async def commit(self, batch: AsyncWriteBatch) -> Sent:
        """Send the same commit until the answer is clear.

        Safe because each of our commits is conditional or harmless to repeat: of any number of
        copies, late ones included, at most one changes anything.
        """
        may_be_ours = False

        async def attempt(timeout: float) -> Sent:
            nonlocal may_be_ours
            asked_at = time.monotonic()
            try:
                results = await batch.commit(retry=None, timeout=timeout)
            except REFUSED as error:
                return Sent(refusal=error, may_be_ours=may_be_ours)
            except UNCLEAR:
                may_be_ours = True
                raise
            clock_was_behind = self._clock.observe(plain_time(batch.commit_time), asked_at)
            updated = results[0].update_time
            first = None if updated is None else plain_time(updated)
            return Sent(
                first_update=first, clock_was_behind=clock_was_behind, may_be_ours=may_be_ours
            )

        return await self._repeat(attempt)

    async def wait_for(self, event: asyncio.Event) -> None:
        """Wait for an event, but not so long that no time is left for the call itself."""
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), max(self._remaining() / 2, 0.0))

    async def pause(self, refusal: GoogleAPICallError) -> None:
        """Stand back a moment after a lost race, or give up when the time is over."""
        await self._stand_back(_FIRST_WAIT, refusal)

    def fail(self, error: Failure) -> StorageError:
        """Make the error to raise for a driver's error."""
        client = self._client
        return StorageError(explain(error, client.project, client._database, emulator_of(client)))

    async def _repeat(self, attempt: Callable[[float], Awaitable[T]]) -> T:
        wait = _FIRST_WAIT
        while True:
            try:
                return await attempt(self._timeout())
            except (*UNCLEAR, *BUSY) as error:
                await self._stand_back(wait, error)
                wait = min(2 * wait, _LONGEST_WAIT)
            except (GoogleAPICallError, GoogleAuthError) as error:
                raise self.fail(error) from error

    async def _stand_back(self, wait: float, error: GoogleAPICallError) -> None:
        wait *= random.uniform(0.5, 1.5)
        if wait + _SHORTEST_ATTEMPT > self._remaining():
            raise self.fail(error) from error
        await asyncio.sleep(wait)

    def _timeout(self) -> float:
        """Half of what remains, so that a hanging server leaves time to ask once more."""
        remaining = self._remaining()
        half = min(remaining / 2, _LONGEST_ATTEMPT)
        return half if half >= _SHORTEST_HALF else max(remaining, _SHORTEST_ATTEMPT)

    def _remaining(self) -> float:
        return self._ends_at - time.monotonic()
