"""What sessions saw, and which others saw the same: one record for each, replaced as a whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from session import (
    LockLostError,
    NotStorableError,
    Outcome,
    Repository,
    SeenIn,
    SessionId,
    Sighting,
    TurnEnd,
)
from tests.conformance.examples import SENT_AT, a_session, acquired, long_record, new_session
from tests.conformance.harness import Harness

HERE = new_session("1700.1").id


def at(minutes: int, *keys: str) -> tuple[Sighting, ...]:
    """These were seen last so many minutes after the first message."""
    return tuple(Sighting(key=key, seen_at=SENT_AT + timedelta(minutes=minutes)) for key in keys)


async def saw(
    repository: Repository, thread_ts: str, sightings: tuple[Sighting, ...] | None
) -> SessionId:
    """End a turn of a thread's session in which these were seen."""
    session = await a_session(repository, thread_ts)
    claim = await acquired(repository, session.id)
    end = TurnEnd(outcome=Outcome.ANSWERED, sightings=sightings, release=True)
    await repository.finish_turn(claim, end)
    return session.id


def told(found: Sequence[SeenIn]) -> list[tuple[str, list[str]]]:
    """The threads in their order, each with what it saw of what was asked for."""
    return [
        (it.thread.thread_ts if it.thread else "", [seen.key for seen in it.sightings])
        for it in found
    ]


async def test_the_other_sessions_that_saw_any_come_newest_first(repository: Repository) -> None:
    await saw(repository, "1700.1", at(9, "domain evil.example"))
    await saw(repository, "1700.2", at(1, "domain evil.example", "ip 192.0.2.1"))
    await saw(repository, "1700.3", at(3, "ip 192.0.2.1"))
    await saw(repository, "1700.4", at(5, "hash 00ff"))
    found = await repository.seen_elsewhere(["ip 192.0.2.1", "domain evil.example"], besides=HERE)
    assert told(found) == [
        ("1700.3", ["ip 192.0.2.1"]),
        ("1700.2", ["domain evil.example", "ip 192.0.2.1"]),
    ]
    assert found[1].sightings == at(1, "domain evil.example", "ip 192.0.2.1")
    thread = found[0].thread
    assert thread is not None
    assert (thread.team_id, thread.channel_id) == ("T1", "C1")


async def test_a_session_is_as_new_as_anything_that_it_saw(repository: Repository) -> None:
    await saw(repository, "1700.2", at(5, "a"))
    await saw(repository, "1700.3", (*at(1, "a"), *at(9, "b")))
    found = await repository.seen_elsewhere(["a"], besides=HERE)
    assert told(found) == [("1700.3", ["a"]), ("1700.2", ["a"])]
    assert found[0].sightings == at(1, "a")


async def test_keys_are_compared_as_they_are(repository: Repository) -> None:
    odd = ("error a'b %_\"ü", "error A'B", "")
    await saw(repository, "1700.2", at(1, *odd))
    assert told(await repository.seen_elsewhere([odd[0]], besides=HERE)) == [("1700.2", [odd[0]])]
    assert await repository.seen_elsewhere(["error a'b"], besides=HERE) == []
    assert await repository.seen_elsewhere([], besides=HERE) == []


async def test_sixty_keys_are_asked_for_at_once_and_no_more(repository: Repository) -> None:
    await saw(repository, "1700.2", at(1, "key 3", "key 58"))
    await saw(repository, "1700.3", at(2, "key 58"))
    keys = [f"key {number}" for number in range(60)]
    found = await repository.seen_elsewhere(keys, besides=HERE)
    assert told(found) == [("1700.3", ["key 58"]), ("1700.2", ["key 3", "key 58"])]
    with pytest.raises(ValueError, match="at most 60"):
        await repository.seen_elsewhere([*keys, "one more"], besides=HERE)


async def test_only_as_many_as_wanted_are_returned(repository: Repository) -> None:
    await saw(repository, "1700.1", at(9, "a", "z"))
    for number in range(2, 6):
        await saw(repository, f"1700.{number}", at(number, "a", "z"))
    found = await repository.seen_elsewhere(["a", "z"], besides=HERE, limit=3)
    assert [name for name, _ in told(found)] == ["1700.5", "1700.4", "1700.3"]
    assert await repository.seen_elsewhere(["a"], besides=HERE, limit=0) == []


async def test_a_turns_end_replaces_all_of_them_or_keeps_them(repository: Repository) -> None:
    await saw(repository, "1700.2", at(1, "a", "b"))
    await saw(repository, "1700.2", None)
    assert told(await repository.seen_elsewhere(["a"], besides=HERE)) == [("1700.2", ["a"])]
    await saw(repository, "1700.2", at(2, "b", "c"))
    assert await repository.seen_elsewhere(["a"], besides=HERE) == []
    assert told(await repository.seen_elsewhere(["c"], besides=HERE)) == [("1700.2", ["c"])]
    await saw(repository, "1700.2", ())
    assert await repository.seen_elsewhere(["b", "c"], besides=HERE) == []


async def test_a_lost_lease_leaves_no_sighting(repository: Repository) -> None:
    session = await a_session(repository, "1700.2")
    claim = await acquired(repository, session.id)
    await repository.release_lease(claim)
    with pytest.raises(LockLostError):
        await repository.finish_turn(
            claim, TurnEnd(outcome=Outcome.ANSWERED, sightings=at(1, "a"))
        )
    assert await repository.seen_elsewhere(["a"], besides=HERE) == []


async def test_they_are_gone_with_their_session(repository: Repository) -> None:
    session_id = await saw(repository, "1700.2", at(1, "a"))
    later = repository.date() + timedelta(days=1)
    assert await repository.delete_session(session_id, idle_since=later)
    assert await repository.seen_elsewhere(["a"], besides=HERE) == []
    await a_session(repository, "1700.2")
    restored = await repository.read_record(session_id)
    assert restored is not None
    assert restored.sightings == ()


async def test_a_record_carries_them_to_another_store(repository: Repository) -> None:
    kept = replace(long_record(SessionId("cli_1"), messages=3), sightings=at(1, "a", "b"))
    assert await repository.restore_session(kept)
    assert told(await repository.seen_elsewhere(["b"], besides=HERE))[0][1] == ["b"]
    read = await repository.read_record(kept.session.id)
    assert read is not None
    assert read.sightings == kept.sightings


@pytest.mark.parametrize(
    "sightings",
    [
        at(1, *(f"key {number}" for number in range(201))),
        at(1, "x" * 1501),
        at(1, "a\0b"),
        at(1, "a", "a"),
    ],
    ids=["too many", "too long", "NUL", "twice"],
)
async def test_what_cannot_be_kept_is_refused_by_every_engine(
    repository: Repository, sightings: tuple[Sighting, ...]
) -> None:
    with pytest.raises(NotStorableError):
        await saw(repository, "1700.2", sightings)
    assert await repository.seen_elsewhere(["a", "key 1"], besides=HERE) == []


async def test_another_process_finds_them(shared: Harness, store: Repository) -> None:
    await saw(store, "1700.2", at(1, "a"))
    other = await shared.connect()
    assert told(await other.seen_elsewhere(["a"], besides=HERE)) == [("1700.2", ["a"])]
