"""An investigator that holds up the loop is named in the log while it does."""

import json
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.investigators.contract import Case, Progress
from simulator import Slack
from tests.e2e.processes import bot_process, environment

SETTING = "tests.e2e.test_blocked_loop:careless"


def careless() -> Callable[[Case], AsyncIterator[Progress | str]]:
    """An async investigator that makes a blocking call."""

    async def investigate(case: Case) -> AsyncIterator[Progress | str]:
        yield Progress(text="Calling a slow service …")
        call_a_slow_service()
        yield "It answered."

    return investigate


def call_a_slow_service() -> None:
    time.sleep(8)


async def test_the_log_names_the_investigator_and_the_line(slack: Slack, tmp_path: Path) -> None:
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db", INVESTIGATOR=SETTING)
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_for_sockets()
        asked = await slack.user("ann").mention("#incidents", "why?")
        await slack.wait_for_reply(asked, containing="It answered", timeout=40)
        await slack.wait_until(lambda: "loop.goes_on" in bot.log, timeout=20)
        bot.signal(signal.SIGTERM)
        assert await bot.exit_code() == 0
        lines = [json.loads(line) for line in bot.log.splitlines()]
    (blocked,) = [line for line in lines if line["event"] == "loop.blocked"]
    assert blocked["investigator"] == SETTING
    assert "in call_a_slow_service" in blocked["at"]
