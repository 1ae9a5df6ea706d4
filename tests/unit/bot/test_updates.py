"""Updates of messages: all turns share one limit, and each shows its newest state when it may."""

import asyncio

import pytest

from bot import words
from bot.investigators.contract import Progress as Step
from bot.slack.updates import PER_MINUTE, UpdatePacing
from bot.surfaces.memory import MemorySurface
from bot.turns.progress import GOES_ON, Progress
from tests.unit.bot.stories import in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now

FOR_STEPS = PER_MINUTE * 3 // 4
"""The rest is kept for the last updates of messages."""


async def updates(
    pacing: UpdatePacing, sent: list[float], pause: float = 0.0, *, is_last: bool = False
) -> None:
    """Update again and again, as a turn does that always has something new to show."""
    while True:
        await pacing.turn(is_last=is_last)
        pacing.sent()
        sent.append(now())
        await asyncio.sleep(pause)


def most_in_a_minute(sent: list[float]) -> int:
    return max(sum(at <= other < at + 60 for other in sent) for at in sent)


@in_virtual_time
async def test_all_turns_together_stay_below_the_limit_and_each_has_its_turn() -> None:
    pacing = UpdatePacing(now)
    sent: list[list[float]] = [[] for _ in range(50)]
    turns = [asyncio.create_task(updates(pacing, mine, 3.0)) for mine in sent]
    await asyncio.sleep(600)
    for turn in turns:
        turn.cancel()
    counts = [len(mine) for mine in sent]
    assert most_in_a_minute([at for mine in sent for at in mine]) == FOR_STEPS
    assert sum(counts) >= FOR_STEPS * 9
    assert min(counts) >= sum(counts) / len(counts) / 2


@in_virtual_time
async def test_steps_and_ends_together_stay_below_the_limit() -> None:
    pacing, steps, ends = UpdatePacing(now), list[float](), list[float]()
    updating = [
        asyncio.create_task(updates(pacing, steps, 1.0)),
        asyncio.create_task(updates(pacing, ends, 5.0, is_last=True)),
    ]
    await asyncio.sleep(600)
    for task in updating:
        task.cancel()
    assert most_in_a_minute(sorted([*steps, *ends])) <= PER_MINUTE
    assert len(ends) >= 100
    assert len(steps) >= 170


@in_virtual_time
async def test_the_end_of_a_message_passes_the_steps_that_wait() -> None:
    pacing, order = UpdatePacing(now), list[str]()
    for _ in range(PER_MINUTE):
        pacing.sent()
    await asyncio.sleep(1)

    async def take(what: str, *, is_last: bool) -> None:
        await pacing.turn(is_last=is_last)
        order.append(what)

    steps = [asyncio.create_task(take("step", is_last=False)) for _ in range(3)]
    await asyncio.sleep(1)
    await asyncio.wait([*steps, asyncio.create_task(take("end", is_last=True))])
    assert order == ["end", "step", "step", "step"]


@in_virtual_time
async def test_while_steps_take_all_they_may_an_end_finds_its_place_at_once() -> None:
    pacing = UpdatePacing(now)
    while pacing.try_turn():
        pacing.sent()
    assert pacing.try_turn(is_last=True)


@in_virtual_time
async def test_the_limit_is_divided_by_the_instances_that_live() -> None:
    pacing, sent = UpdatePacing(now), list[float]()
    pacing.share_among(3)
    updating = asyncio.create_task(updates(pacing, sent))
    await asyncio.sleep(300)
    assert most_in_a_minute(sent) == PER_MINUTE // 3 - PER_MINUTE // 3 // 4
    pacing.share_among(1)
    sent.clear()
    await asyncio.sleep(300)
    assert most_in_a_minute(sent) == FOR_STEPS
    pacing.share_among(1_000)
    await asyncio.sleep(60)
    sent.clear()
    await asyncio.sleep(300)
    assert most_in_a_minute(sent) == 1
    updating.cancel()


@in_virtual_time
async def test_an_update_that_asked_for_no_place_counts_all_the_same() -> None:
    pacing = UpdatePacing(now)
    for _ in range(PER_MINUTE):
        pacing.sent()
    assert not pacing.try_turn()
    await asyncio.sleep(61)
    assert pacing.try_turn()


@in_virtual_time
async def test_nobody_passes_those_who_wait_and_who_gives_up_leaves_the_line() -> None:
    pacing = UpdatePacing(now)
    pacing.share_among(2)
    for _ in range(FOR_STEPS // 2):
        assert pacing.try_turn()
        pacing.sent()
    waiting, leaving = (asyncio.create_task(pacing.turn()) for _ in range(2))
    await asyncio.sleep(0)
    pacing.share_among(1)
    assert not pacing.try_turn()
    leaving.cancel()
    await waiting
    await asyncio.wait([leaving])
    assert pacing.try_turn()


class Thread:
    """A thread with a turn, whose progress is shown or has to wait."""

    def __init__(self) -> None:
        self.surface = MemorySurface()

    async def progress(self) -> Progress:
        repository = in_memory()
        (asked,) = await take_in(repository, question("1"))
        lock = await lock_of(repository, asked.session_id)
        return Progress(self.surface, self.surface.under(lock), lock.claim.turn_id)

    @property
    def shown(self) -> str:
        return self.surface.texts[0]


@in_virtual_time
async def test_a_turn_that_waited_for_its_place_shows_the_newest_state() -> None:
    thread = Thread()
    progress = await thread.progress()
    progress.start()
    await asyncio.sleep(4)
    thread.surface.room_to_update.clear()
    for number in range(5):
        progress.note(Step(text=f"step {number}"))
        await asyncio.sleep(4)
    assert thread.shown == f"{words.INVESTIGATING}{GOES_ON}"
    thread.surface.room_to_update.set()
    await asyncio.sleep(1)
    assert thread.shown == f"step 4{GOES_ON}"
    await progress.leave("Done.")
    assert thread.shown == "Done."


@in_virtual_time
async def test_without_a_place_the_trace_is_left_once_the_turn_is_over() -> None:
    thread = Thread()
    progress = await thread.progress()
    progress.start()
    await asyncio.sleep(4)
    thread.surface.room_to_update.clear()
    await progress.leave("Done.", may_come_late=True)
    assert thread.shown.endswith(GOES_ON)
    mending = progress.mending
    assert mending is not None
    leaving = asyncio.create_task(mending())
    await asyncio.sleep(30)
    assert thread.shown.endswith(GOES_ON)
    thread.surface.room_to_update.set()
    await leaving
    assert thread.shown == "Done."


@in_virtual_time
async def test_at_the_shutdown_a_trace_waits_for_no_place() -> None:
    thread = Thread()
    progress = await thread.progress()
    progress.start()
    await asyncio.sleep(4)
    thread.surface.room_to_update.clear()
    await progress.leave("Done.", may_come_late=True)
    assert progress.mending is not None
    leaving = asyncio.create_task(progress.mending())
    await asyncio.sleep(1)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert thread.shown == "Done."


@in_virtual_time
async def test_a_turn_that_is_handed_back_says_so_at_once() -> None:
    thread = Thread()
    progress = await thread.progress()
    progress.start()
    await asyncio.sleep(4)
    thread.surface.room_to_update.clear()
    await progress.leave(words.TRACE_INTERRUPTED)
    assert thread.shown == words.TRACE_INTERRUPTED
    assert progress.mending is None
