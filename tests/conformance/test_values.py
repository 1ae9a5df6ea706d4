"""What is stored comes back as it was: odd ids, any script, long texts, exact times."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from session import (
    MessageId,
    NewMessage,
    Notebook,
    Outcome,
    Repository,
    SessionId,
    SessionSource,
    SlackThread,
    TurnEnd,
    slack_session_id,
)
from session.models import NewSession
from tests.conformance.examples import (
    acquired,
    answer,
    asks,
    claim_of,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

ODD_IDS = [
    "C1:1712.0001",
    "a/b//c/",
    "/",
    ".",
    "..",
    ".hidden",
    "__reserved__",
    "two\nlines\r\n",
    " spaces ",
    "100%25",
    "a#b?c&d=é",
    "ünïcödé 🦔 漢字",
    "x" * 500,
    "'; DROP TABLE sessions; --",
    "ID",
    "id",
]
ODD_TEXTS = [
    "",
    " ",
    "line one\nline two\r\n\ttabbed",
    "naïve café — „quotes“ 漢字 עברית",
    "👩‍👩‍👧‍👦 🦔 \U0001f9ff",
    "e\u0301 is not é",
    "\u200bzero width\ufeff",
    "<@U1> *bold* `code` &amp; 'quote' \"double\" \\ % _",
    "\x01\x1f\x7f",
    "long " * 8000,
]
ODD_TIMES = [
    datetime(2026, 11, 23, 9, 30, 0, 0, UTC),
    datetime(2026, 11, 23, 9, 30, 0, 1, UTC),
    datetime(2026, 11, 23, 9, 30, 0, 999_999, UTC),
    datetime(1970, 1, 1, 0, 0, 0, 7, UTC),
    datetime(1999, 12, 31, 23, 59, 59, 123_456, UTC),
    datetime(2100, 2, 28, 1, 2, 3, 4, UTC),
]
BIG_ATTRIBUTES: dict[str, Any] = {
    "text": "ä🦔" * 5000,
    "numbers": [0, -1, 2**53, 1.5, -0.25, 1e-9],
    "nothing": None,
    "truths": [True, False],
    "nested": {"deep": {"deeper": {"deepest": [{"a": []}, {}]}}},
    "odd keys": {"": 1, "a.b": 2, "a/b": 3, "`": 4, "é": 5, "__name__x": 6},
    "many": {f"key {number}": "x" * 50 for number in range(500)},
}


def cli(session_id: str) -> NewSession:
    return NewSession(
        id=SessionId(session_id),
        source=SessionSource.CLI,
        thread=None,
        ticket_id=f"T {session_id}",
        user_id=f"U {session_id}",
    )


async def test_odd_session_ids_are_told_apart(repository: Repository) -> None:
    for name in ODD_IDS:
        _, created = await repository.create_session(cli(name))
        assert created, name
    for name in ODD_IDS:
        session = await stored(repository, SessionId(name))
        assert (session.id, session.user_id) == (name, f"U {name}")
        assert [x.id for x in await repository.sessions_by_ticket(f"T {name}")] == [name]


async def test_a_scan_finds_each_oddly_named_session_once(repository: Repository) -> None:
    for name in ODD_IDS:
        await repository.create_session(cli(name))
    seen: list[SessionId] = []
    while page := await repository.scan_sessions(after=seen[-1] if seen else None, limit=5):
        seen += [session.id for session in page]
        assert len(seen) <= len(ODD_IDS)
    assert seen == sorted(ODD_IDS)


async def test_odd_ids_work_through_a_whole_turn(repository: Repository) -> None:
    for odd in ODD_IDS:
        question = message(odd, id=MessageId(odd))
        receipt = await repository.take_in(cli(odd), question)
        assert receipt.is_new, odd
        claim = await acquired(repository, SessionId(odd), odd)
        assert (await repository.begin_turn(claim, [question.id])).message_ids == (odd,)
        reply = answer(id=MessageId(f"answer to {odd}"))
        await repository.finish_turn(
            claim, TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=reply)
        )
        assert [entry.id for entry in await repository.open_messages(SessionId(odd))] == [reply.id]
        assert await repository.release_lease(claim, delivered=reply.id)
        (turn,) = await repository.turns(SessionId(odd))
        assert (turn.id, turn.holder_id) == (f"{odd}#1", odd)
    assert list(await all_due(repository)) == []


async def test_odd_threads_are_kept_as_they_are(repository: Repository) -> None:
    for odd in ODD_IDS:
        thread = SlackThread(team_id=odd, channel_id=odd, thread_ts=odd)
        new = NewSession(
            id=slack_session_id(thread),
            source=SessionSource.SLACK,
            thread=thread,
            ticket_id=None,
            user_id=odd,
        )
        await repository.create_session(new)
        session = await stored(repository, new.id)
        assert (session.thread, session.ticket_id) == (thread, None)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
async def test_any_text_comes_back_as_it_was(repository: Repository, text: str) -> None:
    new = message(text=text, attributes={"text": text, text[:100]: 1})
    await repository.take_in(new_session(user=text[:100] or "U"), new)
    read = await stored_message(repository, new.id)
    assert read.text == text
    assert read.attributes == new.attributes
    claim = await acquired(repository, read.session_id)
    end = TurnEnd(
        outcome=Outcome.FAILED,
        message_ids=(new.id,),
        answer=answer(text=text),
        note=text,
        notebook=Notebook(name=text[:100] or "empty", value={"text": text}),
        audit={text[:100]: text},
    )
    await repository.finish_turn(claim, end)
    assert (await stored_message(repository, message_id("a1"))).text == text
    (turn,) = await repository.turns(read.session_id)
    assert turn.note == text
    kept = await repository.read_notebook(read.session_id, text[:100] or "empty")
    assert kept == {"text": text}
    assert await repository.read_audit(read.session_id, turn.id) == {text[:100]: text}


async def test_big_attributes_come_back_as_they_were(repository: Repository) -> None:
    new = message(attributes=BIG_ATTRIBUTES)
    await repository.take_in(new_session(), new)
    claim = await acquired(repository, new_session().id)
    notebook = Notebook(name="brief", value=BIG_ATTRIBUTES)
    end = TurnEnd(outcome=Outcome.FAILED, notebook=notebook, audit=BIG_ATTRIBUTES)
    await repository.finish_turn(claim, end)
    assert (await stored_message(repository, new.id)).attributes == BIG_ATTRIBUTES
    assert await repository.read_notebook(claim.session_id, "brief") == BIG_ATTRIBUTES
    assert await repository.read_audit(claim.session_id, claim.turn_id) == BIG_ATTRIBUTES


async def test_what_the_caller_changes_later_is_not_stored(repository: Repository) -> None:
    attributes: dict[str, Any] = {"files": ["F1"]}
    seen: dict[str, Any] = {"seen": [1]}
    new = message(attributes=attributes)
    await repository.take_in(new_session(), new)
    claim = await acquired(repository, new_session().id)
    notebook = Notebook(name="brief", value=seen)
    end = TurnEnd(outcome=Outcome.FAILED, notebook=notebook, audit=seen)
    await repository.finish_turn(claim, end)
    attributes["files"].append("F2")
    seen["seen"].append(2)
    assert (await stored_message(repository, new.id)).attributes == {"files": ["F1"]}
    assert await repository.read_notebook(claim.session_id, "brief") == {"seen": [1]}
    assert await repository.read_audit(claim.session_id, claim.turn_id) == {"seen": [1]}


async def test_times_come_back_to_the_microsecond(repository: Repository) -> None:
    for number, sent_at in enumerate(ODD_TIMES):
        new = message(f"1712.{number}", sent_at=sent_at)
        receipt = await repository.take_in(new_session(), new)
        read = await stored_message(repository, new.id)
        assert receipt.message.sent_at == read.sent_at == sent_at
    order = [entry.sent_at for entry in await repository.timeline(new_session().id)]
    assert order == sorted(ODD_TIMES)


async def test_every_time_is_aware_utc_in_whole_microseconds(repository: Repository) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    sent_at = datetime(2026, 11, 23, 9, 30, 0, 7, east)
    taken = await repository.take_in(new_session(), message(sent_at=sent_at))
    acquired = await repository.acquire_lease(taken.session.id, asks())
    assert acquired is not None
    claim = acquired.claim_on(taken.session.id)
    begun = await repository.begin_turn(claim, [taken.message.id])
    lease = await repository.refresh_lease(claim, timedelta(seconds=1 / 3))
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED))
    (turn,) = await repository.turns(taken.session.id)
    read = await stored_message(repository, taken.message.id)
    assert read.sent_at == sent_at
    assert turn.ended_at is not None
    for time in (
        *(taken.message.sent_at, taken.message.stored_at, read.sent_at, read.stored_at),
        *(taken.session.created_at, taken.session.last_active_at, repository.now()),
        *(acquired.acquired_at, acquired.expires_at),
        *(lease.acquired_at, lease.expires_at),
        *(begun.started_at, turn.started_at, turn.ended_at),
    ):
        assert time.utcoffset() == timedelta(0)
        assert time == time + timedelta(0)
        assert type(time) is datetime, "a plain datetime, no driver's own"


async def test_what_a_write_returns_is_what_is_read(harness: Harness) -> None:
    writer, reader = await harness.connect(), await harness.connect()
    receipt = await writer.take_in(new_session(ticket="SEC-42"), message(attributes={"a": [1]}))
    assert await reader.get_session(receipt.session.id) == receipt.session
    assert await reader.get_message(receipt.message.id) == receipt.message
    lease = await writer.acquire_lease(receipt.session.id, asks())
    session = await stored(reader, receipt.session.id)
    assert lease is not None
    assert (session.lease, session.fence) == (lease, lease.fence)
    turn = await writer.begin_turn(claim_of(session), [receipt.message.id])
    assert list(await reader.turns(session.id)) == [turn]


async def test_a_text_of_forty_thousand_characters_is_kept(repository: Repository) -> None:
    text = "🦔é漢\n" * 10_000
    new: NewMessage = message(text=text)
    receipt = await repository.take_in(new_session(), new)
    assert receipt.message.text == text
    assert (await stored_message(repository, new.id)).text == text
