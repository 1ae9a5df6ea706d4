"""The sweep: whatever is open and nobody works on is taken up again."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from session import Message, Repository, SessionId, StorageError, new_request_id

log = structlog.get_logger(__name__)

IDLE_SECONDS = 60.0
BUSY_SECONDS = 5.0
LEAVE_ALONE = timedelta(seconds=5)
"""Younger messages are left to their own delivery."""


class Sweep:
    """One query for all that is due: often if anything is or it costs nothing, else seldom."""

    def __init__(
        self,
        repository: Repository,
        call: Callable[[SessionId, str], None],
        *,
        lock_ttl: timedelta,
    ) -> None:
        self._repository = repository
        self._call = call
        # A local store is asked for nothing, and knows the dead before their leases end.
        seldom = min(IDLE_SECONDS, lock_ttl.total_seconds() / 3)
        self._idle = BUSY_SECONDS if repository.is_local else seldom
        self._held_until: dict[SessionId, datetime] = {}

    async def run(self) -> None:
        """Sweep until cancelled."""
        leave_alone = timedelta(0)
        while True:
            pause = BUSY_SECONDS
            try:
                pause = await self.once(leave_alone)
            except StorageError as error:
                log.warning("sweep.failed", reason=str(error))
            leave_alone = LEAVE_ALONE
            await asyncio.sleep(pause)

    async def once(self, leave_alone: timedelta) -> float:
        """Call a worker for each session that is due; return the seconds until the next sweep."""
        now = self._repository.now()
        found = await self._repository.scan_due(until=now + timedelta(seconds=self._idle))
        for session_id in self._due(found, leave_alone):
            self._call(session_id, new_request_id())
            if not self._repository.is_local:
                await self._note_holder(session_id)
        now = self._repository.now()
        times = [message.look_at or now for message in found]
        pause = BUSY_SECONDS if any(time <= now for time in times) else self._idle
        moments = [*self._held_until.values(), *(time for time in times if time > now)]
        waits = ((moment - now).total_seconds() for moment in moments)
        return max(0.1, min([pause, *waits]))

    def _due(self, found: Sequence[Message], leave_alone: timedelta) -> Sequence[SessionId]:
        now = self._repository.now()
        old = {
            message.session_id: None
            for message in found
            if (message.due_at or message.stored_at + leave_alone) <= now
        }
        self._held_until = {
            one: end for one, end in self._held_until.items() if one in old and end > now
        }
        return [one for one in old if one not in self._held_until]

    async def _note_holder(self, session_id: SessionId) -> None:
        """Ask again only at the lease's end: a holder that lives looks into the inbox itself.

        A local store costs nothing to try, and knows of dead holders before their leases end.
        """
        session = await self._repository.get_session(session_id)
        if session is not None and session.lease and session.held_at(self._repository.now()):
            self._held_until[session_id] = session.lease.expires_at
