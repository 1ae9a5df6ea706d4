"""What Prometheus sees of a real bot: a mention is answered, and the numbers are right."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.lifecycle import run_bot
from bot.shutdown import ShutdownRequests
from simulator import Slack
from tests.e2e.conftest import settings_for
from tests.e2e.test_http import events_url, over_http
from tests.unit.bot.test_metrics import Members, member, members
from tests.unit.bot.test_web import free_port


class Bot:
    """A bot with both transports, as Prometheus sees it."""

    def __init__(self, http: aiohttp.ClientSession, health: int, events: int) -> None:
        self._http = http
        self.health = health
        self.events = events

    async def get(self, port: int, path: str) -> tuple[int, str]:
        async with self._http.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status, await response.text()

    async def scrape(self) -> Members:
        status, text = await self.get(self.health, "/metrics")
        assert status == 200
        return members(text)

    async def until(self, name: str, value: float, **labels: str) -> Members:
        async with asyncio.timeout(30):
            while (seen := await self.scrape())[member(name, **labels)] != value:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return seen


@asynccontextmanager
async def running(slack: Slack, folder: Path) -> AsyncIterator[Bot]:
    shutdown, health, events = ShutdownRequests(), free_port(), free_port()
    settings = settings_for(
        slack,
        f"sqlite:///{folder}/burrow.db",
        health_port=health,
        metrics=True,
        **over_http(slack, events) | {"slack_app_token": slack.app_token},
    )
    serving = asyncio.create_task(run_bot(settings, shutdown, lines_dropped=lambda: 4))
    try:
        async with aiohttp.ClientSession() as http:
            await slack.wait_for_sockets()
            yield Bot(http, health, events)
    finally:
        shutdown.ask()
        await serving


async def test_a_mention_is_counted_from_its_delivery_to_its_answer(
    slack: Slack, tmp_path: Path
) -> None:
    async with running(slack, tmp_path) as bot:
        asked = await slack.user("ann").mention("#incidents", "sleep 1")
        await bot.until("burrowbot_turns_running", 1)
        await slack.wait_for_reply(asked, containing="answer 1")
        await bot.until("burrowbot_turns_running", 0)
        # A mention comes as two events, and the bot's own two posts come back.
        first = {"transport": "socket", "retry": "0", "reason": "none"}
        seen = await bot.until("burrowbot_deliveries_total", 2 + 2, **first)
        instances = await bot.until("burrowbot_instances", 1)

    def value(name: str, **labels: str) -> float:
        return seen[member(f"burrowbot_{name}", **labels)]

    assert value("messages_received_total", outcome="stored", rule="mention") == 1
    assert value("messages_received_total", outcome="duplicate", rule="mention") == 0
    assert value("ack_seconds_count", outcome="stored") == 2
    assert value("messages_closed_total", outcome="answered") == 1
    assert value("answers_total", outcome="delivered") == 1
    assert value("first_word_seconds_count") == value("answer_seconds_count") == 1
    assert value("first_word_seconds_sum") < 1 < value("answer_seconds_sum")
    assert value("slack_calls_total", method="chat.postMessage", status="ok") == 2
    assert value("slack_call_seconds_count", method="chat.postMessage") == 2
    assert value("store_operation_seconds_count", operation="take_in") >= 1
    assert value("store_operation_seconds_count", operation="finish_turn") == 1
    assert value("connected", transport="socket") == value("connected", transport="http") == 1
    assert value("sockets_open") == 1
    assert value("log_lines_dropped_total") == 4
    assert value("oldest_open_message_seconds") < 60
    assert not any(
        number
        for (name, _), number in (seen | instances).items()
        if name.endswith(("_errors_total", "_lost_total", "takeovers_total", "refused_total"))
    )


async def test_what_is_left_alone_and_what_is_refused_is_counted_by_its_reason(
    slack: Slack, tmp_path: Path
) -> None:
    async with running(slack, tmp_path) as bot:
        await slack.user("ann").say("#incidents", "lunch?")
        await bot.until(
            "burrowbot_messages_received_total", 1, outcome="declined", rule="no_mention"
        )
        assert await post_unsigned(bot.events) == 401
        seen = await bot.scrape()
        assert seen[member("burrowbot_requests_refused_total", reason="no_signature")] == 1
        # What Slack reaches from outside shows no numbers, and Prometheus gets no events.
        assert (await bot.get(bot.events, "/metrics"))[0] == 404
        assert (await bot.get(bot.health, "/slack/events"))[0] == 404
        assert (await bot.get(bot.health, "/livez"))[0] == 200


async def post_unsigned(port: int) -> int:
    async with (
        aiohttp.ClientSession() as http,
        http.post(events_url(port), json={"type": "event_callback"}) as response,
    ):
        return response.status
