"""A writer thread that is kept busy, so that operations pile up behind it."""

import asyncio
import threading

from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.transaction import Transaction


class Stop:
    """An operation that lasts until it is let go."""

    def __init__(self, repository: SQLiteRepository) -> None:
        self._begun = threading.Event()
        self._go = threading.Event()
        self.done = repository._writer.run(self._wait)

    def _wait(self, tx: Transaction) -> None:
        self._begun.set()
        self._go.wait()

    async def begun(self) -> None:
        await asyncio.to_thread(self._begun.wait)

    async def let_go(self) -> None:
        self._go.set()
        await self.done
