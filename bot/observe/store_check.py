"""Whether the store takes writes, asked at a modest pace."""

import asyncio
from collections.abc import Awaitable, Callable

from session import Claim, Repository, SessionError, SessionId

LONGEST_SECONDS = 3.0
KEPT_SECONDS = 5.0
_NOBODYS = Claim(session_id=SessionId("health-probe"), holder_id="health-probe", fence=0)


class StoreCheck:
    """Writes once in `KEPT_SECONDS` at most, however many probes ask; they share the outcome."""

    def __init__(
        self, write: Callable[[], Awaitable[object]], monotonic: Callable[[], float]
    ) -> None:
        self._write = write
        self._monotonic = monotonic
        self._asking = asyncio.Lock()
        self._checked_at: float | None = None
        self._trouble: str | None = None

    async def __call__(self) -> str | None:
        """Return what is wrong with the store, or None; takes `LONGEST_SECONDS` at most."""
        async with self._asking:
            if self._checked_at is None or self._monotonic() - self._checked_at >= KEPT_SECONDS:
                self._trouble = await self._look()
                self._checked_at = self._monotonic()
            return self._trouble

    async def _look(self) -> str | None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._write()
        except TimeoutError:
            return f"the store does not answer: nothing in {LONGEST_SECONDS:g} s"
        except SessionError as error:
            return f"the store does not answer: {error}"
        return None


async def write_nothing(repository: Repository) -> None:
    """Go the way of a write and change nothing: a lease that nobody holds is given back."""
    await repository.release_lease(_NOBODYS)
