"""Sessions of every kind that must survive a move, as they are stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from session import (
    ANSWER,
    Claim,
    Message,
    MessageId,
    MessageState,
    Notebook,
    Outcome,
    Repository,
    Session,
    SessionId,
    SessionSource,
    Sighting,
    SlackThread,
    Turn,
)
from session.models import Audit, SessionRecord

AT = datetime(2026, 11, 23, 9, 30, 0, 123_457, UTC)
SECOND = timedelta(seconds=1)
ODD_NAMES = [
    "ünïcödé 🦔 漢字",
    "a/b//c/",
    "..",
    "__reserved__",
    " two\nlines\t",
    "x" * 400,
    "e\u0301",
]


def every_kind() -> list[SessionRecord]:
    """One record of each kind, some of them with odd names."""
    return [
        bare("new"),
        answered("answered"),
        undelivered("undelivered"),
        parked("parked"),
        interrupted("cut-off"),
        *(answered(f"odd {name}", ticket=f"SEC {name}", text=name) for name in ODD_NAMES),
    ]


def many(count: int) -> list[SessionRecord]:
    """Ordinary sessions, of one question and one answer each."""
    return [answered(f"{number:05}") for number in range(count)]


async def fill(repository: Repository, records: list[SessionRecord]) -> None:
    """Store records as they are."""
    for record in records:
        assert await repository.restore_session(record)


def bare(name: str) -> SessionRecord:
    """A thread in which nothing was said yet, and which still owes its notice."""
    return SessionRecord(session=_session(name, notice_owed=True), messages=(), turns=())


def answered(name: str, *, ticket: str | None = None, text: str = "why?") -> SessionRecord:
    """A question, its answer posted; quiet since, and with more acquisitions than turns."""
    session = _session(
        name,
        ticket_id=ticket,
        last_active_at=AT + 90 * SECOND,
        fence=7,
        muted=True,
    )
    turn = _turn(session, 3, "q", outcome=Outcome.ANSWERED, note=text)
    question = _message(
        session, "q", text, turn, state=MessageState.CLOSED, outcome="answered", tries=2
    )
    answer = _answer(session, turn, state=MessageState.CLOSED)
    kept = {"": [1, 2.5, None, True], text: {"deep": "🦔"}, "big": 2**53}
    return SessionRecord(
        session=session,
        messages=(question, answer),
        turns=(turn,),
        notebooks=(Notebook(name=f"of {name}", value=kept),),
        audits=(Audit(turn_id=turn.id, value={"calls": [text]}),),
        sightings=tuple(Sighting(key=key, seen_at=AT) for key in sorted(("ip 192.0.2.1", text))),
    )


def undelivered(name: str) -> SessionRecord:
    """A question that is answered, the answer stored and not posted."""
    record = answered(name)
    question, answer = record.messages
    waiting = replace(answer, state=MessageState.OPEN)
    return replace(record, messages=(question, waiting))


def parked(name: str) -> SessionRecord:
    """A question that waits for an approval, and an open one after it."""
    session = _session(name, fence=1)
    turn = _turn(session, 1, "q", outcome=Outcome.PARKED)
    first = _message(
        session, "q", "restart it", turn, state=MessageState.PARKED, outcome=Outcome.PARKED
    )
    stop = replace(_message(session, "r", "stop"), kind="stop", sent_at=AT + SECOND)
    return SessionRecord(session=session, messages=(first, stop), turns=(turn,))


def interrupted(name: str) -> SessionRecord:
    """A turn that a crash left unended, with its question open and tried once."""
    session = _session(name, fence=2)
    earlier = _turn(session, 1, "q", outcome=Outcome.INTERRUPTED)
    running = _turn(session, 2, "q")
    question = _message(session, "q", "", running, tries=2, joined=True)
    return SessionRecord(session=session, messages=(question,), turns=(earlier, running))


def _session(name: str, **changes: Any) -> Session:
    thread = SlackThread(team_id="T1", channel_id="C1", thread_ts=f"17 {name}")
    session = Session(
        id=SessionId(f"slack {name}"),
        source=SessionSource.SLACK,
        thread=thread,
        ticket_id=None,
        user_id="U1",
        created_at=AT,
        last_active_at=AT + SECOND,
    )
    return replace(session, **changes)


def _message(
    session: Session, name: str, text: str, turn: Turn | None = None, **changes: Any
) -> Message:
    message = Message(
        id=MessageId(f"{name} of {session.id}"),
        session_id=session.id,
        kind="question",
        author_id="U1",
        text=text,
        sent_at=AT - SECOND,
        stored_at=AT + timedelta(microseconds=1),
        request_id=f"req_{name}",
        attributes={"asks": True, "ts": f"17 {name}", "files": [{"name": text}]},
        turn_id=None if turn is None else turn.id,
    )
    return replace(message, **changes)


def _answer(session: Session, turn: Turn, **changes: Any) -> Message:
    answer = _message(session, "a", "because", turn, **changes)
    return replace(answer, kind=ANSWER, author_id="burrow", sent_at=AT + SECOND)


def _turn(session: Session, fence: int, question: str, **changes: Any) -> Turn:
    claim = Claim(session_id=session.id, holder_id=f"req_{fence}", fence=fence)
    turn = Turn(
        id=claim.turn_id,
        session_id=session.id,
        fence=fence,
        holder_id=claim.holder_id,
        message_ids=(MessageId(f"{question} of {session.id}"),),
        started_at=AT,
        ended_at=AT + SECOND if "outcome" in changes else None,
    )
    return replace(turn, **changes)
