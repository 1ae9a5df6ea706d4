"""Copying between two stores: everything as it is, nothing overwritten, nothing taken on trust."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from session import Instance, Repository, SessionId, StorageError, open_repository
from session.copy import Stage, StoreInUseError, copy_sessions
from session.digest import record_digest
from session.engines.memory import MemoryRepository
from session.models import SessionRecord
from tests.conformance.examples import a_message, acquired, stored
from tests.support.inbox import all_due
from tests.support.moving import SECOND, answered, every_kind, fill, many, undelivered


@pytest.fixture(params=["memory to sqlite", "sqlite to memory"])
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[list[Repository]]:
    """A source and a target, of two kinds."""
    async with (
        open_repository("memory://") as memory,
        open_repository(f"sqlite:///{tmp_path}/b.db") as sqlite,
    ):
        yield [memory, sqlite] if request.param == "memory to sqlite" else [sqlite, memory]


@pytest.fixture
def source(stores: list[Repository]) -> Repository:
    return stores[0]


@pytest.fixture
def target(stores: list[Repository]) -> Repository:
    return stores[1]


async def records_in(repository: Repository) -> dict[SessionId, SessionRecord]:
    found = {}
    for session in await repository.scan_sessions(limit=5000):
        record = await repository.read_record(session.id)
        assert record is not None
        found[session.id] = record
    return found


async def test_every_kind_of_session_arrives_as_it_was(
    source: Repository, target: Repository
) -> None:
    records = every_kind()
    await fill(source, records)
    copied = await copy_sessions(source, target)
    assert await records_in(target) == {record.session.id: record for record in records}
    assert copied.is_whole
    assert (copied.total, copied.new, copied.present) == (len(records), len(records), 0)
    assert copied.digest is not None


async def test_what_waits_in_the_source_waits_in_the_target(
    source: Repository, target: Repository
) -> None:
    await fill(source, every_kind())
    await copy_sessions(source, target)
    waiting = [entry.id for entry in await all_due(source)]
    assert len(waiting) == 3
    assert [entry.id for entry in await all_due(target)] == waiting
    for session in await source.scan_sessions():
        theirs = await target.open_messages(session.id)
        assert list(theirs) == list(await source.open_messages(session.id))
        assert (await acquired(target, session.id)).fence == session.fence + 1


async def test_a_second_copy_finds_everything_there(
    source: Repository, target: Repository
) -> None:
    await fill(source, every_kind())
    first = await copy_sessions(source, target)
    again = await copy_sessions(source, target)
    assert (again.new, again.present) == (0, first.total)
    assert again.digest == first.digest


async def test_a_copy_and_its_way_back_have_the_same_digest(
    source: Repository, target: Repository
) -> None:
    await fill(source, every_kind())
    there = await copy_sessions(source, target)
    back = await copy_sessions(target, third := MemoryRepository())
    assert there.digest == back.digest
    assert await records_in(third) == await records_in(source)


async def test_a_dry_run_counts_and_stores_nothing(source: Repository, target: Repository) -> None:
    records = every_kind()
    await fill(source, records)
    await fill(target, records[:2])
    copied = await copy_sessions(source, target, dry_run=True)
    assert (copied.new, copied.present, copied.digest) == (len(records) - 2, 2, None)
    assert list(await records_in(target)) == sorted(record.session.id for record in records[:2])


async def test_a_different_record_of_a_session_is_named_and_left_alone(
    source: Repository, target: Repository
) -> None:
    ours, theirs = answered("one"), undelivered("one")
    await fill(source, [ours, answered("two")])
    await fill(target, [theirs])
    for dry_run in (True, False):
        copied = await copy_sessions(source, target, dry_run=dry_run)
        assert copied.conflicting == [ours.session.id]
        assert not copied.is_whole
        assert copied.digest is None
    there = await records_in(target)
    assert there[ours.session.id] == theirs
    assert len(there) == 2


async def test_other_sessions_of_the_target_stay(source: Repository, target: Repository) -> None:
    await fill(source, [answered("one")])
    await fill(target, [answered("other")])
    assert (await copy_sessions(source, target)).is_whole
    assert len(await records_in(target)) == 2


async def test_a_message_that_the_target_has_in_another_session_is_noticed(
    source: Repository, target: Repository
) -> None:
    ours, others = answered("one"), answered("other")
    stray = replace(ours.messages[0], session_id=others.session.id)
    await fill(source, [ours])
    await fill(target, [replace(others, messages=(stray,))])
    copied = await copy_sessions(source, target)
    assert copied.unequal == [ours.session.id]
    assert copied.digest is None


async def test_a_source_that_is_written_to_meanwhile_is_noticed(
    source: Repository, target: Repository
) -> None:
    question = await a_message(source)

    async def another() -> None:
        await a_message(source, "1712.0009")

    class Disturbed(MemoryRepository):
        async def restore_session(self, record: SessionRecord) -> bool:
            await another()
            return await super().restore_session(record)

    copied = await copy_sessions(source, Disturbed())
    assert copied.unequal == [question.session_id]


@pytest.mark.parametrize("where", [0, 1], ids=["source", "target"])
async def test_a_held_lease_stops_the_copy_before_it_begins(
    stores: list[Repository], source: Repository, target: Repository, where: int
) -> None:
    await fill(source, [answered("one"), answered("two")])
    await fill(stores[where], [answered("busy")])
    held = answered("busy").session.id
    claim = await acquired(stores[where], held, "req_night")
    before = await records_in(target)
    with pytest.raises(StoreInUseError) as refused:
        await copy_sessions(source, target)
    (session,) = refused.value.sessions
    assert (session.id, session.lease and session.lease.holder_id) == (held, "req_night")
    assert await records_in(target) == before
    await stores[where].release_lease(claim)
    assert (await copy_sessions(source, target)).is_whole


async def test_a_lease_that_has_ended_stops_nothing_and_stays_behind(
    source: Repository, target: Repository
) -> None:
    await fill(source, [answered("one")])
    claim = await acquired(source, answered("one").session.id, ttl=-SECOND)
    assert (await copy_sessions(source, target)).is_whole
    moved = await stored(target, claim.session_id)
    assert (moved.lease, moved.fence) == (None, claim.fence)


async def test_a_record_that_the_target_refuses_is_named_and_the_others_are_copied(
    source: Repository, target: Repository
) -> None:
    await fill(source, [answered("one"), answered("too big"), answered("two")])

    class Choosy(MemoryRepository):
        async def restore_session(self, record: SessionRecord) -> bool:
            if "big" in record.session.id:
                raise StorageError("a document may have 1 MiB")
            return await super().restore_session(record)

    copied = await copy_sessions(source, Choosy())
    assert copied.refused == {answered("too big").session.id: "a document may have 1 MiB"}
    assert copied.new == 2
    assert copied.unequal == []
    assert not copied.is_whole


async def test_a_target_that_fails_ends_the_copy(source: Repository, target: Repository) -> None:
    await fill(source, many(40))

    class Down(MemoryRepository):
        async def restore_session(self, record: SessionRecord) -> bool:
            raise StorageError("the disk is full")

        async def get_session(self, session_id: SessionId) -> None:
            raise StorageError("the disk is full")

    with pytest.raises(StorageError, match="the disk is full"):
        await copy_sessions(source, Down())


async def test_two_thousand_sessions_are_copied_in_pages(
    source: Repository, target: Repository
) -> None:
    await fill(source, many(2000))
    told: list[tuple[Stage, int, int]] = []
    copied = await copy_sessions(source, target, on_progress=lambda *one: told.append(one))
    assert (copied.new, copied.is_whole) == (2000, True)
    assert told[-1] == (Stage.COMPARING, 2000, 2000)
    assert {total for _, _, total in told} == {2000}
    assert [done for stage, done, _ in told if stage is Stage.COPYING] == list(range(8, 2001, 8))


def test_a_digest_knows_every_field() -> None:
    record = answered("one")
    question, answer = record.messages
    session = record.session
    others = [
        replace(record, session=replace(session, fence=8)),
        replace(record, session=replace(session, muted=False)),
        replace(record, session=replace(session, notice_owed=True)),
        replace(record, session=replace(session, provisional=True)),
        replace(record, notebooks=()),
        replace(record, audits=()),
        replace(record, messages=(replace(question, due_at=answer.sent_at), answer)),
        replace(record, session=replace(session, last_active_at=session.created_at)),
        replace(record, messages=(question,)),
        replace(record, messages=(replace(question, tries=3), answer)),
        replace(record, messages=(replace(question, stored_at=answer.sent_at), answer)),
        replace(record, messages=(replace(question, attributes={}), answer)),
        replace(record, turns=()),
        replace(record, turns=(replace(record.turns[0], note=None),)),
    ]
    assert len({record_digest(entry) for entry in [record, *others]}) == len(others) + 1
    shuffled = replace(record, messages=(answer, question))
    assert record_digest(shuffled) == record_digest(record)


async def test_a_bot_on_either_store_is_named_and_nothing_is_copied(
    tmp_path: Path, source: Repository, target: Repository
) -> None:
    await fill(source, [answered("one")])
    async with open_repository(f"sqlite:///{tmp_path}/b.db") as bot:
        await bot.sign({"host": "büro-7"})
        with pytest.raises(StoreInUseError) as refused:
            await copy_sessions(source, target)
        assert refused.value.store == bot.description
    assert [instance.about for instance in refused.value.bots] == [{"host": "büro-7"}]
    assert await target.scan_sessions() == []


async def test_a_bot_that_comes_meanwhile_makes_the_copy_incomplete() -> None:
    class Joined(MemoryRepository):
        """A bot is there when the last session has been compared."""

        asked = 0

        async def instances(self) -> Sequence[Instance]:
            self.asked += 1
            came = Instance(id="b", about={}, signed_at=self.now(), is_ours=False)
            return [came] if self.asked > 1 else []

    source = MemoryRepository()
    await fill(source, many(3))
    copied = await copy_sessions(source, Joined())
    assert [bot.id for bot in copied.joined] == ["b"]
    assert not copied.is_whole
    assert copied.digest is None
