"""Slack takes a token or a connection no more: said once, seen by probes, over by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.entry import tries
from bot.lifecycle import ShutdownRequests, run_bot
from bot.slack import token_watch
from simulator import Slack
from tests.e2e.conftest import settings_for
from tests.unit.bot.test_web import free_port

Line = MutableMapping[str, Any]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "REJECTED_PAUSE", 0.3)
    monkeypatch.setattr(tries, "LONGEST_PAUSE", 0.3)
    monkeypatch.setattr(token_watch, "PAUSE_SECONDS", 0.3)


class Bot:
    """A running bot as a probe and its log show it."""

    def __init__(self, port: int, lines: list[Line]) -> None:
        self._port = port
        self._lines = lines

    async def readiness(self) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{self._port}/readyz") as response,
        ):
            return response.status, await response.text()

    async def until(self, says: Callable[[int, str], bool]) -> None:
        async with asyncio.timeout(30):
            while not says(*await self.readiness()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    def lines(self, event: str) -> list[Line]:
        return [line for line in self._lines if line["event"] == event]


@asynccontextmanager
async def running(slack: Slack) -> AsyncIterator[Bot]:
    """A bot at work, with a health port."""
    shutdown, port = ShutdownRequests(), free_port()
    settings = settings_for(slack, "memory://", health_port=port)
    with capture_logs() as lines:
        serving = asyncio.create_task(run_bot(settings, shutdown))
        try:
            await slack.wait_for_sockets()
            bot = Bot(port, lines)
            await bot.until(lambda status, _: status == 200)
            yield bot
        finally:
            shutdown.ask()
            await serving


async def still_answers(slack: Slack) -> None:
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)


async def test_a_start_asks_slack_once_for_each_thing(slack: Slack) -> None:
    async with running(slack):
        assert len(await slack.api_calls("auth.test")) <= 2
        assert len(await slack.api_calls("apps.connections.open")) == 1


async def test_an_app_token_that_is_revoked(slack: Slack) -> None:
    async with running(slack) as bot:
        await slack.fail("apps.connections.open", "token_revoked", calls=None)
        await slack.reset_sockets()
        await bot.until(lambda status, text: status == 503 and "SLACK_APP_TOKEN" in text)
        await asyncio.sleep(1)
        assert len(bot.lines("slack.rejected")) == 1
        await slack.clear_faults()
        await bot.until(lambda status, _: status == 200)
        await still_answers(slack)


async def test_a_bot_token_that_is_revoked(slack: Slack) -> None:
    async with running(slack) as bot:
        await slack.fail("auth.test", "account_inactive", calls=None)
        await bot.until(lambda status, text: status == 503 and "SLACK_BOT_TOKEN" in text)
        await asyncio.sleep(1)
        assert len(bot.lines("slack.rejected")) == 1
        await slack.clear_faults()
        await bot.until(lambda status, _: status == 200)
        assert len(bot.lines("slack.token_accepted")) == 1
        await still_answers(slack)


async def test_slack_that_is_away_for_a_while(slack: Slack) -> None:
    async with running(slack) as bot:
        await slack.fail("apps.connections.open", status=503, calls=None)
        await slack.reset_sockets()
        await bot.until(lambda status, text: status == 503 and "cannot be reached" in text)
        await asyncio.sleep(1)
        assert len(bot.lines("slack.unreachable")) == 1
        await slack.clear_faults()
        await bot.until(lambda status, _: status == 200)
        await still_answers(slack)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_connections_that_slack_recycles_lose_nothing(slack: Slack, reason: str) -> None:
    async with running(slack):
        for _ in range(3):
            await slack.disconnect_sockets(reason)  # type: ignore[arg-type]
            await still_answers(slack)
