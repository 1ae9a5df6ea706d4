"""Lease operations, each inside the writer's transaction."""

from datetime import timedelta

from session import transitions
from session.engines.sqlite import messages
from session.engines.sqlite.rows import microseconds, time_of
from session.engines.sqlite.transaction import Transaction
from session.errors import LockLostError, SessionNotFoundError
from session.messages import MessageId, SessionId
from session.models import Claim, Lease, LeaseRequest

# What `Lease.is_expired` says, for the database: free from the very instant of the end on. The
# fence is read afterwards: on this busy path RETURNING costs more.
_TAKE = """
UPDATE sessions
SET fence = fence + 1, holder_id = ?, acquired_at = ?, expires_at = ?, instance_id = ?
WHERE id = ?"""
_TAKE_FREE = f"{_TAKE} AND (expires_at IS NULL OR expires_at <= ?)"
_TAKE_FROM_THE_DEAD = f"{_TAKE} AND instance_id = ?"

SET_NO_LEASE = "holder_id = NULL, acquired_at = NULL, expires_at = NULL, instance_id = NULL"
_WHERE_HELD = "id = ? AND holder_id = ? AND fence = ?"

_FENCE = "SELECT fence FROM sessions WHERE id = ?"
_INSTANCE = "SELECT instance_id FROM sessions WHERE id = ?"
_CHECK = f"SELECT 1 FROM sessions WHERE {_WHERE_HELD}"
_REFRESH = f"""
UPDATE sessions SET expires_at = ?, instance_id = ? WHERE {_WHERE_HELD} RETURNING acquired_at"""
_RELEASE = f"UPDATE sessions SET {SET_NO_LEASE} WHERE {_WHERE_HELD}"


def acquire(tx: Transaction, session_id: SessionId, request: LeaseRequest) -> Lease | None:
    """Take the lease if it is free or its holder's process is dead."""
    expires_at = tx.now + microseconds(request.ttl)
    taken = (request.holder_id, tx.now, expires_at, tx.instance.id, session_id)
    if not tx.execute(_TAKE_FREE, (*taken, tx.now)).rowcount:
        dead = _dead_holder(tx, session_id)
        if dead is None or not tx.execute(_TAKE_FROM_THE_DEAD, (*taken, dead)).rowcount:
            return None
    row = tx.execute(_FENCE, (session_id,)).fetchone()
    return request.granted(time_of(tx.now), fence=row["fence"])


def _dead_holder(tx: Transaction, session_id: SessionId) -> str | None:
    """Name the process that holds the session, if it is dead."""
    row = tx.execute(_INSTANCE, (session_id,)).fetchone()
    if row is None:
        raise SessionNotFoundError(session_id)
    instance_id: str | None = row["instance_id"]
    return instance_id if tx.instance.is_dead(instance_id) else None


def refresh(tx: Transaction, claim: Claim, ttl: timedelta) -> Lease:
    """Move the end of a lease that is still the claim's."""
    expires_at = tx.now + microseconds(ttl)
    row = tx.execute(_REFRESH, (expires_at, tx.instance.id, *_holder(claim))).fetchone()
    if row is None:
        raise _lost(claim)
    return Lease(
        holder_id=claim.holder_id,
        fence=claim.fence,
        acquired_at=time_of(row["acquired_at"]),
        expires_at=time_of(expires_at),
    )


def release(tx: Transaction, claim: Claim, delivered: MessageId | None) -> bool:
    """End the claim's lease and close the delivered answer; False if it was not ours."""
    if tx.execute(_RELEASE, _holder(claim)).rowcount == 0:
        return False
    if delivered is not None:
        found = messages.some(tx.execute, [delivered])
        closed = [transitions.delivered(answer, claim) for answer in found]
        messages.change(tx, found, closed)
    return True


def check(tx: Transaction, claim: Claim) -> None:
    """Raise `LockLostError` unless the claim is still the stored pair."""
    if tx.execute(_CHECK, _holder(claim)).fetchone() is None:
        raise _lost(claim)


def _holder(claim: Claim) -> tuple[str, str, int]:
    return (claim.session_id, claim.holder_id, claim.fence)


def _lost(claim: Claim) -> LockLostError:
    return LockLostError(claim.session_id, claim.holder_id, claim.fence)
