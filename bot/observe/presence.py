"""This bot's own record in the store: others learn from it, and so do we whether writing works."""

import asyncio
from datetime import UTC, datetime

import structlog

from bot.installation import VERSION, machine
from session import SIGN_EVERY, Repository, StorageError

log = structlog.get_logger(__name__)

LOCAL_SECONDS = 10.0
"""A file costs nothing by the write, so that a full disk is noticed sooner."""
RETRY_SECONDS = 5.0


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

    async def trouble(self) -> str | None:
        """Return why the last sign could not be written, or None."""
        return self._trouble

    async def run(self) -> None:
        """Sign now and at a modest pace, sooner after a failure."""
        pace = LOCAL_SECONDS if self._repository.is_local else SIGN_EVERY.total_seconds()
        while True:
            await self.sign()
            await asyncio.sleep(pace if self._trouble is None else RETRY_SECONDS)

    async def sign(self) -> None:
        """Write the record once; a failure is told once, until it is over."""
        try:
            await self._repository.sign(self._about)
        except StorageError as error:
            if self._trouble is None:
                log.warning("store.not_written", reason=str(error))
            self._trouble = f"the store takes nothing: {error}"
        else:
            if self._trouble is not None:
                log.info("store.written_again")
            self._trouble = None
