"""The load of this process: how much runs and how much waits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many sessions have a turn or wait for one, and how many of them are one author's."""

    running: int
    queued: int
    own_running: int
    own_queued: int
    is_at_own_limit: bool
    """Whether the author's own limit keeps more of theirs from running."""
    ahead: int | None = None
    """Of the session asked about: how many get a turn before it. None if it waits for none."""
