"""The real bot against the simulator, over sockets, inside the test's own loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import Burrow, open_burrow
from bot.config import Settings
from bot.lifecycle import ShutdownRequests, serve
from simulator import Slack
from simulator.values import Message
from tests.conformance.firestore import FirestoreHarness
from tests.conformance.harness import Harness
from tests.conformance.sqlite import SQLiteHarness

StartBot = Callable[..., Awaitable[Burrow]]


def settings_for(slack: Slack, store: str, **overrides: Any) -> Settings:
    """Make settings that know this simulator and nothing of this machine."""
    values: dict[str, Any] = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.base_url,
        "session_store": store,
        "investigator": "tests.e2e.investigators:echo",
        "shutdown_grace_seconds": 5,
        "retention_days": 0,
        "max_turns_per_author": 0,
        "questions_per_hour_person": 0,
        "questions_per_hour_channel": 0,
    }
    return Settings.isolated(**(values | overrides))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Burrow]:
    """Run one bot; on leaving it is asked to stop, and has stopped."""
    requests = ShutdownRequests()
    async with open_burrow(settings) as burrow:
        serving = asyncio.create_task(serve(burrow, requests))
        try:
            yield burrow
        finally:
            requests.ask()
            await serving


@pytest.fixture
async def start_bot(slack: Slack, tmp_path: Path) -> AsyncIterator[StartBot]:
    """Start a bot on this test's workspace; several share one SQLite file."""
    async with AsyncExitStack() as bots:
        count = 0

        async def start(**overrides: Any) -> Burrow:
            nonlocal count
            store = overrides.pop("session_store", f"sqlite:///{tmp_path}/burrow.db")
            burrow = await bots.enter_async_context(
                running(settings_for(slack, store, **overrides))
            )
            count += 1
            await slack.wait_for_sockets(count)
            return burrow

        yield start


@pytest.fixture(
    scope="session", params=[SQLiteHarness, FirestoreHarness], ids=lambda harness: harness.name
)
def durable_engine(request: pytest.FixtureRequest) -> Iterator[type[Harness]]:
    """Each engine that several processes can share, with its server running."""
    harness: type[Harness] = request.param
    with harness.server():
        yield harness


@pytest.fixture
def shared_store(durable_engine: type[Harness], tmp_path: Path) -> Harness:
    """An empty store of that engine: processes get its `url` and `environment`."""
    return durable_engine(tmp_path)


async def texts(slack: Slack, asked: Message) -> list[str]:
    """What the bot posted in a message's thread, oldest first."""
    me = slack.connection.bot_user_id
    return [one.text for one in await slack.thread(asked) if one.user == me]


async def has_reaction(slack: Slack, message: Message, name: str) -> bool:
    """Whether anybody's reaction of that name is on a message."""
    return any(one.name == name for one in await slack.reactions(message))


async def was_told(slack: Slack, user: str) -> bool:
    """Whether the bot showed a person anything that only they see."""
    return bool(await slack.ephemerals(user))
