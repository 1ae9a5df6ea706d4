"""Moving sessions between stores, whichever two engines they are."""

from datetime import timedelta
from pathlib import Path

import pytest

from session import Notebook, Outcome, Repository, SessionChange, TurnEnd, open_repository
from session.copy import StoreInUseError, copy_sessions
from tests.conformance.examples import (
    a_message,
    a_session,
    acquired,
    answer,
    message_id,
    stored,
)


async def test_everything_arrives_and_a_second_run_finds_it_there(
    repository: Repository, tmp_path: Path
) -> None:
    await _tell_a_story(repository)
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        first = await copy_sessions(repository, target)
        again = await copy_sessions(repository, target)
        back = await copy_sessions(target, repository)
    assert (first.new, first.present, first.is_whole) == (3, 0, True)
    assert (again.new, again.present, again.is_whole) == (0, 3, True)
    assert (back.new, back.present, back.is_whole) == (0, 3, True)
    assert first.digest == again.digest == back.digest is not None


async def test_a_copy_goes_on_working_where_the_original_stopped(
    repository: Repository, tmp_path: Path
) -> None:
    await _tell_a_story(repository)
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        await copy_sessions(repository, target)
        session = (await stored(repository, (await a_session(repository)).id)).id
        open_before = [entry.id for entry in await repository.open_messages(session)]
        assert [entry.id for entry in await target.open_messages(session)] == open_before
        claim = await acquired(target, session)
        assert claim.fence == (await stored(repository, session)).fence + 1


async def test_a_dry_run_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    await _tell_a_story(repository)
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        report = await copy_sessions(repository, target, dry_run=True)
        assert report.new == 3
        assert await target.scan_sessions() == []


async def test_a_held_session_is_named_and_nothing_is_copied(
    repository: Repository, tmp_path: Path
) -> None:
    session = await a_session(repository)
    await acquired(repository, session.id, "req_busy", timedelta(minutes=3))
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        with pytest.raises(StoreInUseError) as refused:
            await copy_sessions(repository, target)
        [held] = refused.value.sessions
        assert (held.id, held.lease and held.lease.holder_id) == (session.id, "req_busy")
        assert await target.scan_sessions() == []


async def test_a_session_that_the_target_tells_differently_is_named_and_left_alone(
    repository: Repository, tmp_path: Path
) -> None:
    session = await a_session(repository)
    await a_message(repository, "1712.0002", text="here")
    async with open_repository(f"sqlite:///{tmp_path}/copy.db") as target:
        await a_message(target, "1712.0002", text="there")
        report = await copy_sessions(repository, target)
        assert report.conflicting == [session.id]
        assert not report.is_whole
        [kept] = await target.timeline(session.id)
        assert kept.text == "there"


async def _tell_a_story(repository: Repository) -> None:
    """Three sessions: one answered and waiting for its post, one parked, one new and odd."""
    asked = await a_message(repository, "1712.0001", text="why? 🔥 ünïcode")
    claim = await acquired(repository, asked.session_id)
    await repository.begin_turn(claim, [asked.id])
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(asked.id,),
        answer=answer(),
        session=SessionChange(notice_posted=True, muted=True),
        notebook=Notebook(name="brief", value={"seen": ["10.0.0.1", {"é": None}]}),
        audit={"calls": [{"tool": "look up", "é": 1.5}]},
    )
    await repository.finish_turn(claim, end)
    await repository.release_lease(claim)
    parked = await a_message(repository, "1713.0001", into="1713.0001")
    claim = await acquired(repository, parked.session_id)
    waiting = TurnEnd(outcome=Outcome.PARKED, message_ids=(parked.id,), release=True)
    await repository.finish_turn(claim, waiting)
    odd = {"odd": [1, 2.5, None, {"ß": "a/b\n"}]}
    await a_message(
        repository,
        "1714.0001",
        into="1714.0001",
        kind="stop",
        attributes=odd,
        id=message_id("a/b.__c__"),
    )
