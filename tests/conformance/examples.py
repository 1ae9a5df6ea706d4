"""Threads, sessions and messages to tell the tests' stories with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from session import (
    ANSWER,
    Claim,
    LeaseRequest,
    Message,
    MessageId,
    MessageState,
    NewMessage,
    Notebook,
    Outcome,
    Receipt,
    Repository,
    Session,
    SessionId,
    SessionSource,
    Sighting,
    SlackThread,
    slack_message_id,
    slack_session_id,
)
from session.models import Audit, NewSession, SessionRecord
from session.transitions import begun
from session.transitions import stored as to_store

TTL = timedelta(minutes=3)
INSTANT = timedelta(microseconds=1)
SENT_AT = datetime(2026, 11, 23, 9, 0, 0, 5, UTC)


def thread(ts: str = "1712.0001", channel: str = "C1", team: str = "T1") -> SlackThread:
    return SlackThread(team_id=team, channel_id=channel, thread_ts=ts)


def new_session(
    ts: str = "1712.0001", *, user: str = "U1", ticket: str | None = None
) -> NewSession:
    return NewSession(
        id=slack_session_id(thread(ts), ticket),
        source=SessionSource.SLACK,
        thread=thread(ts),
        ticket_id=ticket,
        user_id=user,
    )


def cli_session(session_id: str = "cli_1", ticket: str = "SEC-42") -> NewSession:
    return NewSession(
        id=SessionId(session_id),
        source=SessionSource.CLI,
        thread=None,
        ticket_id=ticket,
        user_id="U1",
    )


def message_id(ts: str) -> MessageId:
    return slack_message_id("T1", "C1", ts)


def message(
    ts: str = "1712.0001",
    text: str = "why is checkout slow?",
    *,
    sent_at: datetime = SENT_AT,
    id: MessageId | None = None,
    author: str = "U1",
    kind: str = "question",
    attributes: dict[str, Any] | None = None,
    request_id: str | None = None,
    **rest: Any,
) -> NewMessage:
    return NewMessage(
        id=id or message_id(ts),
        author_id=author,
        text=text,
        sent_at=sent_at,
        request_id=request_id or f"req_of_{ts}",
        kind=kind,
        attributes=attributes or {},
        **rest,
    )


def answer(ts: str = "a1", text: str = "a cold cache", **rest: Any) -> NewMessage:
    return message(ts, text, kind=ANSWER, author="burrow", **rest)


def asks(holder: str = "req_a", ttl: timedelta = TTL) -> LeaseRequest:
    return LeaseRequest(holder_id=holder, ttl=ttl)


def claim_of(session: Session) -> Claim:
    assert session.lease is not None
    return session.lease.claim_on(session.id)


async def a_session(repository: Repository, ts: str = "1712.0001") -> Session:
    session, _ = await repository.create_session(new_session(ts))
    return session


async def a_message(
    repository: Repository, ts: str = "1712.0001", into: str = "1712.0001", **rest: Any
) -> Message:
    receipt: Receipt = await repository.take_in(new_session(into), message(ts, **rest))
    return receipt.message


async def acquired(
    repository: Repository, session_id: SessionId, holder: str = "req_a", ttl: timedelta = TTL
) -> Claim:
    lease = await repository.acquire_lease(session_id, asks(holder, ttl))
    assert lease is not None, f"{holder} was refused"
    return lease.claim_on(session_id)


async def stored(repository: Repository, session_id: SessionId) -> Session:
    session = await repository.get_session(session_id)
    assert session is not None
    return session


async def stored_message(repository: Repository, message_id: MessageId) -> Message:
    found = await repository.get_message(message_id)
    assert found is not None
    return found


def long_record(session_id: SessionId, messages: int = 1200) -> SessionRecord:
    """A record of many entries, the same in every process."""
    session = Session(
        id=session_id,
        source=SessionSource.CLI,
        thread=None,
        ticket_id="SEC-42",
        user_id="U1",
        created_at=SENT_AT,
        last_active_at=SENT_AT + timedelta(hours=1),
        fence=2,
    )
    turns = tuple(
        replace(
            begun(Claim(session_id=session_id, holder_id=f"req_{fence}", fence=fence), SENT_AT),
            ended_at=SENT_AT + INSTANT,
            outcome=Outcome.ANSWERED,
        )
        for fence in (1, 2)
    )
    entries = tuple(
        replace(
            to_store(session_id, message(f"{session_id}.{number}"), {}, SENT_AT),
            sent_at=SENT_AT + number * INSTANT,
            state=MessageState.CLOSED if number % 2 else MessageState.OPEN,
        )
        for number in range(messages)
    )
    return SessionRecord(
        session=session,
        messages=entries,
        turns=turns,
        notebooks=(Notebook(name="brief", value={"read": messages}),),
        audits=tuple(Audit(turn_id=turn.id, value={"calls": turn.fence}) for turn in turns),
        sightings=tuple(Sighting(key=f"ip 192.0.2.{n}", seen_at=SENT_AT) for n in (1, 2)),
    )
