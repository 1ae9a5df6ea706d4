"""Computes a session's next version from the last one, without the server."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from session import transitions
from session.engines.firestore.snapshot import SessionSnapshot
from session.messages import Message
from session.models import Audit, Claim, LeaseRequest, Notebook, Turn
from session.sightings import Sighting


class SeenMessage(NamedTuple):
    """A message as it is known."""

    message: Message
    version: datetime | None
    """Its document's `update_time`; None if only the lease's holder can change its state."""


class Update(NamedTuple):
    """A message as it was known and as it shall be; only what differs is written."""

    before: SeenMessage
    after: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit: a session's next version, and what is written together with it."""

    after: SessionSnapshot
    """The very version before it, if the session is only to be checked, not changed."""
    new_message: Message | None = None
    """A question or an answer; the whole commit is refused if its id exists."""
    updates: tuple[Update, ...] = ()
    past_turns: tuple[Turn, ...] = ()
    """Turns that leave the session's document for one of their own."""
    notebooks: tuple[Notebook, ...] = ()
    audit: Audit | None = None
    sightings: tuple[Sighting, ...] | None = None
    """All that its session saw; None leaves them as they are."""


def updates_of(found: Iterable[SeenMessage], after: Iterable[Message]) -> tuple[Update, ...]:
    """Join messages as they were seen with what has become of some of them."""
    seen = {known.message.id: known for known in found}
    return tuple(Update(seen[message.id], message) for message in after)


def leased(stored: SessionSnapshot, request: LeaseRequest, now: datetime) -> SessionSnapshot:
    """Give the lease to `request`; a lease that is still there was not released, but lost."""
    session = stored.session
    lost = stored.lost_fence if session.lease is None else session.fence
    lease = request.granted(now, fence=session.fence + 1)
    return replace(stored.moved(replace(session, lease=lease, fence=lease.fence)), lost_fence=lost)


def claim_of(stored: SessionSnapshot) -> Claim:
    """Name the lease of a version that has one."""
    assert stored.session.lease is not None
    return stored.session.lease.claim_on(stored.session.id)


def turn_of(stored: SessionSnapshot, claim: Claim, now: datetime) -> Turn:
    """Return the claim's turn, which may have to begin now."""
    if stored.turn is not None and stored.turn.id == claim.turn_id:
        return stored.turn
    return transitions.begun(claim, now)


def begun(
    stored: SessionSnapshot, turn: Turn, now: datetime
) -> tuple[SessionSnapshot, tuple[Turn, ...]]:
    """Make `turn` the session's running one; return also those that make room for it."""
    earlier = (*stored.unended, *_other(stored, turn))
    past = tuple(transitions.interrupted(other, now) for other in earlier)
    return replace(stored, turn=turn, unended=()), past


def ended(stored: SessionSnapshot, turn: Turn) -> tuple[SessionSnapshot, tuple[Turn, ...]]:
    """Make `turn` the session's last one, which may never have begun: that interrupts none."""
    other = _other(stored, turn)
    unended = tuple(earlier for earlier in other if earlier.outcome is None)
    past = tuple(earlier for earlier in other if earlier.outcome is not None)
    return replace(stored, turn=turn, unended=stored.unended + unended), past


def in_order(stored: SessionSnapshot | None, past: Iterable[Turn]) -> list[Turn]:
    """Return a session's turns by fence: those of documents of their own, and those it carries."""
    found = {turn.fence: turn for turn in past}
    for turn in () if stored is None else (*stored.unended, stored.turn):
        if turn is not None:
            found.setdefault(turn.fence, turn)
    return [found[fence] for fence in sorted(found)]


def _other(stored: SessionSnapshot, turn: Turn) -> tuple[Turn, ...]:
    return () if stored.turn is None or stored.turn.id == turn.id else (stored.turn,)
