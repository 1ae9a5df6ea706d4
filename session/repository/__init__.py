"""The storage contract. Engines implement it; nothing about it is said a second time there.

Each method is one atomic step inside the engine: code above never reads, changes and saves.
`now` is always the engine's own clock. A storage failure is a `StorageError` whose cause is the
driver's error; a write whose fate stays unknown counts as failed. What no store can keep is a
`NotStorableError`, raised before anything is written, by every engine for the same values
(`session.storable`). Methods that take a `Claim` succeed while (holder, fence) is still the
stored pair, even past the lease's end, and otherwise raise `LockLostError` without having changed
anything. How a session, a message and a turn change stands in `session.transitions`.

Lists leave out a record that cannot be read, and log it; reading that one alone raises
`UnreadableError`.
"""

import asyncio
from datetime import datetime
from typing import Protocol

from session.repository.alerts import AlertRepository
from session.repository.counts import CountRepository
from session.repository.inbox import InboxRepository
from session.repository.instances import InstanceRepository
from session.repository.sessions import LeaseRepository, SessionRepository
from session.repository.sightings import SightingRepository
from session.repository.turns import NotebookRepository, TurnRepository
from session.shielded import ShieldedTasks

__all__ = [
    "AlertRepository",
    "CountRepository",
    "InboxRepository",
    "InstanceRepository",
    "LeaseRepository",
    "NotebookRepository",
    "Repository",
    "SessionRepository",
    "SightingRepository",
    "TurnRepository",
]


class Repository(
    SessionRepository,
    LeaseRepository,
    InboxRepository,
    TurnRepository,
    NotebookRepository,
    SightingRepository,
    AlertRepository,
    CountRepository,
    InstanceRepository,
    Protocol,
):
    """All of it. Engines subclass this explicitly, so an incomplete one is a type error."""

    tasks: ShieldedTasks
    """Writes that outlive their callers' cancellation; `aclose` awaits them."""
    is_local: bool
    """Whether the store can be seen from this machine only."""
    description: str
    """Where the store is, for people: never a secret."""

    emulator: str | None = None
    """The address of what stands in for the real store, where that is so: for warnings."""

    def now(self) -> datetime:
        """The engine's time as far as it is known without asking: for waiting, and for lengths.

        Leases, `stored_at` and `due_at` are counted by it, and it never goes back.
        """
        ...

    def date(self) -> datetime:
        """The time that people read and retention counts, which may be set forth and back.

        `created_at`, `last_active_at`, and when turns started and ended are dates.
        """
        ...

    async def until_one_leaves(self) -> None:
        """Return once another bot on the store is seen to have died or left.

        It asks the store nothing, and an engine that cannot see it never returns. What happens
        between two calls is told by the second.
        """
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        """Await what is under way, then close. A second call does nothing."""
        ...
