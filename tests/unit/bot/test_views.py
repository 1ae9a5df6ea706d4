"""An investigator takes up what arrives while it works."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.investigators.contract import Case
from bot.turns.views import Arrivals
from session import Message, Outcome, StorageError, Turn
from session.engines.memory import MemoryRepository
from session.models import Claim
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import TTL, lock_of, question, stop, take_in
from tests.unit.bot.virtual_time import in_virtual_time

BENS = question("2", "and the proxy?", author_id="UBEN")


class Listener:
    """Looks into the inbox after a second, and then works on for a while."""

    def __init__(self, *, seconds: float = 0, fails: bool = False) -> None:
        self.heard: list[list[str]] = []
        self.seconds = seconds
        self.fails = fails

    async def __call__(self, case: Case) -> AsyncIterator[str]:
        await asyncio.sleep(1)
        for _ in range(2):
            self.heard.append([message.text for message in await case.inbox.take()])
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise ValueError("broken")
        yield "a cold cache"


async def story(room: Room, *later: Any) -> Message:
    """Have a turn run on Ann's question while something else arrives; return the question."""
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(0.5)
    await take_in(room.repository, BENS)
    await asyncio.sleep(1)
    await take_in(room.repository, *later)
    await running
    return asked


@in_virtual_time
async def test_what_is_taken_up_is_told_once_and_ends_with_the_turn() -> None:
    listener = Listener()
    room = Room(listener)
    asked = await story(room)
    assert listener.heard == [["and the proxy?"], []]
    assert await room.states(asked.session_id) == [
        ("why?", Outcome.ANSWERED),
        ("and the proxy?", Outcome.ANSWERED),
    ]
    (turn,) = await room.repository.turns(asked.session_id)
    assert turn.message_ids == (asked.id, BENS.id)
    entries = await room.repository.timeline(asked.session_id)
    assert [entry.tries for entry in entries if entry.kind == "question"] == [1, 1]


@in_virtual_time
async def test_it_fails_with_the_turn_too() -> None:
    room = Room(Listener(fails=True))
    with capture_logs():
        asked = await story(room)
    assert {outcome for _, outcome in await room.states(asked.session_id)} == {Outcome.FAILED}


@pytest.mark.parametrize(
    ("stopper", "bens"), [("UANN", None), ("UBEN", Outcome.STOPPED)], ids=["ann's", "ben's own"]
)
def test_a_stop_leaves_others_questions_open_and_ends_its_authors_own(
    stopper: str, bens: str | None
) -> None:
    @in_virtual_time
    async def stopping() -> None:
        room = Room(Listener(seconds=30))
        (asked,) = await take_in(room.repository, question("1"))
        turn_id = f"{asked.session_id}#1"
        named = stop("3", author_id=stopper, attributes={"stops": turn_id})
        await story(room, named)
        states = dict(await room.states(asked.session_id))
        assert states["why?"] == Outcome.STOPPED
        assert states["and the proxy?"] == bens
        open_now = await room.repository.open_messages(asked.session_id)
        left = [(entry.text, entry.tries, entry.turn_id) for entry in open_now]
        assert left == ([] if bens else [("and the proxy?", 0, None)])

    stopping()


@in_virtual_time
async def test_a_stop_of_a_turn_that_died_leaves_others_questions_open_too() -> None:
    room = Room(Listener())
    asked, bens = await take_in(room.repository, question("1"), BENS)
    dead = await lock_of(room.repository, asked.session_id)
    await dead.begin_turn([asked.id])
    await dead.begin_turn([bens.id], on_the_way=True)
    await take_in(room.repository, stop("3", attributes={"stops": f"{asked.session_id}#1"}))
    await asyncio.sleep(TTL.total_seconds())
    await room.turn(asked.session_id)
    states = dict(await room.states(asked.session_id))
    assert states["why?"] == Outcome.STOPPED
    assert states["and the proxy?"] is None


@in_virtual_time
async def test_nothing_is_taken_up_once_the_work_is_over() -> None:
    repository = MemoryRepository()
    (asked,) = await take_in(repository, question("1"))
    lock = await lock_of(repository, asked.session_id)
    arrivals = Arrivals(repository, lock)
    await arrivals.close()
    assert await arrivals.take() == []
    assert await repository.turns(asked.session_id) == []


@in_virtual_time
async def test_closing_waits_for_what_is_under_way_though_its_investigator_was_cancelled() -> None:
    class Slow(MemoryRepository):
        async def begin_turn(
            self, claim: Claim, message_ids: Any, *, on_the_way: bool = False
        ) -> Turn:
            await asyncio.sleep(2)
            return await super().begin_turn(claim, message_ids, on_the_way=on_the_way)

    repository = Slow()
    (asked,) = await take_in(repository, question("1"))
    arrivals = Arrivals(repository, await lock_of(repository, asked.session_id))
    taking = asyncio.create_task(arrivals.take())
    await asyncio.sleep(1)
    taking.cancel()
    await arrivals.close()
    assert [message.id for message in arrivals.taken] == [asked.id]


@in_virtual_time
async def test_a_store_that_fails_leaves_it_to_the_next_turn() -> None:
    class Failing(MemoryRepository):
        async def begin_turn(
            self, claim: Claim, message_ids: Any, *, on_the_way: bool = False
        ) -> Turn:
            raise StorageError("away")

    repository = Failing()
    (asked,) = await take_in(repository, question("1"))
    arrivals = Arrivals(repository, await lock_of(repository, asked.session_id))
    with capture_logs() as logs:
        assert await arrivals.take() == []
    assert [line["event"] for line in logs] == ["turn.nothing_taken_up"]
