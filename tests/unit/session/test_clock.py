"""Engine time moves with the monotonic clock alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from session.clock import SteadyClock

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_it_counts_on_from_where_it_started(origin: float, passed: float) -> None:
    seconds = [origin]
    clock = SteadyClock(started_at=START, monotonic=lambda: seconds[0])
    assert clock() == START
    seconds[0] = origin + passed
    assert abs(clock() - START - timedelta(seconds=passed)) <= timedelta(microseconds=1)


def test_it_starts_from_the_wall_clock_and_is_aware() -> None:
    before = datetime.now(UTC)
    clock = SteadyClock(monotonic=lambda: 7.0)
    after = datetime.now(UTC)
    assert before <= clock() <= after
    assert clock() == clock(), "a wall clock that moves on moves nothing"
