"""A killed process's answer that is still on the wire when its successor looks for it."""

import signal
from pathlib import Path

import pytest

from bot import words
from simulator import Slack
from tests.e2e.conftest import texts
from tests.e2e.processes import bot_process, environment


async def test_an_answer_that_lands_after_the_successors_first_look_stands_once(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "sleep 1")
        await slack.wait_for_reply(asked, containing=words.STARTING)
        async with slack.stream() as happenings:
            await slack.hold("chat.postMessage", None)
            while (await anext(happenings)).kind != "call_held":
                pass
        bot.signal(signal.SIGKILL)
        await bot.exit_code()
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await slack.wait_until(lambda: _was_looked_for(slack), timeout=60)
        assert not any("answer 1" in text for text in await texts(slack, asked))
        await slack.release()
        await slack.wait_until(lambda: "answer.delivered_late" in bot.log, timeout=60)
        await slack.wait_quiet(0.5)
    posts = await texts(slack, asked)
    assert posts.count("answer 1 to: sleep 1") == 1
    assert not any(words.REPEATED in post for post in posts)


async def _was_looked_for(slack: Slack) -> bool:
    return len(await slack.api_calls("conversations.replies")) >= 1


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A file that both processes open."""
    return f"sqlite:///{tmp_path}/burrow.db"
