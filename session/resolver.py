"""From a thread to its one session."""

from typing import overload

from session.errors import SessionError
from session.ids import random_session_id, slack_session_id
from session.models import (
    LeaseRequest,
    NewMessage,
    NewSession,
    Outcome,
    Receipt,
    Session,
    SessionSource,
    SlackThread,
    TurnEnd,
)
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
        lease: LeaseRequest | None = None,
    ) -> Receipt: ...

    async def resolve_slack_session(
        self,
        thread: SlackThread,
        user_id: str,
        *,
        ticket_id: str | None = None,
        message: NewMessage | None = None,
        lease: LeaseRequest | None = None,
    ) -> tuple[Session, bool] | Receipt:
        """Return the thread's session and whether this very call created it.

        With a `message`, that message is stored in the same atomic write, and the answer is the
        `Receipt`. With a `lease` request besides, that write may take the lease: see
        `LockService.taken_with`. `user_id` is recorded for the creator only.
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
        return await self._repository.tasks.run(
            self._repository.take_in(new, message, lease=lease), undo=self._give_back
        )

    async def lookup_slack_session(
        self, thread: SlackThread, *, ticket_id: str | None = None
    ) -> Session | None:
        """Return the thread's session if there is one; never creates or changes anything."""
        return await self._repository.get_session(slack_session_id(thread, ticket_id))

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

    async def _give_back(self, receipt: Receipt) -> None:
        if receipt.claim is not None:
            await self._repository.finish_turn(
                receipt.claim, TurnEnd(outcome=Outcome.INTERRUPTED, release=True)
            )
