"""One worker for each session that has something to do, and at most so many turns at once."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import structlog

from bot.tasks import TaskSet
from session import SessionError, SessionId, request_scope

log = structlog.get_logger(__name__)


class Slot:
    """One of the turns that may run at once; whoever leaves it gives it back."""

    def __init__(self, slots: "Slots") -> None:
        self._slots: Slots | None = slots

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.give_back()

    def taken_over(self) -> "Slot":
        """Return the slot to its new owner; leaving this one does nothing any more."""
        slots, self._slots = self._slots, None
        assert slots is not None, "a slot is taken over once"
        return Slot(slots)


class Slots:
    """As many as turns may run at once; one author's sessions take their turn with others'."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiters: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def try_take(self) -> Slot | None:
        """Take a slot if one is free now."""
        if self._free == 0:
            return None
        self._free -= 1
        return Slot(self)

    async def take(self, author_id: str) -> Slot:
        """Wait for a slot and take it."""
        if slot := self.try_take():
            return slot
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(author_id, deque()).append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give_back()
            raise
        return Slot(self)

    def give_back(self) -> None:
        """Give a slot to whoever has waited longest of the author whose turn it is."""
        while self._waiters:
            author_id, waiters = self._waiters.popitem(last=False)
            waiter = waiters.popleft()
            if waiters:
                self._waiters[author_id] = waiters
            if not waiter.done():
                waiter.set_result(None)
                return
        self._free += 1

    def queued(self) -> int:
        """Count the sessions that wait for a slot."""
        return sum(not waiter.done() for queue in self._waiters.values() for waiter in queue)


@dataclass(slots=True)
class Assignment:
    """What a session's worker is to do, in the name of which request."""

    session_id: SessionId
    request_id: str
    author_id: str
    again: bool = True


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

    def queued(self) -> int:
        """Count the sessions that wait for a slot."""
        return self._slots.queued()

    @contextmanager
    def slot_for(self, session_id: SessionId) -> Iterator[Slot | None]:
        """Take a slot for a session that has no worker, so that it may be locked right away."""
        if self.stopping or session_id in self._assignments:
            yield None
        elif slot := self._slots.try_take():
            with slot:
                yield slot
        else:
            yield None

    def assign(
        self, session_id: SessionId, request_id: str, author_id: str, slot: Slot | None = None
    ) -> None:
        """Have the session's inbox dealt with; the slot goes to its worker, if that is new.

        While we stop, it is left to whoever starts next.
        """
        if self.stopping:
            return
        assignment = self._assignments.get(session_id)
        if assignment is not None:
            # A round that is still to come stays in the name of whoever asked for it first.
            assignment.request_id = assignment.request_id if assignment.again else request_id
            assignment.again = True
            return
        assignment = Assignment(session_id, request_id, author_id)
        self._assignments[session_id] = assignment
        taken = slot.taken_over() if slot else None
        self._tasks.start(self._run(assignment, taken), name=f"worker {session_id}")

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
            with slot or await self._slots.take(assignment.author_id):
                await self._rounds(assignment)
        finally:
            # No await between the last look at `again` and this line: nothing is missed.
            del self._assignments[assignment.session_id]

    async def _rounds(self, assignment: Assignment) -> None:
        while assignment.again and not self.stopping:
            assignment.again = False
            with request_scope(assignment.request_id):
                try:
                    await self._work(assignment)
                except SessionError as error:
                    # The messages stay open; the sweep takes them up again.
                    log.warning("work.ended", session_id=assignment.session_id, reason=str(error))
