"""Lease operations, each inside the writer's transaction."""

from datetime import timedelta

from session.engines.sqlite.rows import Row, microseconds, time_of
from session.engines.sqlite.transaction import Transaction
from session.errors import LockLostError, SessionNotFoundError
from session.models import Claim, Lease, LeaseRequest, MessageId, SessionId

# What `Lease.is_expired` says, for the database: free from the very instant of the end on. The
# fence is read afterwards: on this busy path RETURNING costs more.
_TAKE = """
UPDATE sessions
SET fence = fence + 1, holder_id = ?, acquired_at = ?, expires_at = ?, instance_id = ?
WHERE id = ?"""
_TAKE_FREE = f"{_TAKE} AND (expires_at IS NULL OR expires_at <= ?)"
_TAKE_FROM_THE_DEAD = f"{_TAKE} AND instance_id = ?"

ENDED = "holder_id = NULL, acquired_at = NULL, expires_at = NULL, instance_id = NULL"
HELD = "id = ? AND holder_id = ? AND fence = ?"
"""The guard of every write under a lease: (holder, fence) is still the stored pair."""

_FENCE = "SELECT fence FROM sessions WHERE id = ?"
_REFRESH = f"""
UPDATE sessions SET expires_at = ?, instance_id = ? WHERE {HELD} RETURNING acquired_at"""
_DELIVER = """
UPDATE messages SET state = 'closed' WHERE id = ? AND session_id = ? AND kind = 'answer'"""
_RELEASE = f"UPDATE sessions SET {ENDED} WHERE {HELD}"


def acquire(tx: Transaction, session_id: SessionId, request: LeaseRequest) -> Lease | None:
    """Take the lease if it is free or its holder's process is dead."""
    expires_at = tx.now + microseconds(request.ttl)
    taken = (request.holder_id, tx.now, expires_at, tx.instance.id, session_id)
    if tx.execute(_TAKE_FREE, (*taken, tx.now)).rowcount or _take_from_the_dead(tx, taken):
        (fence,) = tx.execute(_FENCE, (session_id,)).fetchone()
        return request.granted(time_of(tx.now), fence=fence)
    return None


def _take_from_the_dead(tx: Transaction, taken: Row) -> bool:
    session_id = taken[-1]
    stored = tx.execute("SELECT instance_id FROM sessions WHERE id = ?", (session_id,)).fetchone()
    if stored is None:
        raise SessionNotFoundError(session_id)
    if not tx.instance.is_dead(stored[0]):
        return False
    return tx.execute(_TAKE_FROM_THE_DEAD, (*taken, stored[0])).rowcount == 1


def refresh(tx: Transaction, claim: Claim, ttl: timedelta) -> Lease:
    """Move the end of a lease that is still the claim's."""
    expires_at = tx.now + microseconds(ttl)
    row = tx.execute(_REFRESH, (expires_at, tx.instance.id, *held_by(claim))).fetchone()
    if row is None:
        raise lost(claim)
    return Lease(
        holder_id=claim.holder_id,
        fence=claim.fence,
        acquired_at=time_of(row[0]),
        expires_at=time_of(expires_at),
    )


def release(tx: Transaction, claim: Claim, delivered: MessageId | None) -> bool:
    """End the claim's lease and close the delivered answer; False if it was not ours."""
    if tx.execute(_RELEASE, held_by(claim)).rowcount == 0:
        return False
    deliver(tx, claim, delivered)
    return True


def deliver(tx: Transaction, claim: Claim, answer: MessageId | None) -> None:
    """Close an answer of the claim's session, for it has been posted."""
    if answer is not None:
        tx.execute(_DELIVER, (answer, claim.session_id))


def held_by(claim: Claim) -> Row:
    """Give the parameters of `HELD`."""
    return (claim.session_id, claim.holder_id, claim.fence)


def lost(claim: Claim) -> LockLostError:
    """Make the error that says this claim's lease is gone."""
    return LockLostError(claim.session_id, claim.holder_id, claim.fence)
