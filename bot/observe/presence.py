"""Writes this bot's own record in the store. Others see it, and we learn whether writing works."""

import asyncio
import math
from datetime import UTC, datetime

import structlog

from bot.installation import VERSION, machine
from session import SIGN_EVERY, Repository, StorageError

log = structlog.get_logger(__name__)

LOCAL_SECONDS = 10.0
"""A file costs nothing by the write, so that a full disk is noticed sooner."""
RETRY_SECONDS = 5.0
PROBED_SECONDS = 5.0
"""A probe of a local store has it signed anew where the last sign is so old."""
LONGEST_SECONDS = 3.0
"""Probes do not wait long, so neither does a sign."""


class Presence:
    """Signs again and again until cancelled."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._about = {
            "version": VERSION,
            **machine(),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._trouble: str | None = None
        self._signing = asyncio.Lock()
        self._signed_at = -math.inf

    async def trouble(self) -> str | None:
        """Return why the store takes nothing, or None; however many ask, one sign is written."""
        async with self._signing:
            age = asyncio.get_running_loop().time() - self._signed_at
            if age >= (PROBED_SECONDS if self._repository.is_local else math.inf):
                await self._sign()
            return self._trouble

    async def run(self) -> None:
        """Sign now and at a modest pace, sooner after a failure."""
        pace = LOCAL_SECONDS if self._repository.is_local else SIGN_EVERY.total_seconds()
        while True:
            async with self._signing:
                await self._sign()
            await asyncio.sleep(pace if self._trouble is None else RETRY_SECONDS)

    async def _sign(self) -> None:
        """Write the record once; a failure is told once, until it is over."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._repository.sign(self._about)
        except TimeoutError:
            self._note(f"the store does not answer: nothing in {LONGEST_SECONDS:g} s")
        except StorageError as error:
            self._note(f"the store takes nothing: {error}")
        else:
            self._note(None)
        self._signed_at = asyncio.get_running_loop().time()

    def _note(self, trouble: str | None) -> None:
        if trouble is not None and self._trouble is None:
            log.warning("store.not_written", reason=trouble)
        elif trouble is None and self._trouble is not None:
            log.info("store.written_again")
        self._trouble = trouble
