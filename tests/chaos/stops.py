"""When processes were killed or stopped, and what that explains."""

from collections.abc import Collection

from tests.chaos.evidence import Evidence
from tests.chaos.fleet import Freeze
from tests.chaos.records import Run

WINDOW = 0.05
"""Seconds after a stopped process is continued in which a request that it was about to write may
still go out: it had looked at its deadline just before it was stopped."""


class Stops:
    """When each process was killed or stopped."""

    def __init__(self, evidence: Evidence) -> None:
        self._lives = evidence.lives
        self._freezes = evidence.freezes
        self._stalls = evidence.stalls

    def death_of(self, run: Run) -> float:
        """When the process of a run ended; infinity if it outlived the campaign."""
        lives = [one for one in self._lives if one.pid == run.pid]
        ends = [one.killed_at or one.ended_at for one in lives if one.started_at <= run.started_at]
        return next((end for end in reversed(ends) if end is not None), float("inf"))

    def is_a_zombie(self, run: Run, at: float) -> Freeze | None:
        """Return the stop during which `at` fell for the process of a run."""
        for freeze in self._freezes:
            if freeze.pid == run.pid and freeze.stopped_at <= at <= freeze.continued_at:
                return freeze
        return None

    def was_under_way(
        self, asked_at: float, applied_at: float, pids: Collection[int] = ()
    ) -> bool:
        """Tell whether a request's process was stopped or killed while it was on the wire.

        Or had just been continued: then the request had been about to be written. Without `pids`
        nobody knows whose request it was, and that of any process counts.
        """
        sent_at = self._earliest_sent(asked_at)
        lives = [one for one in self._lives if not pids or one.pid in pids]
        freezes = [one for one in self._freezes if not pids or one.pid in pids]
        deaths = [one.killed_at for one in lives if one.killed_at is not None]
        stops = [*deaths, *(one.stopped_at for one in freezes)]
        return any(sent_at <= one <= applied_at for one in stops) or any(
            sent_at <= one.continued_at <= asked_at for one in freezes
        )

    def _earliest_sent(self, asked_at: float) -> float:
        """When a request may have been written that the simulator, if it stalled, read later."""
        begun = [begin for begin, end in self._stalls if begin <= asked_at <= end + WINDOW]
        return min([asked_at, *begun]) - WINDOW
