"""What a copy hands back on Firestore is soon taken up by one that knew nothing of the turn."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from simulator import Slack
from tests.conformance.firestore import FirestoreHarness
from tests.e2e.processes import bot_process, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TAKEN_UP = 40
"""Seconds, with room for a busy machine: the next sweep of a copy at rest is a minute away."""


@pytest.fixture(scope="session")
def firestore() -> Iterator[None]:
    """Its emulator."""
    with FirestoreHarness.server():
        yield


@pytest.mark.usefixtures("firestore")
async def test_slack_tells_another_copy_that_a_turn_was_handed_back(
    slack: Slack, tmp_path: Path
) -> None:
    store = FirestoreHarness(tmp_path)
    assert store.url is not None
    env = environment(slack, store.url, SHUTDOWN_GRACE_SECONDS="1", **store.environment)
    async with AsyncExitStack() as running:
        bots = []
        for number in (1, 2):
            bots.append(await running.enter_async_context(bot_process(env, tmp_path)))
            await slack.wait_for_sockets(number, timeout=60)
        # Both have swept, see nothing, and rest for a minute.
        await asyncio.sleep(2)
        asked = await slack.user("ann").mention("#incidents", "sleep 8")
        await slack.wait_for_reply(asked, containing="Sleeping on it", timeout=20)
        [leaving] = [bot for bot in bots if "turn.started" in bot.log]
        leaving.signal(signal.SIGTERM)
        await leaving.exit_code()
        await slack.wait_for_reply(asked, containing="answer", timeout=TAKEN_UP)
