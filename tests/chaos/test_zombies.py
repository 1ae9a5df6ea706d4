"""Processes that are stopped past their lease and go on; leases that are lost."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot import words
from tests.chaos.scene import Scene
from tests.chaos.stores import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LEASE = "10"


async def test_a_process_that_was_stopped_past_its_lease_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, bots=2, LOCK_TTL_SECONDS=LEASE) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 9")
        (run,) = await scene.until_runs()
        frozen = asyncio.create_task(scene.fleet.freeze(run.pid, 3600))
        await scene.reply_with(asked, "answer to: q1")
        await scene.slack.wait_quiet(2, timeout=30)
        stored, posts = await _all_that_is_stored(scene), await scene.slack.thread(asked)
        frozen.cancel()
        with suppress(asyncio.CancelledError):
            await frozen
        log = next(one.log for one in scene.fleet.lives if one.pid == run.pid)
        await scene.slack.wait_until(lambda: "lock.lost" in log.read_text(), timeout=30)
        await scene.slack.wait_quiet(2, timeout=30)
        assert await _all_that_is_stored(scene) == stored
        assert await scene.slack.thread(asked) == posts
        texts = await scene.posts(asked)
        assert texts.count(words.STARTING) == texts.count(words.INTERRUPTED) == 1
        assert words.PAUSED not in texts
        assert (await scene.verdict()).broken == []


async def test_a_lease_that_cannot_be_refreshed_stops_the_work_and_the_thread_hears_of_it_once(
    store: Store, tmp_path: Path
) -> None:
    async with Scene.open(store, tmp_path, LOCK_TTL_SECONDS=LEASE) as scene:
        asked = await scene.slack.user("ann").mention("#incidents", "q1 work 12")
        (run,) = await scene.until_runs()
        hanging = asyncio.create_task(scene.store.hang(14))
        await scene.reply_with(asked, words.PAUSED)
        stopped = scene.runs()[0].ended_at
        assert stopped is not None
        assert stopped - run.started_at < float(LEASE)
        await hanging
        await scene.reply_with(asked, "answer to: q1")
        assert (await scene.verdict()).broken == []
        texts = await scene.posts(asked)
        assert texts.count(words.PAUSED) + texts.count(words.INTERRUPTED) == 1
        assert texts.count("answer to: q1") == 1


async def _all_that_is_stored(scene: Scene) -> Any:
    session = await scene.session()
    return (
        session,
        await scene.repository.timeline(session.id),
        await scene.repository.turns(session.id),
    )
