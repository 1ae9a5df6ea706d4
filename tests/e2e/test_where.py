"""`where` tells operators how things stand."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.commands.where import parse_place
from bot.errors import ConfigurationError
from simulator import Slack
from simulator.values import Message
from tests.e2e.commands import command
from tests.e2e.conftest import StartBot, was_told
from tests.e2e.processes import environment

Where = Callable[[Message], Awaitable[str]]


@pytest.fixture
def where(slack: Slack, tmp_path: Path) -> Where:
    """Ask as an operator does, with the bot's own settings."""
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db")

    async def ask(message: Message) -> str:
        words = [message.channel, message.ts]
        if message.thread_ts:
            digits = message.ts.replace(".", "")
            link = f"https://northwind.slack.com/archives/{message.channel}/p{digits}"
            words = [f"{link}?thread_ts={message.thread_ts}&cid={message.channel}"]
        asked = await command("where", *words, folder=tmp_path, env=env)
        assert (asked.code, asked.err) == (0, "")
        return asked.out

    return ask


async def test_where_tells_what_became_of_each_message(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "fail")
    await slack.wait_for_reply(asked, containing="Sorry")
    slow = await slack.user("ann").reply(asked, "sleep 90", mention=True)
    await slack.wait_for_reply(slow, containing="Sleeping on it")
    waiting = await slack.user("ben").reply(asked, "and me?", mention=True)
    lunch = await slack.user("ben").say("#incidents", "lunch?")
    await slack.wait_until(lambda: was_told(slack, "ben"))
    assert "failed in turn 1" in await where(asked)
    assert "the tea is cold" in await where(asked)
    assert "being worked on since" in await where(slow)
    assert "waiting behind the turn that req_" in await where(waiting)
    assert "it does not mention the bot and begins no conversation" in await where(lunch)
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped by ann")
    assert "stopped by U0ANN" in await where(waiting)
    done = await slack.user("ann").reply(asked, "last", mention=True)
    await slack.wait_for_reply(done, containing="to: last")
    await slack.wait_quiet()
    assert "answered in turn" in await where(done)


def test_a_place_that_is_none_is_refused_with_the_good_forms() -> None:
    with pytest.raises(ConfigurationError, match="Copy link"):
        parse_place(["lunch"])
