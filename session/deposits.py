"""Leases that came with a message, until somebody in this process wants them."""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from session.errors import SessionError
from session.messages import SessionId
from session.models import Claim, Outcome, Receipt, Session, TurnEnd
from session.repository import Repository

log = logging.getLogger(__name__)

LONGEST = 5.0
"""Seconds that a lease may lie here: a sixth of its ttl, but no longer."""

UNTOUCHED = TurnEnd(outcome=Outcome.INTERRUPTED, release=True)
"""Ends a lease together with the turn that the take-in began, as if neither had been."""


class Deposit(NamedTuple):
    """A lease that a take-in got, with the session as that very write left it."""

    session: Session
    claim: Claim
    asked_at: float
    """When the store was asked, in seconds of the monotonic clock."""


class Deposits:
    """Each is collected once or handed back once: both begin with the same pop."""

    def __init__(
        self,
        repository: Repository,
        longest: float,
        on_handed_back: Callable[[SessionId], None] | None,
    ) -> None:
        self._repository = repository
        self._longest = longest
        self._on_handed_back = on_handed_back
        self._lying: dict[SessionId, tuple[Deposit, float]] = {}
        """With the loop's time at which each is handed back, in the order of that time."""
        self._watch: asyncio.TimerHandle | None = None
        self._is_closed = False

    def put_down(self, receipt: Receipt, asked_at: float) -> None:
        """Keep the lease that came with a message, if one did."""
        if receipt.claim is None:
            return
        session_id = receipt.session.id
        deposit = Deposit(receipt.session, receipt.claim, asked_at)
        # An earlier one has lost its lease to this one.
        self.collect(session_id)
        if self._is_closed:
            self._repository.tasks.start(self._hand_back(deposit))
            return
        loop = asyncio.get_running_loop()
        self._lying[session_id] = deposit, loop.time() + self._longest
        if self._watch is None:
            self._watch = loop.call_later(self._longest, self._hand_back_late_ones)

    def collect(self, session_id: SessionId) -> Deposit | None:
        """Take a session's lease away, if one lies here."""
        found = self._lying.pop(session_id, None)
        return None if found is None else found[0]

    def has(self, session_id: SessionId) -> bool:
        """Tell whether a session's lease lies here."""
        return session_id in self._lying

    async def aclose(self) -> None:
        """Hand back all that lies here; what comes later is handed back at once."""
        self._is_closed = True
        if self._watch is not None:
            self._watch.cancel()
        left = [self.collect(session_id) for session_id in list(self._lying)]
        await asyncio.gather(
            *(self._repository.tasks.run(self._hand_back(deposit)) for deposit in left if deposit),
            return_exceptions=True,
        )

    def _hand_back_late_ones(self) -> None:
        """One timer for all."""
        loop = asyncio.get_running_loop()
        self._watch = None
        for session_id, (deposit, hand_back_at) in list(self._lying.items()):
            if hand_back_at > loop.time():
                self._watch = loop.call_at(hand_back_at, self._hand_back_late_ones)
                return
            del self._lying[session_id]
            self._repository.tasks.start(self._hand_back_and_tell(deposit))

    async def _hand_back_and_tell(self, deposit: Deposit) -> None:
        await self._hand_back(deposit)
        if self._on_handed_back is not None and not self._is_closed:
            self._on_handed_back(deposit.session.id)

    async def _hand_back(self, deposit: Deposit) -> None:
        try:
            await self._repository.finish_turn(deposit.claim, UNTOUCHED)
        except SessionError as error:
            # The lease then ends by itself.
            log.warning("lease.not_handed_back %s: %s", deposit.session.id, error)
