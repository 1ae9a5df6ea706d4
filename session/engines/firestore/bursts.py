"""Bursts on one session: the first goes ahead, the others follow together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from session.engines.firestore.calls import Budget
from session.messages import SessionId


class Bursts:
    """Keeps one process's simultaneous calls on a session from contending with each other.

    The first may create the session or take the lease. Those behind it wait for that, with at
    most half of their own time, and then find it done.
    """

    def __init__(self) -> None:
        self._first: dict[SessionId, asyncio.Event] = {}

    @asynccontextmanager
    async def enter(self, budget: Budget, session_id: SessionId) -> AsyncIterator[None]:
        """Enter as the first, or once the first has left."""
        first = self._first.get(session_id)
        if first is not None:
            await budget.wait_for(first)
            yield
            return
        self._first[session_id] = left = asyncio.Event()
        try:
            yield
        finally:
            del self._first[session_id]
            left.set()
