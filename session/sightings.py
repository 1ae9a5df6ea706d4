"""A sighting: an indicator that was seen in a session."""

from dataclasses import dataclass
from datetime import datetime

from session.messages import as_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something that was seen in a session, such as an address."""

    key: str
    """Names it, in the same way in every session."""
    seen_at: datetime
    """When it was seen last, aware, as whoever wrote it dates that."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen_at", as_utc("seen_at", self.seen_at))
