"""Finds or creates the one session of a thread."""

from typing import overload

from session.errors import SessionError
from session.ids import random_session_id, slack_session_id
from session.locks import LockService
from session.messages import NewMessage
from session.models import NewSession, Receipt, Session, SessionSource, SlackThread
from session.repository import Repository


class Resolver:
    """Maps a Slack thread to exactly one session, the same on every instance."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @overload
    async def resolve_slack_session(
        self, thread: SlackThread, user_id: str, *, ticket_id: str | None = None
    ) -> tuple[Session, bool]: ...

    @overload
    async def resolve_slack_session(
        self,
        thread: SlackThread,
        user_id: str,
        *,
        ticket_id: str | None = None,
        message: NewMessage,
        locks: LockService | None = None,
    ) -> Receipt: ...

    async def resolve_slack_session(
        self,
        thread: SlackThread,
        user_id: str,
        *,
        ticket_id: str | None = None,
        message: NewMessage | None = None,
        locks: LockService | None = None,
    ) -> tuple[Session, bool] | Receipt:
        """Return the thread's session and whether this very call created it.

        With a `message`, that message is stored in the same atomic write, and the answer is the
        `Receipt`. With `locks` besides, that write may take the lease in the name of the current
        request id; it lies there until `try_acquire`, even if this caller is cancelled. `user_id`
        is recorded for the creator only.
        """
        new = NewSession(
            id=slack_session_id(thread, ticket_id),
            source=SessionSource.SLACK,
            thread=thread,
            ticket_id=ticket_id or None,
            user_id=user_id,
        )
        if message is None:
            return await self._repository.create_session(new)
        if locks is None or message.parked:
            return await self._repository.tasks.run(self._repository.take_in(new, message))
        return await locks.take_in(
            lambda request: self._repository.take_in(new, message, lease=request)
        )

    async def lookup_slack_session(
        self, thread: SlackThread, *, ticket_id: str | None = None, provisional: bool = False
    ) -> Session | None:
        """Return the thread's session if there is one; never creates or changes anything.

        A provisional one counts as none, unless `provisional` asks for it too.
        """
        session = await self._repository.get_session(slack_session_id(thread, ticket_id))
        if session is None or (session.provisional and not provisional):
            return None
        return session

    async def create_fresh_session(
        self, ticket_id: str, source: SessionSource, user_id: str
    ) -> Session:
        """Create a new session with a random id, for web and CLI. Each call makes another one."""
        if source == SessionSource.SLACK:
            raise ValueError("a Slack thread has one session: use resolve_slack_session")
        if not ticket_id:
            raise ValueError(f"a {source} session needs a ticket id")
        new = NewSession(
            id=random_session_id(source),
            source=source,
            thread=None,
            ticket_id=ticket_id,
            user_id=user_id,
        )
        session, created = await self._repository.create_session(new)
        if not created:
            raise SessionError(f"the random session id {session.id} was taken already")
        return session
