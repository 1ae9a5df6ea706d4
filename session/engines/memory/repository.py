"""The repository in memory: it never awaits between a check and a write.

That makes each method one atomic step.
"""

from collections.abc import Callable
from datetime import datetime

from session.clock import SteadyClock, wall_clock
from session.engines.memory.alerts import Alerts
from session.engines.memory.counts import Counts
from session.engines.memory.inbox import Inbox
from session.engines.memory.leases import Leases
from session.engines.memory.sessions import Sessions
from session.engines.memory.sightings import Sightings
from session.engines.memory.signs import Signs
from session.engines.memory.tables import Tables
from session.engines.memory.turns import Turns
from session.repository import Repository
from session.shielded import ShieldedTasks


class MemoryRepository(
    Sessions, Leases, Inbox, Turns, Sightings, Alerts, Counts, Signs, Repository
):
    """One process's own store."""

    is_local = True
    description = "this process's memory (lost when it ends)"

    def __init__(
        self,
        clock: Callable[[], datetime] | None = None,
        *,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        """Count by `clock`, and date by `wall` or else by a given `clock` too."""
        super().__init__(Tables(clock or SteadyClock(), wall or clock or wall_clock))
        self.tasks = ShieldedTasks()

    def now(self) -> datetime:
        return self._tables.clock()

    def date(self) -> datetime:
        return self._tables.date()

    async def aclose(self) -> None:
        await self.tasks.drain()
