"""Numbers of today that all instances add up to, such as model tokens."""

import asyncio
from collections import defaultdict
from datetime import UTC, date

import structlog

from session import Repository, StorageError

log = structlog.get_logger(__name__)

WRITE_EVERY = 10.0
"""Seconds between two writes: a store that is billed by the write is asked seldom."""
LAST_WRITE_SECONDS = 3.0

_Key = tuple[str, date]


class Tally:
    """Keeps what this instance counts, and writes it as its own record now and then.

    Days are UTC. What a killed process counted since its last write is lost; so the sum is at
    most that much too small.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._mine: defaultdict[_Key, int] = defaultdict(int)
        self._written: dict[_Key, int] = {}
        self._changed = asyncio.Event()

    def add(self, name: str, amount: int) -> None:
        """Count something; it is written within `WRITE_EVERY` seconds."""
        self._mine[name, self._today()] += amount
        self._changed.set()

    async def today(self, name: str) -> int:
        """Return what all instances counted today; if the store fails, what this one did."""
        key = name, self._today()
        try:
            stored = await self._repository.total(*key)
        except StorageError as error:
            log.warning("tally.not_read", name=name, reason=str(error))
            return self._mine.get(key, 0)
        return stored + self._mine.get(key, 0) - self._written.get(key, 0)

    async def run(self) -> None:
        """Write what was counted, again and again until cancelled."""
        while True:
            await self._changed.wait()
            await self.write()
            await asyncio.sleep(WRITE_EVERY)

    async def write(self) -> None:
        """Write what has changed since the last time; what fails is tried again."""
        self._changed.clear()
        for key, value in list(self._mine.items()):
            if value == self._written.get(key):
                continue
            try:
                await self._repository.put_count(*key, value)
            except StorageError as error:
                log.warning("tally.not_written", reason=str(error))
                self._changed.set()
                return
            self._written[key] = value
        self._forget_other_days()

    async def close(self) -> None:
        """Write the last of it, if that can be done soon."""
        try:
            async with asyncio.timeout(LAST_WRITE_SECONDS):
                await self.write()
        except TimeoutError:
            log.warning("tally.not_written", reason=f"nothing in {LAST_WRITE_SECONDS:g} s")

    def _today(self) -> date:
        return self._repository.date().astimezone(UTC).date()

    def _forget_other_days(self) -> None:
        for key in [it for it in self._mine if it[1] != self._today()]:
            if self._mine[key] == self._written.get(key):
                del self._mine[key], self._written[key]
