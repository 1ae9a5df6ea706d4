"""Counts the bots on the store: they share what Slack allows the app."""

import asyncio
from collections.abc import Callable

import structlog

from bot.observe.recorder import Recorder
from bot.observe.series import INSTANCES
from session import SIGN_EVERY, Repository, StorageError

log = structlog.get_logger(__name__)

FIRST_AFTER = 1.0
"""Seconds: by then our own sign stands there."""


class Census:
    """Asks as often as bots sign, until cancelled; a failure leaves the last count."""

    def __init__(
        self, repository: Repository, recorder: Recorder, on_count: Callable[[int], None]
    ) -> None:
        self._repository = repository
        self._on_count = on_count
        self._count = 0
        recorder.read(INSTANCES, lambda: self._count)

    async def run(self) -> None:
        """Count now and then."""
        pause = FIRST_AFTER
        while True:
            await asyncio.sleep(pause)
            try:
                self._count = len(await self._repository.instances())
            except StorageError as error:
                log.warning("instances.not_counted", reason=str(error))
            else:
                self._on_count(self._count)
            pause = SIGN_EVERY.total_seconds()
