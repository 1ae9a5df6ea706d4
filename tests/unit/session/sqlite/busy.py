"""A writer thread that is kept busy, so that operations pile up behind it."""

import threading

from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.transaction import Transaction


class Stop:
    """An operation that lasts until it is let go."""

    def __init__(self, repository: SQLiteRepository) -> None:
        self._go = threading.Event()
        self.done = repository._writer.run(self._wait)

    def _wait(self, tx: Transaction) -> None:
        self._go.wait()

    async def let_go(self) -> None:
        self._go.set()
        await self.done
