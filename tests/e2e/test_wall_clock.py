"""Two bots whose wall clocks jump while a turn runs: nobody steals it, nobody loses it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import words
from session import open_repository
from simulator import Slack
from tests.conformance.harness import Harness
from tests.e2e.conftest import texts
from tests.e2e.processes import bot_process, environment
from tests.e2e.records import FILE_VARIABLE, overlaps, read_stays
from tests.support.wall_clock import WallClock

TEN_MINUTES = 600

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("is_real", [False, True], ids=["python", "faketime"])
async def test_clocks_that_jump_by_ten_minutes_change_nothing(
    slack: Slack, shared_store: Harness, tmp_path: Path, is_real: bool
) -> None:
    clocks = [WallClock(tmp_path / f"clock{n}", is_real=is_real) for n in range(2)]
    records = tmp_path / "turns.jsonl"
    assert shared_store.url is not None
    env = environment(
        slack,
        shared_store.url,
        INVESTIGATOR="tests.e2e.investigators:recording",
        LOCK_TTL_SECONDS="30",
        **{FILE_VARIABLE: str(records)},
        **shared_store.environment,
    )
    async with AsyncExitStack() as bots:
        await bots.enter_async_context(bot_process(env | clocks[0].environment, tmp_path))
        await slack.wait_for_sockets(1, timeout=60)
        first = await slack.user("ann").mention("#incidents", "sleep 12")
        await slack.wait_for_reply(first, containing="Sleeping on it")
        await bots.enter_async_context(bot_process(env | clocks[1].environment, tmp_path))
        await slack.wait_for_sockets(2, timeout=60)
        for ahead in (True, False):
            clocks[0].move(-TEN_MINUTES if ahead else TEN_MINUTES)
            clocks[1].move(TEN_MINUTES if ahead else -TEN_MINUTES)
            await slack.user("ben").reply(first, f"and then? {ahead}", mention=True)
            await asyncio.sleep(4)
        await slack.wait_for_reply(first, containing="and then? False", timeout=60)
        await slack.wait_quiet(1, timeout=30)

    stays = read_stays(records)
    assert overlaps(stays) == []
    posts = await texts(slack, first)
    assert sum(post.startswith(words.STARTING) for post in posts) == 1
    assert posts.count("answer 1 to: sleep 12") == 1
    assert words.INTERRUPTED not in posts
    dealt_with = [one for stay in stays for one in stay.message_ids]
    assert len(dealt_with) == len(set(dealt_with)) == 3
    async with open_repository(shared_store.url) as repository:
        (session,) = await repository.scan_sessions()
    assert session.lease is None
    assert session.fence == len(stays)
