"""What the checks found."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Verdict:
    """What the checks found. `on_the_wire` names the requests that were under way already."""

    broken: list[str] = field(default_factory=list)
    on_the_wire: list[str] = field(default_factory=list)
    ran_out: list[str] = field(default_factory=list)
    """Leases that ended by themselves because the store did not answer."""
    not_delivered: list[str] = field(default_factory=list)
    """Answers that were given up."""
    repeats: int = 0
    marked: list[str] = field(default_factory=list)
    """Messages that are dealt with and still bear an hourglass."""
    outcomes: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    """What people decided about calls."""
    calm_gap: float = 0.0
    """The median of the seconds between a message's ack and its turn, in the pulse."""
