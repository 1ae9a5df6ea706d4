"""Updates of messages: all turns share one limit, and each shows its newest state when it may."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot import words
from bot.document.posts import Label, Posted
from bot.investigators.contract import Progress as Step
from bot.slack.updates import PER_MINUTE, UpdatePacing
from bot.surfaces.memory import MemoryPosts, MemorySurface
from bot.turns.progress import GOES_ON, STARTING, Progress
from tests.unit.bot.stories import in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now

FOR_STEPS = PER_MINUTE * 3 // 4
"""In the rest a new message finds room beside the steps of all others."""


async def updates(pacing: UpdatePacing, sent: list[float], pause: float = 0.0) -> None:
    """Update again and again, as a turn does that always has something new to show."""
    while True:
        await pacing.turn()
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
async def test_messages_that_come_and_go_beside_steps_stay_below_the_limit_too() -> None:
    pacing, steps, ends = UpdatePacing(now), list[float](), list[float]()

    async def messages(lasting: float) -> None:
        """Show a message, end it, begin the next one."""
        while True:
            if (give_back := pacing.keep()) is None:
                await asyncio.sleep(1)
                continue
            await asyncio.sleep(lasting)
            give_back()
            pacing.sent()
            ends.append(now())

    working = [asyncio.create_task(messages(5.0 + number)) for number in range(30)]
    working += [asyncio.create_task(updates(pacing, steps, 1.0)) for _ in range(10)]
    await asyncio.sleep(600)
    for task in working:
        task.cancel()
    assert most_in_a_minute(sorted([*steps, *ends])) <= PER_MINUTE
    assert len(ends) >= 100
    assert steps


@in_virtual_time
async def test_while_steps_take_all_they_may_a_new_message_finds_its_place_at_once() -> None:
    pacing = UpdatePacing(now)
    while pacing.try_turn():
        pacing.sent()
    assert pacing.keep() is not None


@in_virtual_time
async def test_no_more_messages_go_on_than_may_end_at_once_and_steps_have_room_too() -> None:
    pacing = UpdatePacing(now)
    shown = list(iter(pacing.keep, None))
    assert len(shown) == PER_MINUTE // 2
    assert pacing.try_turn()
    shown[0]()
    assert pacing.keep() is not None


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


@dataclass(frozen=True, slots=True)
class Paced(MemoryPosts):
    """Posts that share the limit of updates with those of other threads."""

    pacing: UpdatePacing

    def keep_place(self) -> Callable[[], None] | None:
        return self.pacing.keep()


class Thread:
    """A thread with a turn, whose progress is shown or has to wait."""

    def __init__(self) -> None:
        self.surface = MemorySurface()

    async def progress(self, pacing: UpdatePacing | None = None) -> Progress:
        repository = in_memory()
        (asked,) = await take_in(repository, question("1"))
        lock = await lock_of(repository, asked.session_id)
        self.posts = (
            self.surface.under(lock) if pacing is None else Paced(self.surface, lock, pacing)
        )
        return Progress(self.surface, self.posts, lock.claim.turn_id)

    async def notice(self) -> Posted:
        return await self.posts.post(STARTING, Label(kind="notice", key="1"))

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
async def test_a_turn_shows_itself_once_there_is_a_place_for_its_end() -> None:
    thread = Thread()
    progress = await thread.progress()
    thread.surface.room_to_update.clear()
    progress.start()
    await asyncio.sleep(6)
    assert thread.surface.texts == []
    thread.surface.room_to_update.set()
    await asyncio.sleep(2)
    assert thread.shown == f"{words.INVESTIGATING}{GOES_ON}"


@in_virtual_time
async def test_a_turn_without_a_place_ends_without_a_message() -> None:
    thread = Thread()
    progress = await thread.progress()
    thread.surface.room_to_update.clear()
    progress.start()
    await asyncio.sleep(30)
    await progress.end("answered")
    await progress.close()
    thread.surface.room_to_update.set()
    await asyncio.sleep(30)
    assert thread.surface.texts == []
    assert thread.surface.statuses == [words.INVESTIGATING, None]
    assert progress.mending is None


@in_virtual_time
async def test_the_notice_of_a_turn_without_a_place_stays_as_it_is() -> None:
    thread = Thread()
    progress = await thread.progress()
    notice = await thread.notice()
    thread.surface.room_to_update.clear()
    progress.start(notice)
    await asyncio.sleep(30)
    await progress.end("answered")
    assert thread.shown == words.STARTING


@in_virtual_time
async def test_the_trace_of_a_turn_that_is_shown_waits_for_nothing() -> None:
    thread = Thread()
    progress = await thread.progress()
    progress.start()
    await asyncio.sleep(4)
    thread.surface.room_to_update.clear()
    await progress.end("answered")
    assert not thread.shown.endswith(GOES_ON)
    assert progress.mending is None


@in_virtual_time
async def test_each_place_is_given_back_once_however_a_turn_ends() -> None:
    pacing = UpdatePacing(now)
    for end in (Progress.end, Progress.leave):
        for _ in range(PER_MINUTE):
            thread = Thread()
            progress = await thread.progress(pacing)
            progress.start()
            await asyncio.sleep(4)
            assert thread.shown
            await end(progress, "answered")
            await progress.close()
    progress = await Thread().progress(pacing)
    progress.start()
    await asyncio.sleep(4)
    await progress.close()
    await asyncio.sleep(61)
    assert len(list(iter(pacing.keep, None))) == PER_MINUTE // 2


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
