"""Bad luck by name: storage, disk, socket, shutdown, and investigators of all kinds."""

import asyncio
import resource
import sys
from pathlib import Path

import pytest

from bot import words
from simulator import Message
from tests.chaos.scene import Scene
from tests.chaos.stores import SQLiteStore, Store
from tests.support.inbox import all_due
from tests.support.shown import is_answer, words_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TURNS = 50
UNLIMITED = resource.RLIM_INFINITY


async def test_a_store_that_fails_as_a_turn_ends_costs_no_second_investigation(
    tmp_path: Path,
) -> None:
    async with Scene.open(SQLiteStore(tmp_path), tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 0.5")
        await scene.until_runs()
        await scene.store.hang(7)
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        assert words.INTERRUPTED not in await scene.posts(asked)
        assert len(scene.runs()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's files")
async def test_a_disk_that_takes_no_more_is_told_of_and_loses_nothing(tmp_path: Path) -> None:
    async with Scene.open(SQLiteStore(tmp_path), tmp_path) as scene:
        ann = scene.slack.user("ann")
        running = await ann.mention("#incidents", "q1 work 1")
        await scene.until_runs()
        pid = scene.fleet.lives[0].pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, UNLIMITED))
        refused = await ann.mention("#incidents", "q2")
        await scene.slack.wait_until(lambda: _is_warned_of(scene, refused), timeout=30)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
        await scene.reply_with(running, "answer to: q1")
        await scene.reply_with(refused, "answer to: q2")
        assert (await scene.verdict()).broken == []
        assert not await _is_warned_of(scene, refused)


async def test_a_socket_that_is_half_open_is_noticed_and_nothing_is_lost(tmp_path: Path) -> None:
    async with Scene.open(SQLiteStore(tmp_path), tmp_path, time_scale=0.2) as scene:
        await scene.slack.freeze_sockets()
        asked = await scene.slack.user("ann").mention("#incidents", "q1")
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        assert await scene.posts(asked) == [words.STARTING, "answer to: q1"]


async def test_instances_that_sweep_at_the_same_moment_share_the_work(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, bots=3) as scene:
        ann = scene.slack.user("ann")
        asked = [await ann.mention("#incidents", f"q{number} work 2") for number in range(12)]
        await scene.until_runs(12)
        await scene.kill_all()
        for number, one in enumerate(asked):
            await scene.reply_with(one, f"answer to: q{number}")
        assert (await scene.verdict()).broken == []
        assert len(scene.runs()) == 24


async def test_a_shutdown_hands_fifty_turns_back_and_the_next_start_takes_them_up(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, SHUTDOWN_GRACE_SECONDS="0.5") as scene:
        sending = scene.slack.burst(TURNS, channels=10, text="q{n} work 40", timeout=5)
        await asyncio.gather(sending, scene.until_runs(TURNS))
        await scene.fleet.terminate(0, 0.1)
        await scene.until_runs(2 * TURNS)
        assert scene.fleet.lives[0].code == 0
        still_open = await all_due(scene.repository)
        assert {entry.tries for entry in still_open if entry.kind == "question"} == {1}
        assert len(still_open) == TURNS
        said = {call.arguments.get("text") for call in await scene.slack.api_calls()}
        assert not said & {words.INTERRUPTED, words.PAUSED}
        notices = [
            call
            for call in await scene.slack.api_calls("chat.postMessage")
            if call.arguments.get("text") == words.STARTING
        ]
        assert len(notices) == TURNS


async def test_an_investigator_that_ignores_being_cancelled_is_left_behind(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(
        store,
        tmp_path,
        INVESTIGATOR="tests.chaos.investigator:stubborn",
        TURN_TIMEOUT_SECONDS="1",
    ) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 600")
        await scene.reply_with(asked, "I stopped this after 1 s")
        await scene.fleet.close()
        assert scene.fleet.lives[0].code == 0
        assert (await scene.session()).lease is None
        assert len(await scene.posts(asked)) == 2


async def test_an_answer_of_ninety_thousand_characters_arrives_whole(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 long 90000")
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        letters = "".join(map(words_in, filter(is_answer, await scene.slack.thread(asked))))
        assert letters.count("x") == 90_000


async def test_an_answer_longer_than_its_posts_arrives_whole_in_a_file(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 long 150000")
        await scene.reply_with(asked, ".md")
        assert (await scene.verdict()).broken == []
        (file,) = [file for post in await scene.slack.thread(asked) for file in post.files]
        assert file["size"] >= 150_000


async def _is_warned_of(scene: Scene, message: Message) -> bool:
    reactions = await scene.slack.reactions(message)
    return any(one.name == "warning" for one in reactions)
