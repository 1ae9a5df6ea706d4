"""A store with one of everything that a later version must still know."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from session import (
    AlertKey,
    NewAlert,
    Notebook,
    Outcome,
    Repository,
    SessionChange,
    SessionId,
    Sighting,
    TurnEnd,
)
from session.digest import record_digest
from tests.conformance.examples import (
    SENT_AT,
    a_message,
    acquired,
    answer,
    cli_session,
    message_id,
)

UNKNOWN_KIND = "séance"
LATER = timedelta(seconds=1)


async def fill(repository: Repository) -> None:
    """Store it; nobody holds a lease at the end, but one turn was never ended."""
    await _answered(repository, "1711.0001")
    await _owed(repository, "1712.0001")
    await _parked(repository, "1713.0001")
    await a_message(repository, "1714.0001", into="1714.0001", kind=UNKNOWN_KIND)
    await a_message(repository, "1715.0001", into="1715.0001", parked=True)
    await _interrupted(repository, "1716.0001")
    await repository.create_session(cli_session())
    key = AlertKey(team_id="T1", channel_id="C1", fingerprint="cpu")
    await repository.put_count("tokens", SENT_AT.date(), 4_711)
    await repository.see_alert(NewAlert(key=key, thread_ts="1717.1", ts="1717.1", sent_at=SENT_AT))


async def facts(repository: Repository) -> dict[str, Any]:
    """Return all that is stored, as JSON: what each session, alert and number says."""
    found: dict[str, Any] = {}
    for session in await repository.scan_sessions(limit=1_000):
        record = await repository.read_record(session.id)
        assert record is not None
        found[session.id] = asdict(record)
    found |= {alert.key.id: asdict(alert) for alert in await repository.scan_alerts()}
    found |= {count.id: asdict(count) for count in await repository.scan_counts()}
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


async def contents(repository: Repository) -> dict[str, str]:
    """Return a digest of each session with all that belongs to it, and what alerts there are."""
    found: dict[str, str] = {}
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after):
        for session in page:
            record = await repository.read_record(session.id)
            assert record is not None
            found[session.id] = record_digest(record)
        after = page[-1].id
    return found | {alert.key.id: repr(alert) for alert in await repository.scan_alerts()}


async def _answered(repository: Repository, ts: str) -> None:
    """A thread that is muted, with a notebook and an audit, whose answer was posted."""
    asked = await a_message(repository, ts, into=ts, text="why? 🔥 ünïcode", attributes={"ts": ts})
    claim = await acquired(repository, asked.session_id, f"req_{ts}")
    await repository.begin_turn(claim, [asked.id])
    given = answer(f"a{ts}")
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(asked.id,),
        answer=given,
        session=SessionChange(notice_posted=True, muted=True),
        notebook=Notebook(name="brief", value={"seen": ["10.0.0.1", {"é": None}]}),
        audit={"calls": [{"tool": "look up", "é": 1.5}]},
        sightings=(Sighting(key="ip:10.0.0.1", seen_at=SENT_AT),),
    )
    await repository.finish_turn(claim, end)
    await repository.release_lease(claim, delivered=given.id)


async def _owed(repository: Repository, ts: str) -> None:
    """A thread with an answer that is still to be posted, and a question behind it."""
    asked = await a_message(repository, ts, into=ts)
    claim = await acquired(repository, asked.session_id, f"req_{ts}")
    await repository.begin_turn(claim, [asked.id])
    given = answer(f"a{ts}", attributes={"parts": [{"text": "a cold cache"}]})
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(asked.id,), answer=given, note="too late")
    await repository.finish_turn(claim, end)
    await repository.postpone(claim, given.id, repository.now() + LATER)
    await repository.release_lease(claim)
    await a_message(repository, "1712.0002", into=ts, text="and why slow?", kind="stop")
    await a_message(repository, "1712.0003", into=ts, id=message_id("a/b.__c__"))


async def _parked(repository: Repository, ts: str) -> None:
    """A thread in which a turn waits for a person."""
    asked = await a_message(repository, ts, into=ts)
    claim = await acquired(repository, asked.session_id, f"req_{ts}")
    await repository.begin_turn(claim, [asked.id])
    end = TurnEnd(outcome=Outcome.PARKED, message_ids=(asked.id,), release=True)
    await repository.finish_turn(claim, end)


async def _interrupted(repository: Repository, ts: str) -> None:
    """A thread whose turn began and was not ended."""
    asked = await a_message(repository, ts, into=ts)
    claim = await acquired(repository, asked.session_id, f"req_{ts}")
    await repository.begin_turn(claim, [asked.id])
    await repository.release_lease(claim)
