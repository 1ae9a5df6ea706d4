"""The lock on a session: at most one holder, never waiting, never silently lost."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from session.deposits import UNTOUCHED
from session.errors import LockLostError
from session.messages import MessageId, SessionId
from session.models import Lease, Session, Turn, TurnEnd
from session.repository import Repository

T = TypeVar("T")


class Lock:
    """The handle of a lease. A write that it has begun is finished, even if its caller is gone."""

    def __init__(
        self,
        repository: Repository,
        session_id: SessionId,
        lease: Lease,
        *,
        ttl: timedelta,
        asked_at: float,
        monotonic: Callable[[], float],
        came_with: Session | None = None,
    ) -> None:
        """Use `LockService.try_acquire`.

        `came_with`: the session after the take-in that got this lease and began the turn.
        """
        self._repository = repository
        self._lease = lease
        self._monotonic = monotonic
        self._came_with = came_with
        self._is_untouched = came_with is not None
        self._released = False
        self.session_id = session_id
        """The locked session."""
        self.holder_id = lease.holder_id
        """The request id that holds it."""
        self.fence = lease.fence
        """The number of this acquisition."""
        self.ttl = ttl
        """How long each refresh holds."""
        self.claim = lease.claim_on(session_id)
        self.deadline = asked_at + ttl.total_seconds()
        """When to have stopped by, on the injected monotonic clock, in seconds.

        Counted from before the store was asked, so it is never later than the lease's real end.
        """

    @property
    def acquired_at(self) -> datetime:
        """When the lease was taken, by the engine's clock."""
        return self._lease.acquired_at

    @property
    def expires_at(self) -> datetime:
        """When the lease ends unless refreshed, by the engine's clock."""
        return self._lease.expires_at

    def remaining(self) -> float:
        """Seconds until `deadline`; not positive once nothing more may be done."""
        return self.deadline - self._monotonic()

    async def load_session(self) -> Session | None:
        """Return the session as it stands under this lock; None if it is gone.

        The lock must come first: an earlier reading may be out of date. A session that came with
        the lease counts as read under it, and costs no second reading.
        """
        session, self._came_with = self._came_with, None
        if session is not None:
            return session
        return await self._repository.get_session(self.session_id)

    async def refresh(self) -> None:
        """Hold for another full ttl, or raise `LockLostError`."""
        if self._released:
            raise LockLostError(self.session_id, self.holder_id, self.fence)
        asked_at = self._monotonic()
        refreshed = self._repository.refresh_lease(self.claim, self.ttl)
        await self._write(self._note(refreshed, asked_at))

    async def release(self, *, delivered: MessageId | None = None) -> bool:
        """End the lease, closing the `delivered` answer in the same write.

        A turn that the take-in began and that this lock has not touched is handed back with it.
        False, without harm, if it was released before or is no longer ours.
        """
        if self._released:
            return False
        if self._is_untouched:
            ended = await self._write(self._hand_back(delivered))
        else:
            release = self._repository.release_lease(self.claim, delivered=delivered)
            ended = await self._write(release)
        self._released = True
        return ended

    async def begin_turn(
        self, message_ids: Sequence[MessageId], *, on_the_way: bool = False
    ) -> Turn:
        """Take up open messages under this lock: `TurnRepository.begin_turn`."""
        self._is_untouched = False
        begin = self._repository.begin_turn(self.claim, message_ids, on_the_way=on_the_way)
        return await self._write(begin)

    async def finish_turn(self, end: TurnEnd) -> None:
        """End the turn under this lock: `TurnRepository.finish_turn`."""
        self._is_untouched, self._came_with = False, None
        await self._write(self._repository.finish_turn(self.claim, end))
        self._released = self._released or end.release

    async def close(self, message_ids: Sequence[MessageId], outcome: str) -> None:
        """Close entries in mid-turn: `TurnRepository.close_messages`."""
        await self._write(self._repository.close_messages(self.claim, message_ids, outcome))

    async def postpone(self, message_id: MessageId, due_at: datetime) -> bool:
        """Have an open entry looked at again later: `TurnRepository.postpone`."""
        return await self._write(self._repository.postpone(self.claim, message_id, due_at))

    async def _note(self, refreshed: Awaitable[Lease], asked_at: float) -> None:
        # Not in `refresh`, which may be cancelled while the store moves the lease all the same.
        self._lease = await refreshed
        self.deadline = asked_at + self.ttl.total_seconds()

    async def _hand_back(self, delivered: MessageId | None) -> bool:
        end = UNTOUCHED if delivered is None else replace(UNTOUCHED, release=False)
        try:
            await self._repository.finish_turn(self.claim, end)
        except LockLostError:
            return False
        if delivered is None:
            return True
        return await self._repository.release_lease(self.claim, delivered=delivered)

    def _write(self, write: Awaitable[T]) -> Awaitable[T]:
        return self._repository.tasks.run(write)
