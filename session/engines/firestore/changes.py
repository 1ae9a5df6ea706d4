"""How a session's next version follows from the last one: nothing here talks to the server."""

from dataclasses import dataclass, replace
from datetime import datetime

from session import transitions
from session.engines.firestore.documents import Stored
from session.models import Claim, LeaseRequest, Message, Outcome, Turn

Updates = tuple[tuple[Message, Message], ...]
"""Messages as they were known and as they shall be; only what differs is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit: a session's next version, and what is written together with it."""

    after: Stored
    """The very version before it, if the session is only to be checked, not changed."""
    new_message: Message | None = None
    """A question or an answer; the whole commit is refused if its id exists."""
    updates: Updates = ()
    past_turns: tuple[Turn, ...] = ()
    """Turns that leave the session's document for one of their own."""


def leased(stored: Stored, request: LeaseRequest, now: datetime) -> Stored:
    """Give the lease to `request`; a lease that is still there was not released, but lost."""
    session = stored.session
    lost = stored.lost_fence if session.lease is None else session.fence
    lease = request.granted(now, fence=session.fence + 1)
    return replace(stored.moved(replace(session, lease=lease, fence=lease.fence)), lost_fence=lost)


def claim_of(stored: Stored) -> Claim:
    """Name the lease of a version that has one."""
    assert stored.session.lease is not None
    return stored.session.lease.claim_on(stored.session.id)


def turn_of(stored: Stored, claim: Claim, now: datetime) -> Turn:
    """Return the claim's turn, which may have to begin now."""
    if stored.turn is not None and stored.turn.id == claim.turn_id:
        return stored.turn
    return transitions.begun(claim, now)


def begun(stored: Stored, turn: Turn, now: datetime) -> tuple[Stored, tuple[Turn, ...]]:
    """Make `turn` the session's running one; return also those that make room for it."""
    earlier = (*stored.unended, *_other(stored, turn))
    past = tuple(
        replace(one, outcome=Outcome.INTERRUPTED, ended_at=now) if one.outcome is None else one
        for one in earlier
    )
    return replace(stored, turn=turn, unended=()), past


def ended(stored: Stored, turn: Turn) -> tuple[Stored, tuple[Turn, ...]]:
    """Make `turn` the session's last one, which may never have begun: that interrupts none."""
    other = _other(stored, turn)
    unended = tuple(one for one in other if one.outcome is None)
    past = tuple(one for one in other if one.outcome is not None)
    return replace(stored, turn=turn, unended=stored.unended + unended), past


def _other(stored: Stored, turn: Turn) -> tuple[Turn, ...]:
    return () if stored.turn is None or stored.turn.id == turn.id else (stored.turn,)
