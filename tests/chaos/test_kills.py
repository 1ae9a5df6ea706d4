"""`kill -9` at each step of a turn: the thread goes on by itself, and nothing is said twice.

On SQLite the lease lasts an hour here, so nobody waits for its end.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import words
from session import Message, Outcome
from simulator import MethodFault
from tests.chaos.scene import (
    APPLIED_UNANSWERED,
    HELD_FOR_EVER,
    PASSES,
    Scene,
)
from tests.chaos.stores import Store
from tests.support.inbox import all_due
from tests.support.shown import is_answer, notice_with, words_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_after_taking_in_while_another_thread_is_worked_on(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, MAX_TURNS="1") as scene:
        ann = scene.slack.user("ann")
        first = await ann.mention("#incidents", "q1 work 1.5")
        await scene.until_runs()
        second = await ann.mention("#incidents", "q2")
        await scene.slack.wait_until(lambda: _has_open(scene, 2))
        await scene.kill_all()
        await scene.reply_with(first, "answer to: q1")
        await scene.reply_with(second, "answer to: q2")
        assert (await scene.verdict()).broken == []
        assert await scene.posts(first) == [words.STARTING, words.INTERRUPTED, "answer to: q1"]
        assert await scene.posts(second) == [words.STARTING, "answer to: q2"]


async def test_after_acquiring_before_the_notice_is_posted(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path) as scene:
        await scene.break_calls(HELD_FOR_EVER)
        asked = await scene.slack.user("ann").mention("#incidents", "q1")
        await scene.until_held()
        await scene.kill_all()
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        assert await scene.posts(asked) == [words.STARTING, words.INTERRUPTED, "answer to: q1"]


async def test_after_the_notice_is_posted_before_it_is_known(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path) as scene:
        await scene.break_calls(APPLIED_UNANSWERED, _no_lookups())
        asked = await scene.slack.user("ann").mention("#incidents", "q1")
        await scene.until_held("conversations.replies")
        await scene.kill_all()
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        assert await scene.posts(asked) == [words.STARTING, words.INTERRUPTED, "answer to: q1"]


async def test_during_the_investigation(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 4")
        await scene.reply_with(asked, "Working for 4 s")
        await scene.kill_all()
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        first, second = await scene.repository.turns((await scene.session()).id)
        assert (first.outcome, second.outcome) == (Outcome.INTERRUPTED, Outcome.ANSWERED)
        assert await scene.posts(asked) == [
            notice_with(words.TRACE_INTERRUPTED),
            words.INTERRUPTED,
            "Investigated for 4 s.",
            "answer to: q1",
        ]


async def test_after_the_answer_is_stored_before_it_is_posted(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 4")
        await scene.reply_with(asked, words.STARTING)
        await scene.break_calls(HELD_FOR_EVER)
        await scene.reply_with(asked, "Working for 4 s")
        await scene.until_held()
        await scene.kill_all()
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        assert await scene.posts(asked) == [
            notice_with(words.TRACE_INTERRUPTED),
            "answer to: q1",
        ]
        assert len(scene.runs()) == 1


async def test_between_posting_and_recording(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 1")
        await scene.until_runs()
        await scene.break_calls(APPLIED_UNANSWERED, _no_lookups())
        await scene.until_held("conversations.replies")
        await scene.kill_all()
        await scene.slack.wait_until(lambda: _has_open(scene, 0), timeout=90)
        assert (await scene.verdict()).broken == []
        assert await scene.posts(asked) == [words.STARTING, "answer to: q1"]


async def test_between_two_parts_of_a_long_answer(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 1 long 30000")
        await scene.until_runs()
        await scene.break_calls(PASSES, PASSES, HELD_FOR_EVER)
        await scene.until_held()
        await scene.kill_all()
        await scene.slack.wait_until(lambda: _has_open(scene, 0), timeout=90)
        assert (await scene.verdict()).broken == []
        letters = "".join(map(words_in, filter(is_answer, await scene.slack.thread(asked))))
        assert letters.count("x") == 30_000
        assert len(scene.runs()) == 1


async def test_another_instance_that_runs_takes_over(store: Store, tmp_path: Path) -> None:
    async with Scene.open(store, tmp_path, bots=2, LOCK_TTL_SECONDS="10") as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 2")
        (run,) = await scene.until_runs()
        scene.fleet.kill_pid(run.pid, 60)
        await scene.reply_with(asked, "answer to: q1")
        first, second = scene.runs()
        assert first.pid != second.pid
        assert len(scene.fleet.lives) == 2
        assert await scene.posts(asked) == [
            words.STARTING,
            words.INTERRUPTED,
            "answer to: q1",
        ]


async def test_a_message_that_crashes_the_bot_is_tried_three_times_and_spares_its_neighbours(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, MAX_TURNS="1") as scene:
        ann = scene.slack.user("ann")
        busy = await ann.mention("#incidents", "q0 work 1.5")
        await scene.until_runs()
        poison = await ann.mention("#incidents", "q1 poison")
        neighbour = await ann.reply(poison, "q2", mention=True)
        await scene.reply_with(busy, "answer to: q0")
        given_up = await scene.reply_with(poison, "Each try was cut off")
        await scene.reply_with(neighbour, "answer to: q2")
        assert (await scene.verdict()).broken == []
        closed = {one.text: one for one in await _timeline_of(scene, poison.ts)}
        (failed,) = [one for text, one in closed.items() if "poison" in text]
        assert (failed.outcome, failed.tries) == (Outcome.FAILED, 3)
        assert failed.request_id in given_up.text
        tries = [one.message_ids for one in scene.runs() if failed.id in one.message_ids]
        assert len(tries) == 3
        assert tries[-1] == (failed.id,)


def _no_lookups() -> MethodFault:
    return MethodFault(method="conversations.replies", calls=None, seconds=3600, cut="before")


async def _has_open(scene: Scene, count: int) -> bool:
    return len(await all_due(scene.repository)) == count


async def _timeline_of(scene: Scene, thread_ts: str) -> Sequence[Message]:
    for session in await scene.repository.scan_sessions():
        if session.thread is not None and session.thread.thread_ts == thread_ts:
            return await scene.repository.timeline(session.id)
    raise AssertionError(thread_ts)
