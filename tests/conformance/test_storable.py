"""What no store takes is refused by every engine, before anything is written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from session import (
    Claim,
    MessageId,
    Notebook,
    NotStorableError,
    Outcome,
    Repository,
    SessionError,
    StorageError,
    TurnEnd,
    limits,
    storable_text,
)
from tests.conformance.examples import (
    a_message,
    a_session,
    acquired,
    answer,
    long_record,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
)

HALF, NUL = "half \ud83d of it", "nul \x00 end"


def nested(levels: int) -> Mapping[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"in": value}
    return value


def containing_itself() -> Mapping[str, Any]:
    value: dict[str, Any] = {}
    value["again"] = [value, value]
    return value


NO_JSON: dict[str, Any] = {
    "a date": {"at": datetime.now(UTC)},
    "a set": {"seen": {1, 2}},
    "bytes": {"raw": b"abc"},
    "an object": {"it": object()},
    "no number": {"share": float("nan")},
    "infinity": {"share": [float("-inf")]},
    "a number for a key": {"by": {1: "x"}},
    "no key": {None: 1},
    "a huge number": {"n": 10**5000},
    "too deep": nested(limits.NESTING + 1),
    "itself": containing_itself(),
    "half a character": {"text": [HALF]},
    "half a character in a key": {HALF: 1},
    "nul": {"text": NUL},
    "a list": ["not a mapping"],
    "a text": "not a mapping",
    "a number": 42,
}
NO_TEXT: dict[str, Any] = {
    "a number": 42,
    "nothing": None,
    "bytes": b"abc",
    "half a character": HALF,
    "nul": NUL,
}


async def a_turn(repository: Repository) -> Claim:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.begin_turn(claim, [question.id])
    return claim


async def assert_refused(repository: Repository, claim: Claim, end: TurnEnd) -> None:
    """Neither the turn nor anything else has changed, and the holder may end it otherwise."""
    before = await repository.read_record(claim.session_id)
    with pytest.raises(NotStorableError):
        await repository.finish_turn(claim, end)
    assert await repository.read_record(claim.session_id) == before
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED, note="not storable"))


def test_a_refusal_is_not_a_passing_failure() -> None:
    assert issubclass(NotStorableError, SessionError)
    assert not issubclass(NotStorableError, StorageError)


@pytest.mark.parametrize("value", NO_JSON.values(), ids=NO_JSON)
async def test_what_is_not_json_is_refused_everywhere(repository: Repository, value: Any) -> None:
    with pytest.raises(NotStorableError):
        await repository.take_in(new_session(), message(attributes=value))
    assert await repository.get_session(new_session().id) is None
    claim = await a_turn(repository)
    notebook = Notebook(name="brief", value=value)
    end = TurnEnd(outcome=Outcome.ANSWERED, release=True)
    for change in (
        {"answer": answer(attributes=value)},
        {"notebook": notebook},
        {"audit": value},
    ):
        fields: dict[str, Any] = {"outcome": end.outcome, "release": True, **change}
        await assert_refused(repository, claim, TurnEnd(**fields))
    with pytest.raises(NotStorableError):
        await repository.amend_message(message_id("1712.0001"), attributes=value)
    assert (await stored_message(repository, message_id("1712.0001"))).attributes == {}


@pytest.mark.parametrize("text", NO_TEXT.values(), ids=NO_TEXT)
async def test_what_is_no_text_is_refused_everywhere(repository: Repository, text: Any) -> None:
    for field in ("text", "author", "id", "kind"):
        if field == "id" and text is None:
            continue
        with pytest.raises(NotStorableError):
            await repository.take_in(new_session(), message(**{field: text}))
    assert await repository.get_session(new_session().id) is None
    claim = await a_turn(repository)
    await assert_refused(
        repository, claim, TurnEnd(outcome=Outcome.ANSWERED, answer=answer(text=text))
    )
    if text is not None:
        await assert_refused(repository, claim, TurnEnd(outcome=Outcome.FAILED, note=text))
        await assert_refused(repository, claim, TurnEnd(outcome=text))
        with pytest.raises(NotStorableError):
            await repository.amend_message(message_id("1712.0001"), text=text)
        with pytest.raises(NotStorableError):
            await repository.settle(message_id("1712.0001"), text)
        with pytest.raises(NotStorableError):
            await repository.close_messages(claim, [message_id("1712.0001")], text)
    assert (await stored_message(repository, message_id("1712.0001"))).is_open


@pytest.mark.parametrize("name", [HALF, NUL, "x" * (limits.NAME_BYTES + 1)])
async def test_a_name_that_cannot_be_stored_is_refused_everywhere(
    repository: Repository, name: str
) -> None:
    for changed in (new_session(user=name), new_session(ticket=name), new_session(ts=name)):
        with pytest.raises(NotStorableError):
            await repository.create_session(changed)
        with pytest.raises(NotStorableError):
            await repository.take_in(changed, message())
    assert list(await repository.scan_sessions()) == []


async def test_the_largest_is_stored_and_one_more_refused(repository: Repository) -> None:
    text = "é" * (limits.TEXT_BYTES // 2)
    room = limits.MESSAGE_BYTES - limits.TEXT_BYTES - len('{"a": ""}')
    largest = message(text=text, attributes={"a": "x" * room})
    for larger in (
        message(text=text + "x"),
        message(text=text, attributes={"a": "x" * (room + 1)}),
    ):
        with pytest.raises(NotStorableError, match="at most"):
            await repository.take_in(new_session(), larger)
    receipt = await repository.take_in(new_session(), largest)
    assert await stored_message(repository, largest.id) == receipt.message
    with pytest.raises(NotStorableError, match="at most"):
        await repository.amend_message(largest.id, attributes={"a": "x" * (room + 1)})


@pytest.mark.parametrize("which", ["notebook", "audit"])
async def test_the_largest_notebook_and_audit_are_stored(
    repository: Repository, which: str
) -> None:
    claim = await a_turn(repository)
    most = limits.NOTEBOOK_BYTES if which == "notebook" else limits.AUDIT_BYTES
    room = most - len('{"a": ""}')

    def ending(size: int) -> TurnEnd:
        value = {"a": "x" * size}
        if which == "audit":
            return TurnEnd(outcome=Outcome.FAILED, audit=value)
        return TurnEnd(outcome=Outcome.FAILED, notebook=Notebook(name="brief", value=value))

    await assert_refused(repository, claim, ending(room + 1))
    await repository.finish_turn(claim, ending(room))
    read = {
        "notebook": await repository.read_notebook(claim.session_id, "brief"),
        "audit": await repository.read_audit(claim.session_id, claim.turn_id),
    }
    assert read[which] == {"a": "x" * room}


async def test_a_note_has_its_limit_too(repository: Repository) -> None:
    claim = await a_turn(repository)
    note = "x" * limits.NOTE_BYTES
    await assert_refused(repository, claim, TurnEnd(outcome=Outcome.FAILED, note=note + "x"))
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED, note=note))


async def test_a_record_from_elsewhere_is_checked(repository: Repository) -> None:
    record = long_record(new_session().id, messages=2)
    first, second = record.messages
    bad = replace(record, messages=(first, replace(second, text=HALF)))
    with pytest.raises(NotStorableError):
        await repository.restore_session(bad)
    assert await repository.get_session(record.session.id) is None
    assert await repository.get_message(first.id) is None
    assert await repository.restore_session(record) is True


async def test_the_deepest_json_is_stored(repository: Repository) -> None:
    deepest = nested(limits.NESTING)
    receipt = await repository.take_in(new_session(), message(attributes=dict(deepest)))
    assert receipt.message.attributes == deepest
    assert await stored_message(repository, receipt.message.id) == receipt.message


def test_text_that_people_wrote_is_made_storable() -> None:
    assert storable_text("plain é 🦔") == "plain é 🦔"
    assert storable_text("half \ud83d whole \ud83d\ude00 nul \x00 end") == (
        "half \ufffd whole 😀 nul \ufffd end"
    )


async def test_a_kind_and_an_outcome_of_a_later_version_are_read(repository: Repository) -> None:
    session = await a_session(repository)
    entry = await a_message(repository, kind="handshake")
    claim = await acquired(repository, session.id)
    end = TurnEnd(outcome="delegated", message_ids=(entry.id,), release=True)
    await repository.finish_turn(claim, end)
    read = await stored_message(repository, MessageId(entry.id))
    (turn,) = await repository.turns(session.id)
    assert (read.kind, read.outcome, turn.outcome) == ("handshake", "delegated", "delegated")
    assert {type(value) for value in (read.kind, read.outcome, turn.outcome)} == {str}
    assert not (await stored(repository, session.id)).provisional
