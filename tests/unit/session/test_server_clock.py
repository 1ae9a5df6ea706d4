"""The reckoning of the server's time is never early, and notices when it was wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session.engines.firestore.clock import ServerClock

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Machine:
    """A machine's monotonic clock, set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_nothing_is_known_before_the_first_answer() -> None:
    with pytest.raises(RuntimeError, match="not been asked"):
        ServerClock()()


def test_it_counts_from_when_the_question_was_sent() -> None:
    machine = Machine()
    clock = ServerClock(machine)
    asked_at, machine.seconds = machine.seconds, 1001.0
    assert clock.observe(START, asked_at) is False
    assert timedelta(seconds=1) <= clock() - START < timedelta(seconds=1.01)


def test_a_slow_answer_does_not_loosen_what_is_known() -> None:
    machine = Machine()
    clock = ServerClock(machine)
    clock.observe(START, machine.seconds)
    asked_at, machine.seconds = machine.seconds, 1004.0
    clock.observe(START + timedelta(seconds=4), asked_at)
    assert clock() - START < timedelta(seconds=4.1)


def test_it_never_runs_backwards_when_a_quick_answer_tightens_it() -> None:
    machine = Machine()
    clock = ServerClock(machine)
    asked_at, machine.seconds = machine.seconds, 1003.0
    clock.observe(START + timedelta(seconds=1), asked_at)
    loose = clock()
    clock.observe(START + timedelta(seconds=3), machine.seconds)
    assert clock() == loose
    machine.seconds = 1010.0
    assert clock() - START < timedelta(seconds=10.1)


def test_a_sleep_of_the_machine_is_noticed_and_made_up_for() -> None:
    machine = Machine()
    clock = ServerClock(machine)
    clock.observe(START, machine.seconds)
    woken_at = START + timedelta(hours=1)
    assert clock.observe(woken_at, machine.seconds) is True
    assert clock() == woken_at
    assert clock.observe(woken_at, machine.seconds) is False


@given(
    st.lists(
        st.tuples(st.floats(0, 120), st.floats(0, 5), st.floats(0, 1)), min_size=1, max_size=30
    )
)
def test_it_is_never_early_however_answers_are_delayed(
    answers: list[tuple[float, float, float]],
) -> None:
    machine = Machine()
    clock = ServerClock(machine)
    for pause, round_trip, share in answers:
        machine.seconds += pause
        asked_at = machine.seconds
        taken = START + timedelta(seconds=asked_at + share * round_trip)
        machine.seconds += round_trip
        clock.observe(taken, asked_at)
        now = START + timedelta(seconds=machine.seconds)
        assert clock() >= now - timedelta(microseconds=2)
