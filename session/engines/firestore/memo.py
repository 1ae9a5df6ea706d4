"""Remembers what this process has read. Forgetting an entry costs one read, no more."""

from collections.abc import Iterable

from session.bounded import Bounded
from session.engines.firestore.snapshot import SessionSnapshot
from session.messages import Message, MessageId, SessionId
from session.models import Claim

_CAPACITY = 4096


class Memo:
    """The newest version seen of each session, and the messages known to a lease's holder.

    Of the latter the open ones stay so as long as the lease lasts, since only its holder closes
    or parks them; and a holder that has lost it finds its next write refused.
    """

    def __init__(self) -> None:
        self._sessions: Bounded[SessionId, SessionSnapshot] = Bounded(_CAPACITY)
        self._messages: Bounded[SessionId, tuple[int, dict[MessageId, Message]]] = Bounded(
            _CAPACITY
        )
        self._abandoned: Bounded[str, None] = Bounded(_CAPACITY)

    def session(self, session_id: SessionId) -> SessionSnapshot | None:
        """Return the newest version seen; there may be a newer one."""
        return self._sessions.get(session_id)

    def note_session(self, stored: SessionSnapshot) -> None:
        """Keep a version, unless a newer one is kept already."""
        known = self._sessions.get(stored.session.id)
        if known is None or known.version <= stored.version:
            self._sessions[stored.session.id] = stored

    def messages(self, claim: Claim) -> dict[MessageId, Message]:
        """Return the messages that are known since the claim's lease was taken."""
        fence, known = self._messages.get(claim.session_id, (0, {}))
        return dict(known) if fence == claim.fence else {}

    def note_messages(
        self, session_id: SessionId, fence: int, messages: Iterable[Message]
    ) -> None:
        """Keep messages that were read or written under the lease of `fence`."""
        known_fence, known = self._messages.get(session_id, (0, {}))
        if known_fence > fence:
            return
        kept = known if known_fence == fence else {}
        self._messages[session_id] = fence, kept | {message.id: message for message in messages}

    def forget_messages(self, session_id: SessionId) -> None:
        """Drop what is known of a session's messages."""
        self._messages.pop(session_id, None)

    def forget(self, session_id: SessionId) -> None:
        """Drop all that is known of a session."""
        self._sessions.pop(session_id, None)
        self.forget_messages(session_id)

    def abandon(self, write_id: str) -> None:
        """Note that nobody will ever use the lease which this write may yet take."""
        self._abandoned[write_id] = None

    def is_abandoned(self, stored: SessionSnapshot) -> bool:
        """Tell whether this version's lease was taken by a write that we gave up."""
        return stored.write_id in self._abandoned
