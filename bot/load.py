"""The load of this process: how much runs and how much waits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Counts of the sessions that have a turn or wait for one, and of one author's among them."""

    running: int
    queued: int
    own_running: int
    own_queued: int
    is_at_own_limit: bool
    """Whether the author's own limit keeps more of theirs from running."""
    ahead: int | None = None
    """Of the session asked about: how many get a turn before it. None if it waits for none."""
