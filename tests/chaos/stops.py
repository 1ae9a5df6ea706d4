"""When processes were killed or stopped, and what that explains."""

from collections.abc import Collection

from tests.chaos.evidence import Evidence
from tests.chaos.records import Run

WINDOW = 0.05
"""Seconds after a stopped process is continued in which a request that it was about to write may
still go out: it had looked at its deadline just before it was stopped."""

WAKES_WITHIN = 5.0
"""Seconds that a continued process may take to notice that its lease is over."""

BEGINS_WITHIN = 1.0
"""Seconds from a successor's acquisition to its first step."""


class Stops:
    """When each process was killed or stopped."""

    def __init__(self, evidence: Evidence) -> None:
        self._lives = evidence.lives
        self._freezes = evidence.freezes
        self._stalls = evidence.stalls

    def death_of(self, run: Run) -> float:
        """When the process of a run ended; infinity if it outlived the campaign."""
        lives = [life for life in self._lives if life.pid == run.pid]
        ends = [
            life.killed_at or life.ended_at for life in lives if life.started_at <= run.started_at
        ]
        return next((end for end in reversed(ends) if end is not None), float("inf"))

    def is_a_zombie(self, earlier: Run, begun_at: float, ended_at: float) -> bool:
        """Tell whether a run went on beside a successor only because its process was stopped.

        The successor took the lease meanwhile, and may have begun a moment after the process was
        continued.
        """
        return any(
            freeze.pid == earlier.pid
            and freeze.stopped_at <= begun_at <= freeze.continued_at + BEGINS_WITHIN
            and ended_at <= freeze.continued_at + WAKES_WITHIN
            for freeze in self._freezes
        )

    def was_under_way(
        self,
        asked_at: float,
        applied_at: float,
        pids: Collection[int] = (),
        *,
        covered: float = 0.0,
    ) -> bool:
        """Tell whether a request's process was stopped or killed while it was on the wire.

        Or had just been continued: then the request had been about to be written. Without `pids`
        nobody knows whose request it was, and that of any process counts. A death counts only if
        the request was under way for more than the `covered` seconds.
        """
        sent_at = self._earliest_sent(asked_at)
        lives = [life for life in self._lives if not pids or life.pid in pids]
        freezes = [freeze for freeze in self._freezes if not pids or freeze.pid in pids]
        stops = [freeze.stopped_at for freeze in freezes]
        if applied_at - sent_at > covered:
            stops += [life.killed_at for life in lives if life.killed_at is not None]
        return any(sent_at <= stop <= applied_at for stop in stops) or any(
            sent_at <= freeze.continued_at <= asked_at for freeze in freezes
        )

    def _earliest_sent(self, asked_at: float) -> float:
        """When a request may have been written that the simulator, if it stalled, read later."""
        begun = [begin for begin, end in self._stalls if begin <= asked_at <= end + WINDOW]
        return min([asked_at, *begun]) - WINDOW
