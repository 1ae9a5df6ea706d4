"""One worker for each session that has something to do, and at most so many turns at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.tasks import TaskSet
from session import Lock, Outcome, Session, SessionError, SessionId, TurnEnd, request_scope

log = structlog.get_logger(__name__)


class Slots:
    """As many as turns may run at once; taken at once or in the order of asking."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._queue: deque[asyncio.Future[None]] = deque()

    def try_take(self) -> bool:
        """Take a slot if one is free now."""
        if self._free == 0:
            return False
        self._free -= 1
        return True

    async def take(self) -> None:
        """Wait for a slot and take it."""
        if self.try_take():
            return
        ticket = asyncio.get_running_loop().create_future()
        self._queue.append(ticket)
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self.free()
            raise

    def free(self) -> None:
        """Give a slot back, to whoever has waited longest."""
        while self._queue:
            ticket = self._queue.popleft()
            if not ticket.done():
                ticket.set_result(None)
                return
        self._free += 1


@dataclass(frozen=True, slots=True)
class Held:
    """A locked session, as it stands under the lock: only the holder changes it now."""

    lock: Lock
    session: Session


@dataclass(slots=True)
class Call:
    """What a worker is called with last; `held` came with the message and is the worker's now."""

    session_id: SessionId
    request_id: str
    held: Held | None = None
    again: bool = True

    def take_held(self) -> Held | None:
        """Return the locked session that was handed over, once."""
        held, self.held = self.held, None
        return held


class Workers:
    """Calls `work` for a session, never twice at once; a call meanwhile makes it go again."""

    def __init__(self, work: Callable[[Call], Awaitable[None]], slots: Slots) -> None:
        self._work = work
        self._slots = slots
        self._calls: dict[SessionId, Call] = {}
        self._tasks = TaskSet()
        self.stopping = False

    def is_busy(self, session_id: SessionId) -> bool:
        """Whether the session has a worker now."""
        return session_id in self._calls

    def reserve(self, session_id: SessionId) -> bool:
        """Take a slot for a session that has no worker, so that it may be locked right away."""
        if self.stopping or session_id in self._calls:
            return False
        return self._slots.try_take()

    def unreserve(self, reserved: bool) -> None:
        """Give back what `reserve` took, if it took anything."""
        if reserved:
            self._slots.free()

    def call(
        self,
        session_id: SessionId,
        request_id: str,
        *,
        held: Held | None = None,
        reserved: bool = False,
    ) -> None:
        """Have the session's inbox dealt with; its lock and the reserved slot go to its worker."""
        call = self._calls.get(session_id)
        if call is not None:
            # A round that is still to come stays in the name of whoever called for it first.
            call.request_id = call.request_id if call.again else request_id
            call.again, call.held = True, held or call.held
            self.unreserve(reserved)
            return
        call = self._calls[session_id] = Call(session_id, request_id, held)
        self._tasks.start(self._run(call, reserved=reserved), name=f"worker {session_id}")

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

    async def _run(self, call: Call, *, reserved: bool) -> None:
        has_slot = reserved
        try:
            if not has_slot:
                await self._slots.take()
                has_slot = True
            await self._rounds(call)
        finally:
            # No await between the last look at `again` and this line: nothing is missed.
            del self._calls[call.session_id]
            if has_slot:
                self._slots.free()
            if (held := call.take_held()) is not None:
                await _hand_back(held.lock)

    async def _rounds(self, call: Call) -> None:
        while call.again and not self.stopping:
            call.again = False
            with request_scope(call.request_id):
                try:
                    await self._work(call)
                except SessionError as error:
                    # The messages stay open; the sweep takes them up again.
                    log.warning("work.ended", session_id=call.session_id, reason=str(error))


async def _hand_back(lock: Lock) -> None:
    """Undo the turn that taking a message in began, so that nobody takes it for cut off."""
    try:
        await lock.finish_turn(TurnEnd(outcome=Outcome.INTERRUPTED, release=True))
    except SessionError as error:
        log.warning("turn.not_handed_back", session_id=lock.session_id, reason=str(error))
