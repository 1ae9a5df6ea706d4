"""`python -m bot sessions`, as a process."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from session import SessionId, open_repository
from session.models import SessionRecord
from tests.conformance.examples import acquired
from tests.conformance.harness import Harness
from tests.e2e.commands import Ended, command
from tests.support.moving import AT, answered, fill, parked


def active(record: SessionRecord, hours: int) -> SessionRecord:
    session = replace(record.session, last_active_at=AT + timedelta(hours=hours))
    return replace(record, session=session)


RECORDS = [
    active(answered("old"), 1),
    active(answered("newest", ticket="SEC-42\x1b[2J"), 9),
    active(parked("middle"), 5),
]


async def listed(store: str, folder: Path, *words: str, **env: str) -> Ended:
    return await command("sessions", *words, folder=folder, env={"SESSION_STORE": store, **env})


async def test_sessions_are_listed_newest_first_with_who_holds_them(
    shared_store: Harness, tmp_path: Path
) -> None:
    assert shared_store.url is not None
    async with open_repository(shared_store.url) as repository:
        await fill(repository, RECORDS)
        await acquired(repository, SessionId("slack middle"), "req_night")
        told = await listed(shared_store.url, tmp_path, **shared_store.environment)
    assert told.code == 0, told.err
    _, newest, middle, old = told.out.splitlines()
    assert "SEC-42�[2J" in newest
    assert "2026-11-23 18:30:00 UTC" in newest
    assert "T1 C1 17 middle" in middle
    assert "held by req_night since 20" in middle
    assert "slack old" in old
    assert "held" not in old


async def test_the_list_can_be_cut_and_read_by_programs(
    shared_store: Harness, tmp_path: Path
) -> None:
    assert shared_store.url is not None
    async with open_repository(shared_store.url) as repository:
        await fill(repository, RECORDS)
        told = await listed(
            shared_store.url, tmp_path, "--json", "--limit", "2", **shared_store.environment
        )
    newest, middle = map(json.loads, told.out.splitlines())
    assert (newest["id"], newest["ticket_id"]) == ("slack newest", "SEC-42\x1b[2J")
    assert (newest["held_by"], newest["open_messages"]) == (None, 0)
    assert (middle["thread_ts"], middle["open_messages"]) == ("17 middle", 1)


@pytest.mark.parametrize(
    ("store", "words", "says"),
    [
        ("sqlite:///nowhere.db", [], "There is no file"),
        ("memory://", [], "memory:// lasts only as long"),
        ("sqlite:///nowhere.db", ["--limit", "0"], "--limit 0 is not valid"),
    ],
)
async def test_what_cannot_be_listed_is_refused_with_a_sentence(
    tmp_path: Path, store: str, words: list[str], says: str
) -> None:
    told = await listed(store, tmp_path, *words)
    assert (told.code, told.out) == (2, "")
    assert says in told.err
    assert not (tmp_path / "nowhere.db").exists()


async def test_an_empty_store_is_said_to_be_empty(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/burrow.db"
    async with open_repository(store):
        pass
    told = await listed(store, tmp_path)
    assert told.code == 0, told.err
    assert told.out == f"No session in the SQLite file {tmp_path}/burrow.db.\n"
