"""The repository in memory: it never awaits between a check and a write.

That makes each method one atomic step.
"""

from collections.abc import Callable
from datetime import datetime

from session.clock import SteadyClock
from session.engines.memory.inbox import Inbox
from session.engines.memory.leases import Leases
from session.engines.memory.sessions import Sessions
from session.engines.memory.tables import Tables
from session.engines.memory.turns import Turns
from session.repository import Repository
from session.shielded import ShieldedTasks


class MemoryRepository(Sessions, Leases, Inbox, Turns, Repository):
    """One process's own store."""

    is_local = True
    description = "this process's memory (lost when it ends)"

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(Tables(clock or SteadyClock()))
        self.tasks = ShieldedTasks()

    def now(self) -> datetime:
        return self._tables.clock()

    async def aclose(self) -> None:
        await self.tasks.drain()
