"""A bot that is killed while it tells of an alert: its successor says it, and says it once."""

import signal
from pathlib import Path

import pytest

from bot import words
from simulator import Slack
from simulator.values import Message
from tests.conformance.harness import Harness
from tests.e2e.conftest import texts
from tests.e2e.processes import BotProcess, bot_process, environment
from tests.e2e.test_alerts import RESOLVED, fire

HASTY = "tests.e2e.hasty_alerts"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_line_that_a_killed_bot_was_posting_or_updating_stands_once_and_is_right(
    slack: Slack, shared_store: Harness, tmp_path: Path
) -> None:
    env = watching(slack, shared_store)
    async with bot_process(env, tmp_path, HASTY) as bot:
        await slack.wait_for_sockets(timeout=60)
        first = await fire(slack)
        await slack.wait_for_reply(first, containing="Case brief", timeout=60)
        await slack.wait_quiet()
        await killed_in(slack, bot, "chat.postMessage")
    async with bot_process(env, tmp_path, HASTY) as bot:
        if "sqlite" in env["SESSION_STORE"]:
            await slack.wait_until(lambda: "a dead process's post may" in bot.log, timeout=60)
        assert len(await texts(slack, first)) == 2
        await slack.release()
        await slack.wait_until(lambda: "message.closed" in bot.log, timeout=90)
        await slack.wait_for_reply(first, containing="Seen again once more")
        await slack.wait_quiet(0.5)
        await killed_in(slack, bot, "chat.update")
    async with bot_process(env, tmp_path, HASTY):
        await slack.wait_for_sockets(timeout=60)
        await slack.release()
        await fire(slack, RESOLVED)
        await slack.wait_for_reply(first, containing="Resolved after", timeout=90)
        await slack.wait_for_reply(first, containing="Seen again 2 times more", timeout=90)
        await slack.wait_quiet(0.5)
    await assert_said_once(slack, first)


def watching(slack: Slack, store: Harness) -> dict[str, str]:
    """The environment of a bot that watches the pager in #incidents."""
    assert store.url is not None
    more = {"ALERTS": "C0INCIDENTS:B0PAGER", "LOCK_TTL_SECONDS": "10", **store.environment}
    return environment(slack, store.url, **more)


async def killed_in(slack: Slack, bot: BotProcess, method: str) -> None:
    """Have the alert come again, and kill the bot while it tells its thread so."""
    async with slack.stream() as happenings:
        await slack.hold(method, None)
        await fire(slack)
        while (await anext(happenings)).kind != "call_held":
            pass
    bot.signal(signal.SIGKILL)
    await bot.exit_code()


async def assert_said_once(slack: Slack, alert: Message) -> None:
    begins = [text.splitlines()[0][:12] for text in await texts(slack, alert)]
    assert sorted(begins) == sorted(
        [words.STARTING[:12], "Case brief", "🔁 Seen again", "✅ Resolved a"]
    )
