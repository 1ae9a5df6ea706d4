"""What a loss of power can undo: the end of a lease, and nothing that anybody was told."""

import asyncio
from datetime import timedelta
from pathlib import Path

from session import LockLostError, Outcome, TurnEnd
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import (
    TTL,
    a_message,
    acquired,
    answer,
    asks,
    message,
    new_session,
    stored,
)
from tests.unit.session.sqlite.busy import Stop
from tests.unit.session.sqlite.machine import Machine


def waits_for_the_disk(repository: SQLiteRepository) -> bool:
    """Tell whether the last commit did: SQLite calls that FULL, which is 2."""
    (level,) = repository._writer._connection.execute("PRAGMA synchronous").fetchone()
    return bool(level == 2)


async def test_all_but_a_refresh_and_a_release_wait_for_the_disk(
    repository: SQLiteRepository,
) -> None:
    waited: dict[str, bool] = {}
    question = await a_message(repository)
    waited["taken in"] = waits_for_the_disk(repository)
    claim = await acquired(repository, question.session_id)
    await repository.refresh_lease(claim, TTL)
    waited["refreshed"] = waits_for_the_disk(repository)
    await repository.begin_turn(claim, [question.id])
    waited["begun"] = waits_for_the_disk(repository)
    await repository.refresh_lease(claim, TTL)
    await repository.finish_turn(claim, TurnEnd(outcome=Outcome.ANSWERED, answer=answer()))
    waited["finished"] = waits_for_the_disk(repository)
    await repository.release_lease(claim, delivered=answer().id)
    waited["released"] = waits_for_the_disk(repository)
    claim = await acquired(repository, question.session_id)
    waited["acquired"] = waits_for_the_disk(repository)
    await repository.release_lease(claim)
    await repository.blank_message(question.id)
    waited["blanked"] = waits_for_the_disk(repository)
    assert waited == {
        "taken in": True,
        "refreshed": False,
        "begun": True,
        "finished": True,
        "released": False,
        "acquired": True,
        "blanked": True,
    }


async def test_a_release_that_comes_with_others_waits_for_the_disk_with_them(
    repository: SQLiteRepository,
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    stop = Stop(repository)
    await stop.begun()
    released = repository.release_lease(claim)
    taken_in = repository.take_in(new_session("1713.1"), message("1713.1"))
    await stop.let_go()
    await asyncio.gather(released, taken_in)
    assert waits_for_the_disk(repository)


async def test_a_refused_refresh_leaves_the_next_write_as_careful_as_ever(
    repository: SQLiteRepository,
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.release_lease(claim)
    refused = await asyncio.gather(repository.refresh_lease(claim, TTL), return_exceptions=True)
    assert isinstance(refused[0], LockLostError)
    await a_message(repository, "1712.2")
    assert waits_for_the_disk(repository)


async def test_after_a_loss_of_power_a_lost_release_is_as_if_it_had_not_come_to_it(
    tmp_path: Path, path: Path
) -> None:
    """The lease is nobody's, and the answer is owed: a successor looks it up before it posts."""
    machine = Machine()
    repository = await machine.open(path)
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    ending = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=answer())
    await repository.finish_turn(claim, ending)
    on_the_disk = tmp_path / "on the disk.db"
    repository._writer._connection.execute("VACUUM INTO ?", (str(on_the_disk),))
    await repository.release_lease(claim, delivered=answer().id)
    await repository.aclose()

    machine.reboot(boot="boot 2", after=timedelta(seconds=5))
    successor = await machine.open(on_the_disk)
    [owed] = await successor.open_messages(question.session_id)
    assert (owed.id, owed.due_at) == (answer().id, None)
    assert (await stored(successor, question.session_id)).lease is None
    lease = await successor.acquire_lease(question.session_id, asks("req_b"))
    assert lease is not None
    assert lease.fence == claim.fence + 1
    await successor.aclose()
