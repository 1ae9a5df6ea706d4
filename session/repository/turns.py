"""Turns, the timeline, and what turns leave behind."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from session.messages import Message, MessageId, SessionId, TurnId
from session.models import (
    Claim,
    Turn,
    TurnEnd,
)


class TurnRepository(Protocol):
    """Turns and the timeline."""

    def begin_turn(
        self, claim: Claim, message_ids: Sequence[MessageId], *, on_the_way: bool = False
    ) -> Awaitable[Turn]:
        """Take up messages: count a try on each that this turn has not counted yet.

        May be called again to take up more. Those taken up `on_the_way` are told apart
        (`Message.joined`) until another turn takes them up. Parked messages become open again,
        without an outcome. Ids that name no open or parked message of a person in this session
        are left out: nothing closed is reopened, and an answer is delivered, not taken up. A turn
        of an earlier acquisition that was never ended becomes `interrupted`; this one runs
        (again).
        """
        ...

    def finish_turn(self, claim: Claim, end: TurnEnd) -> Awaitable[None]:
        """End the turn in one commit.

        Closes (`PARKED`: parks) the named messages with its outcome, and hands back all others
        that the turn took up and that are open, as if it had not touched them. `INTERRUPTED` ends
        none, so it hands back all. A try counts neither there nor for `PARKED`; a parked message
        is due at `parked_until`, or keeps its `due_at`. Stores the answer open, the notebooks,
        the audit and the sightings, records the turn, updates the session, and ends the lease if
        asked to. Ids are left out as in `begin_turn`.

        A second call is refused by `LockLostError` if the first released; otherwise it adds to
        the first, and its outcome stands for the turn. What is closed stays as it is, and an
        answer whose id is stored already is not stored again.
        """
        ...

    def close_messages(
        self, claim: Claim, ids: Sequence[MessageId], outcome: str
    ) -> Awaitable[None]:
        """Close entries of the session, open or parked, answers too, in mid-turn.

        Closed entries stay as they are; entries of other sessions are left out.
        """
        ...

    def postpone(self, claim: Claim, message_id: MessageId, due_at: datetime) -> Awaitable[bool]:
        """Set the time at which an open entry of the session is to be looked at again.

        False if there is no such entry. `open_messages` shows it all the same.
        """
        ...

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        """The newest `limit` entries (None: all), oldest first."""
        ...

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        """All turns of a session in the order of their fences, the running one included."""
        ...


class NotebookRepository(Protocol):
    """Notebooks and audits that turns leave behind: records of their own, read only when asked."""

    async def read_notebook(self, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
        """Read what the last turn that wrote this notebook left in it, or None."""
        ...

    async def read_audit(self, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
        """Read what a turn left about itself, or None."""
        ...
