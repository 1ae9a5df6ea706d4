"""A session's document as this process last saw it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from session.models import Claim, Session, Turn

NEVER = datetime.min.replace(tzinfo=UTC)
"""The version of a session that is not stored yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSnapshot:
    """A session document as it was last read or written."""

    session: Session
    turn: Turn | None = None
    """The last turn, running or ended; the next one moves it to a document of its own."""
    unended: tuple[Turn, ...] = ()
    """Earlier turns that nobody ended; the next turn to begin interrupts them."""
    lost_fence: int = 0
    """The last lease that was taken over after its end, instead of being released."""
    sealed: bool = False
    """Somebody is about to delete it: who stores a message must write to this document too."""
    write_id: str = ""
    """Names the write that made this version, to recognise our own after an unclear answer."""
    version: datetime = NEVER
    """The document's `update_time`: the condition of the next write."""

    def moved(self, session: Session) -> "SessionSnapshot":
        """Return the next version; a deletion that is under way is thereby refused."""
        return replace(self, session=session, sealed=False)

    def is_held_by(self, claim: Claim) -> bool:
        """Tell whether the claim's (holder, fence) is the stored pair."""
        return self.session.is_held_by(claim)

    def has_released(self, claim: Claim) -> bool:
        """Tell whether the claim's lease ended by a release, not by being taken over."""
        if self.session.fence == claim.fence:
            return self.session.lease is None
        return self.session.fence > claim.fence > self.lost_fence
