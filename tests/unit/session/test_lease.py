"""The one definition of when a lease ends."""

from datetime import UTC, datetime, timedelta

from session import Lease
from tests.conformance.examples import INSTANT

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LEASE = Lease(holder_id="req_a", fence=1, acquired_at=AT, expires_at=AT + timedelta(minutes=3))


def test_a_lease_is_held_until_the_instant_before_its_end() -> None:
    assert not LEASE.is_expired(AT)
    assert not LEASE.is_expired(LEASE.expires_at - INSTANT)


def test_a_lease_is_free_from_the_very_instant_of_its_end() -> None:
    assert LEASE.is_expired(LEASE.expires_at)
    assert LEASE.is_expired(LEASE.expires_at + INSTANT)
