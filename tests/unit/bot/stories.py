"""What happens in a session before a test begins, told over the memory engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.surfaces.memory import MemorySurface
from bot.turns.open_turn import OpenTurn
from session import (
    Lock,
    LockService,
    Message,
    MessageState,
    NewMessage,
    Repository,
    Resolver,
    SessionId,
    TurnId,
    request_scope,
    slack_message_id,
)
from session.clock import SteadyClock
from session.engines.memory import MemoryRepository
from tests.unit.bot.examples import THREAD
from tests.unit.bot.virtual_time import now

TTL = timedelta(seconds=30)
SENT_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def in_memory() -> MemoryRepository:
    """A store whose time is the running loop's."""
    return MemoryRepository(SteadyClock(started_at=SENT_AT, monotonic=now))


def question(ts: str, text: str = "why?", **changes: Any) -> NewMessage:
    """A message of Ann's, stored under `req_<ts>`."""
    fields: dict[str, Any] = {
        "id": slack_message_id("T1", "C1", ts),
        "author_id": "UANN",
        "text": text,
        "sent_at": SENT_AT + timedelta(seconds=float(ts)),
        "request_id": f"req_{ts}",
        "kind": "question",
        "attributes": {"ts": ts, "asks": True, "files": []},
    }
    return NewMessage(**(fields | changes))


def stop(ts: str, **changes: Any) -> NewMessage:
    """A request of Ann's to stop."""
    return question(ts, "stop", kind="stop", **changes)


def message(ts: str, **changes: Any) -> Message:
    """A question as it stands in a store."""
    new = question(ts)
    fields: dict[str, Any] = {
        "id": new.id,
        "session_id": SessionId("s"),
        "kind": new.kind,
        "author_id": new.author_id,
        "text": new.text,
        "sent_at": new.sent_at,
        "stored_at": new.sent_at,
        "request_id": new.request_id,
        "attributes": new.attributes,
        "state": MessageState.OPEN,
    }
    return Message(**(fields | changes))


async def turn_of(
    repository: Repository, session_id: SessionId, surface: MemorySurface
) -> OpenTurn:
    """Take the session's lock and open a turn under it."""
    lock, session = await lock_of(repository, session_id), await repository.get_session(session_id)
    assert session is not None
    return OpenTurn(lock, session, surface, repository, call_seconds=2, monotonic=now)


async def take_in(repository: Repository, *messages: NewMessage) -> list[Message]:
    """Store messages in the thread's session."""
    resolver = Resolver(repository)
    receipts = [
        await resolver.resolve_slack_session(THREAD, new.author_id, message=new)
        for new in messages
    ]
    return [receipt.message for receipt in receipts]


async def lock_of(
    repository: Repository, session_id: SessionId, holder: str = "req_holder"
) -> Lock:
    """Take the session's lock, on the running loop's time."""
    with request_scope(holder):
        lock = await LockService(repository, ttl=TTL, monotonic=now).try_acquire(session_id)
    assert lock is not None
    return lock


def ids(messages: Sequence[Message]) -> list[str]:
    """The `ts` of each, which is shorter to read than its id."""
    return [str(message.attributes.get("ts", message.id)) for message in messages]


@dataclass(slots=True)
class Assigned:
    """Notes for which sessions the sweep finds a worker."""

    sessions: list[SessionId] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    also: Callable[[], None] | None = None

    def __call__(self, session_id: SessionId, author_id: str) -> None:
        self.sessions.append(session_id)
        self.times.append(now())


def turn(number: int = 1) -> TurnId:
    return TurnId(f"s#{number}")
