"""One worker for each session that has something to do, and at most so many turns at once."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from bot.load import Load
from bot.tasks import TaskSet
from bot.turns.slots import NOBODY, Slot, Slots, Waiter
from session import SessionError, SessionId, new_request_id, request_scope

log = structlog.get_logger(__name__)

MOST_SESSIONS = 5_000
"""With a worker at once, those that wait for a slot included."""


@dataclass(slots=True)
class Assignment:
    """The task of a session's worker, and the request in whose name it works."""

    session_id: SessionId
    request_id: str
    author_id: str
    again: bool = True
    waiter: Waiter | None = None
    """What it waits with for a slot, while it does."""


class Workers:
    """Calls `work` for a session, never twice at once. An assignment meanwhile repeats it."""

    def __init__(self, work: Callable[[Assignment], Awaitable[None]], slots: Slots) -> None:
        self._work = work
        self._slots = slots
        self._assignments: dict[SessionId, Assignment] = {}
        self._tasks = TaskSet()
        self.stopping = False

    def is_busy(self, session_id: SessionId) -> bool:
        """Whether the session has a worker now."""
        return session_id in self._assignments

    def load(self, author_id: str = NOBODY, session_id: SessionId | None = None) -> Load:
        """Count the sessions that have a slot, those that wait, and those before `session_id`."""
        assignment = None if session_id is None else self._assignments.get(session_id)
        return self._slots.load(author_id, None if assignment is None else assignment.waiter)

    @contextmanager
    def slot_for(
        self, session_id: SessionId, author_id: str = NOBODY, *, wanted: bool = True
    ) -> Iterator[Slot | None]:
        """Take a slot for a session that has no worker, so that it may be locked right away."""
        if not wanted or self.stopping or session_id in self._assignments:
            yield None
        elif slot := self._slots.try_take(author_id):
            with slot:
                yield slot
        else:
            yield None

    def assign(
        self, session_id: SessionId, request_id: str, author_id: str, slot: Slot | None = None
    ) -> None:
        """Have the session's inbox dealt with; the slot goes to its worker, if that is new.

        While we stop, it is left to the next start; while too many wait, to the sweep.
        """
        if self.stopping:
            return
        assignment = self._assignments.get(session_id)
        if assignment is not None:
            # A round that is still to come stays in the name of its first asker.
            assignment.request_id = assignment.request_id if assignment.again else request_id
            assignment.again = True
            if assignment.waiter is not None:
                # Nobody's question waits because of somebody else's limit.
                self._slots.wait_for(author_id, assignment.waiter)
            return
        if slot is None and len(self._assignments) >= MOST_SESSIONS:
            # Its messages stay due in the store: a sweep finds them once there is room.
            log.warning("work.left_to_the_sweep", session_id=session_id)
            return
        assignment = Assignment(session_id, request_id, author_id)
        self._assignments[session_id] = assignment
        taken = slot.taken_over() if slot else None
        self._tasks.start(self._run(assignment, taken), name=f"worker {session_id}")

    def take_up(self, session_id: SessionId, author_id: str = NOBODY) -> None:
        """Have it dealt with in the name of a new request: no event just came of it."""
        self.assign(session_id, new_request_id(), author_id)

    async def drain(self, grace: float) -> None:
        """Let running turns end for `grace` seconds, then cancel them; queued ones end at once."""
        self.stopping = True
        if not await self._tasks.drain(grace):
            log.warning("turns.cancelled", count=len(self._tasks))
        await self.cancel()

    async def cancel(self) -> None:
        """End every worker now; each still gives its lease back."""
        self.stopping = True
        await self._tasks.cancel(10)

    async def _run(self, assignment: Assignment, slot: Slot | None) -> None:
        try:
            with slot or await self._wait_for_slot(assignment):
                await self._rounds(assignment)
        finally:
            # No await between the last look at `again` and this line: nothing is missed.
            del self._assignments[assignment.session_id]

    async def _wait_for_slot(self, assignment: Assignment) -> Slot:
        assignment.waiter = Waiter()
        try:
            return await self._slots.take(assignment.author_id, assignment.waiter)
        finally:
            assignment.waiter = None

    async def _rounds(self, assignment: Assignment) -> None:
        while assignment.again and not self.stopping:
            assignment.again = False
            with request_scope(assignment.request_id):
                try:
                    await self._work(assignment)
                except SessionError as error:
                    # The messages stay open; the sweep takes them up again.
                    log.warning("work.ended", session_id=assignment.session_id, reason=str(error))
