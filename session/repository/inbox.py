"""Messages that people sent: the part of the contract that needs no lease."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from session.messages import Message, MessageId, NewMessage, SessionId
from session.models import (
    LeaseRequest,
    NewSession,
    Receipt,
)


class InboxRepository(Protocol):
    """Messages that people sent."""

    def take_in(
        self, new: NewSession, message: NewMessage, *, lease: LeaseRequest | None = None
    ) -> Awaitable[Receipt]:
        """Create the session if absent and store the message if absent, in one atomic write.

        The message's id is unique in the whole store, and storing it is the only claim on it. A
        duplicate changes nothing. With `lease`, the same write may take a free lease for a new
        message that is not parked; the turn has then begun with that message: its try is counted.
        An engine may always decline to, and the caller then asks `acquire_lease`. A duplicate's
        receipt shows the session that its stored message belongs to, and no other session is
        created for it. A session that is created for a parked or a provisional message is
        provisional until one comes that is neither.
        """
        ...

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        """What is open in a session, due or not, in timeline order, an unposted answer first."""
        ...

    async def get_message(self, message_id: MessageId) -> Message | None:
        """Read one message, or None."""
        ...

    async def find_messages(self, request_id: str) -> Sequence[Message]:
        """Those that came in under a request id, or that a turn took up which it held.

        In timeline order, answers too. Served by an index, however much is stored.
        """
        ...

    async def blank_message(self, message_id: MessageId) -> bool:
        """Forget a message's text and attributes, because its author deleted it.

        False if it is not stored. Its state stays.
        """
        ...

    async def amend_message(
        self,
        message_id: MessageId,
        *,
        text: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        reopen: bool = False,
        newer_by: str | None = None,
    ) -> bool:
        """Replace the text of a person's message that is open or parked, and set attributes.

        Attributes that are not named stay. With `reopen` a closed message is changed too, and is
        then open again as a new question. `newer_by` names an attribute whose texts sort by time:
        the message is changed only if the new text sorts after the stored one. A message without
        attributes, which its author deleted, then stays. False if nothing was changed.
        """
        ...

    async def settle(
        self, message_id: MessageId, outcome: str | None = None, *, blank: bool = False
    ) -> bool:
        """Open a parked message, or close it with an `outcome`, without a lease.

        An opened one takes its place by `sent_at`, and its session is provisional no more. A
        closed one may be blanked; its session is then deleted if it is provisional, not held, and
        holds nothing else. False if the message is not parked: of two callers one gets True.
        Raises `ValueError` for `blank` without an outcome.
        """
        ...

    async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
        """Those of all sessions that are to be looked at by `until`, in that order: the sweep's.

        They are open, or parked with a `due_at`. One query.
        """
        ...
