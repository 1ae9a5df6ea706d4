"""The stories that touch delivery, over HTTP: the real bot, and Slack's signed requests."""

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import lifecycle, words
from bot.app import Burrow, open_burrow
from bot.shutdown import ShutdownRequests
from bot.turns.progress import STOP_ACTION
from simulator import Message, Slack
from tests.e2e.conftest import StartBot, has_reaction, running, settings_for, texts
from tests.e2e.processes import BotProcess, bot_process, environment
from tests.unit.bot.http_events import free_port, signed

Start = Callable[..., Awaitable[Burrow]]


def over_http(slack: Slack, port: int) -> dict[str, Any]:
    """The settings of a bot that has no app token."""
    return {
        "slack_app_token": None,
        "slack_signing_secret": slack.connection.signing_secret,
        "http_port": port,
    }


def events_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/slack/events"


@pytest.fixture
async def start(slack: Slack, tmp_path: Path) -> AsyncIterator[Start]:
    """Start a bot that Slack reaches over HTTP alone."""
    async with AsyncExitStack() as bots:

        async def start_one(**overrides: Any) -> Burrow:
            port = free_port()
            store = f"sqlite:///{tmp_path}/burrow.db"
            settings = settings_for(slack, store, **over_http(slack, port) | overrides)
            burrow = await bots.enter_async_context(running(settings))
            await until_open(slack, port)
            await slack.deliver_to(events_url(port))
            return burrow

        yield start_one


async def until_open(slack: Slack, port: int) -> None:
    """Wait until somebody listens there."""

    async def is_open() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    await slack.wait_until(is_open, timeout=30)


async def test_a_whole_conversation(slack: Slack, start: Start) -> None:
    await start()
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.user("ben").reply(asked, "second", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2")
    await slack.user("ben").reply(asked, "third")
    await slack.wait_for_reply(asked, containing="answer 3")
    await slack.wait_quiet()
    assert await texts(slack, asked) == [
        words.STARTING,
        "answer 1 to: first",
        "answer 2 to: second",
        "answer 3 to: third",
    ]
    deliveries = await slack.deliveries()
    assert {(each.outcome, each.socket) for each in deliveries} == {("acked", None)}


async def test_while_the_store_is_down_slack_is_told_so_and_delivers_again(
    slack: Slack, start: Start, tmp_path: Path
) -> None:
    await start()
    blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_until(lambda: has_reaction(slack, asked, "warning"))
    blocker.execute("ROLLBACK")
    blocker.close()
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    await slack.wait_quiet(0.5, timeout=30)
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: why?"]
    reasons = {each.retry_reason for each in await slack.deliveries() if each.attempt}
    assert reasons == {"http_error"}
    assert not await has_reaction(slack, asked, "warning")


async def test_an_ack_that_is_lost_brings_no_second_answer(slack: Slack, start: Start) -> None:
    await start()
    await slack.ignore_acks(event="app_mention")
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet(0.5, timeout=30)
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: why?"]
    assert any(each.attempt for each in await slack.deliveries())


async def test_a_burst_is_answered_once_each(slack: Slack, start: Start) -> None:
    await start()
    asked = [await slack.user("ann").mention("#incidents", f"number {n}") for n in range(20)]
    for number, message in enumerate(asked):
        await slack.wait_for_reply(message, containing="answer 1", timeout=60)
        assert (await texts(slack, message))[1:] == [f"answer 1 to: number {number}"]


async def test_a_click_on_stop_ends_the_turn(slack: Slack, start: Start) -> None:
    await start()
    asked = await slack.user("ann").mention("#incidents", "sleep 60")
    progress = await slack.wait_for_reply(asked, containing="Sleeping on it")
    await slack.user("ann").click(STOP_ACTION, progress)
    await slack.wait_for_reply(asked, containing="Stopped")
    assert "answer" not in str(await texts(slack, asked))


async def test_a_typed_stop_ends_the_turn(slack: Slack, start: Start) -> None:
    await start()
    asked = await slack.user("ann").mention("#incidents", "sleep 60")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped")


async def test_what_is_too_large_or_not_signed_leaves_the_bot_at_work(
    slack: Slack, start: Start
) -> None:
    burrow = await start()
    url = events_url(burrow.settings.http_port or 0)
    async with aiohttp.ClientSession() as session:
        for body, status in ((b"x", 401), (b"x" * (2**20 + 1), 413)):
            headers = {"content-type": "application/json"}
            async with session.post(url, data=_pieces(body), headers=headers) as answer:
                assert answer.status == status
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1")


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def test_both_ways_serve_so_that_a_switch_loses_nothing(
    slack: Slack, start_bot: StartBot
) -> None:
    port = free_port()
    settings = over_http(slack, port)
    await start_bot(**settings | {"slack_app_token": slack.app_token})
    over_socket = await slack.user("ann").mention("#incidents", "by socket")
    await slack.wait_for_reply(over_socket, containing="answer 1")
    await slack.deliver_to(events_url(port))
    posted = await slack.user("ann").mention("#incidents", "by request")
    await slack.wait_for_reply(posted, containing="answer 1")
    assert {each.socket is None for each in await slack.deliveries()} == {True, False}


async def test_with_both_a_socket_that_slack_refuses_holds_up_nothing(
    slack: Slack, start: Start
) -> None:
    await slack.fail("apps.connections.open", "not_allowed_token_type", calls=1000)
    burrow = await start(slack_app_token=slack.app_token)
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1")
    assert [each.is_connected for each in burrow.transports] == [True, False]


def mention(slack: Slack, text: str) -> bytes:
    """The body of an event that no simulated person sent."""
    me = slack.connection
    event = {
        "type": "app_mention",
        "channel": "C0LATE",
        "user": "U0ANN",
        "ts": "1700000000.000100",
        "text": f"<@{me.bot_user_id}> {text}",
    }
    return json.dumps({"type": "event_callback", "team_id": me.team_id, "event": event}).encode()


async def post(slack: Slack, port: int, text: str) -> int:
    """Post an event, signed now; 0 if nobody listens."""
    body = mention(slack, text)
    headers = signed(body, secret=slack.connection.signing_secret, at=int(time.time()))
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(events_url(port), data=body, headers=headers) as answer,
        ):
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


async def readiness(port: int) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/readyz") as answer,
    ):
        return answer.status, await answer.text()


def http_environment(slack: Slack, tmp_path: Path, port: int, health: int) -> dict[str, str]:
    changes = {
        "SLACK_SIGNING_SECRET": slack.connection.signing_secret,
        "HTTP_PORT": str(port),
        "HEALTH_PORT": str(health),
        "SHUTDOWN_GRACE_SECONDS": "60",
        "ALLOW_EXTERNAL": "true",
    }
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db", **changes)
    del env["SLACK_APP_TOKEN"]
    return env


async def is_ready(bot: BotProcess, health: int) -> bool:
    return "bot.ready" in bot.log and (await readiness(health))[0] == 200


async def test_on_sigterm_messages_are_stored_for_a_while_and_left_to_the_next_start(
    slack: Slack, tmp_path: Path
) -> None:
    port, health = free_port(), free_port()
    env = http_environment(slack, tmp_path, port, health)
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_until(lambda: is_ready(bot, health), timeout=60)
        bot.signal(signal.SIGTERM)
        await slack.wait_until(lambda: "bot.stopping" in bot.log, timeout=20)
        assert await readiness(health) == (503, "stopping\n")
        assert await post(slack, port, "asked late") == 200
        idle = await asyncio.open_connection("127.0.0.1", port)
        assert await bot.exit_code(50) == 0
        idle[1].close()
        assert "turn." not in bot.log
    assert await post(slack, port, "too late") == 0
    with sqlite3.connect(tmp_path / "burrow.db") as database:
        rows = database.execute("SELECT * FROM messages").fetchall()
    assert "asked late" in str(rows)


async def test_a_second_signal_closes_the_port_at_once(
    slack: Slack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "LONGEST_LEAVE_SECONDS", 600)
    port, requests = free_port(), ShutdownRequests()
    changes = over_http(slack, port) | {"shutdown_grace_seconds": 600, "allow_external": True}
    store = f"sqlite:///{tmp_path}/burrow.db"
    async with open_burrow(settings_for(slack, store, **changes)) as burrow:
        serving = asyncio.create_task(lifecycle.serve(burrow, requests))
        await until_open(slack, port)
        requests.ask()
        await slack.wait_until(lambda: burrow.parts.workers.stopping)
        assert await post(slack, port, "asked late") == 200
        requests.ask()
        async with asyncio.timeout(60):
            await serving
        assert await post(slack, port, "too late") == 0


async def test_a_store_that_is_away_leaves_the_bot_ready_for_messages(
    slack: Slack, tmp_path: Path
) -> None:
    """No balancer sends to a bot that is not ready, and nobody would see the warning sign."""
    port, health = free_port(), free_port()
    env = http_environment(slack, tmp_path, port, health)
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_until(lambda: is_ready(bot, health), timeout=60)
        blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        await slack.wait_until(lambda: "store.not_written" in bot.log, timeout=60)
        status, said = await readiness(health)
        assert (status, said.startswith("ok\nthe store ")) == (200, True), said
        assert await post(slack, port, "why?") == 503
        blocker.close()


async def said_at_the_end(env: dict[str, str], tmp_path: Path) -> tuple[int, str]:
    async with bot_process(env, tmp_path) as bot:
        return await bot.exit_code(60), bot.log


@pytest.mark.parametrize("absent", ["SLACK_SIGNING_SECRET", "HTTP_PORT"])
async def test_one_of_port_and_secret_alone_ends_the_start(
    slack: Slack, tmp_path: Path, absent: str
) -> None:
    env = http_environment(slack, tmp_path, free_port(), free_port())
    del env[absent]
    code, said = await said_at_the_end(env, tmp_path)
    assert code == 2
    assert f"{absent} is not" in said
    assert "Traceback" not in said


async def test_twins_are_one_question(slack: Slack, start: Start) -> None:
    """Both events of one mention arrive as two requests, and are one question."""
    burrow = await start()
    asked: Message = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet()
    (session,) = await burrow.repository.scan_sessions()
    assert len(await burrow.repository.turns(session.id)) == 1
    assert {each.event for each in await slack.deliveries()} >= {"app_mention", "message"}
