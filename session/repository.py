"""The storage contract. Engines implement it; nothing about it is said a second time there.

Each method is one atomic step inside the engine: code above never reads, changes and saves.
`now` is always the engine's own clock. A storage failure is a `StorageError` whose cause is the
driver's error; a write whose fate stays unknown counts as failed. What no store can keep is a
`NotStorableError`, raised before anything is written, by every engine for the same values
(`session.storable`). Methods that take a `Claim` succeed while (holder, fence) is still the
stored pair, even past the lease's end, and otherwise raise `LockLostError` without having changed
anything. How a session, a message and a turn change stands in `session.transitions`.

Lists leave out a record that cannot be read, and log it; reading that one alone raises
`UnreadableError`.
"""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from session.messages import Message, MessageId, NewMessage, SessionId, TurnId
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    NewSession,
    Receipt,
    Session,
    SessionRecord,
    Turn,
    TurnEnd,
)
from session.shielded import ShieldedTasks


class SessionRepository(Protocol):
    """Sessions as a collection."""

    async def create_session(self, new: NewSession) -> tuple[Session, bool]:
        """Create the session unless its id exists; True for exactly one of any number of callers.

        A Slack session is created owing its notice.
        """
        ...

    async def get_session(self, session_id: SessionId) -> Session | None:
        """Read one session, or None."""
        ...

    async def sessions_by_ticket(self, ticket_id: str) -> Sequence[Session]:
        """All sessions bound to a ticket, oldest first."""
        ...

    async def scan_sessions(
        self, *, after: SessionId | None = None, limit: int = 100
    ) -> Sequence[Session]:
        """A page of all sessions in the order of their ids; pass the last id to go on."""
        ...

    async def delete_session(self, session_id: SessionId, *, idle_since: datetime) -> bool:
        """Delete a session with all that belongs to it, and say whether that was done.

        Refused (False) if it is held, has an open or parked message, was active at or after
        `idle_since`, or does not exist.
        """
        ...

    async def read_record(self, session_id: SessionId) -> SessionRecord | None:
        """Read all that is stored of a session but its lease, which belongs to one store only.

        Raises `UnreadableError` rather than leave anything out.
        """
        ...

    async def restore_session(self, record: SessionRecord) -> bool:
        """Store a whole record as it is, for moving between stores; False if it was there already.

        A record that was left half-written by a crash is completed: entries that are there
        already stay as they are. The lease is not taken over; the fence is.
        """
        ...


class LeaseRepository(Protocol):
    """The lease inside a session record.

    It ends at `expires_at`, or earlier where an engine knows that its holder's process is dead.
    """

    def acquire_lease(
        self, session_id: SessionId, request: LeaseRequest
    ) -> Awaitable[Lease | None]:
        """Take the lease if it is free; the session's fence rises by one.

        None while somebody holds it: such a refusal rests on a read that began after the call did.
        Raises `SessionNotFoundError`.
        """
        ...

    def refresh_lease(self, claim: Claim, ttl: timedelta) -> Awaitable[Lease]:
        """Move `expires_at` to now + `ttl`."""
        ...

    def release_lease(
        self, claim: Claim, *, delivered: MessageId | None = None
    ) -> Awaitable[bool]:
        """End the lease, and close the `delivered` answer as answered; False if it was not ours.

        Never raises `LockLostError`: the successor is left alone.
        """
        ...


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
        created for it. A session that is created for a parked message is provisional until one
        comes that is not.
        """
        ...

    async def open_messages(self, session_id: SessionId) -> Sequence[Message]:
        """What is open in a session, due or not, in timeline order, an unposted answer first."""
        ...

    async def get_message(self, message_id: MessageId) -> Message | None:
        """Read one message, or None."""
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
    ) -> bool:
        """Replace text or attributes of a person's message that is open or parked.

        With `reopen` also of a closed one, which is then open again as a new question. False if
        nothing was changed.
        """
        ...

    async def settle(
        self, message_id: MessageId, outcome: str | None = None, *, blank: bool = False
    ) -> bool:
        """Open a parked message, or close it with an `outcome`, without a lease.

        An opened one takes its place by `sent_at`, and its session is provisional no more. A
        closed one may be blanked; its session is then deleted if it is provisional, not held, and
        holds nothing else. False if the message is not parked: of two callers one gets True.
        """
        ...

    async def scan_due(self, *, until: datetime, limit: int = 500) -> Sequence[Message]:
        """Those of all sessions that are to be looked at by `until`, in that order: the sweep's.

        They are open, or parked with a `due_at`. One query.
        """
        ...


class TurnRepository(Protocol):
    """Turns and the timeline."""

    def begin_turn(self, claim: Claim, message_ids: Sequence[MessageId]) -> Awaitable[Turn]:
        """Take up messages: count a try on each that this turn has not counted yet.

        May be called again to take up more. Parked messages become open again, without an
        outcome. Ids that name no open or parked message of a person in this session are left
        out: nothing closed is reopened, and an answer is delivered, not taken up. A turn of an
        earlier acquisition that was never ended becomes `interrupted`; this one runs (again).
        """
        ...

    def finish_turn(self, claim: Claim, end: TurnEnd) -> Awaitable[None]:
        """End the turn in one commit.

        Closes (`PARKED`: parks) the named messages with its outcome, and hands back all others
        that the turn took up and that are open, as if it had not touched them. `INTERRUPTED` ends
        none, so it hands back all. A try counts neither there nor for `PARKED`; a parked message
        keeps its `due_at`. Stores the answer open, the notebook and the audit, records the turn,
        updates the session, and ends the lease if asked to. Ids are left out as in `begin_turn`.

        A second call is refused by `LockLostError` if the first released; otherwise it adds to
        the first, and its outcome stands for the turn. What is closed stays as it is, and an
        answer whose id is stored already is not stored again.
        """
        ...

    def close_messages(
        self, claim: Claim, ids: Sequence[MessageId], outcome: str
    ) -> Awaitable[None]:
        """Close entries of the session, open or parked, answers too, in mid-turn.

        What is closed already stays as it is; other sessions' entries are left out.
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
    """What turns leave behind for later: records of their own, read only when asked for."""

    async def read_notebook(self, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
        """Read what the last turn that wrote this notebook left in it, or None."""
        ...

    async def read_audit(self, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
        """Read what a turn left about itself, or None."""
        ...


class Repository(
    SessionRepository,
    LeaseRepository,
    InboxRepository,
    TurnRepository,
    NotebookRepository,
    Protocol,
):
    """All of it. Engines subclass this explicitly, so an incomplete one is a type error."""

    tasks: ShieldedTasks
    """Writes that outlive their callers' cancellation; `aclose` awaits them."""
    is_local: bool
    """Whether the store can be seen from this machine only."""
    description: str
    """Where the store is, for people: never a secret."""

    emulator: str | None = None
    """The address of what stands in for the real store, where that is so: for warnings."""

    def now(self) -> datetime:
        """The engine's time as far as it is known without asking: for waiting, and for lengths.

        Leases, `stored_at` and `due_at` are counted by it, and it never goes back.
        """
        ...

    def date(self) -> datetime:
        """The time that people read and retention counts, which may be set forth and back.

        `created_at`, `last_active_at`, and when turns started and ended are dates.
        """
        ...

    async def aclose(self) -> None:
        """Await what is under way, then close. A second call does nothing."""
        ...
