"""Starting, stopping and dying, with a real process."""

import json
import re
import signal
from pathlib import Path

import pytest

from bot import __version__, words
from session import open_repository
from simulator import Slack
from tests.e2e.conftest import texts
from tests.e2e.processes import bot_process, environment
from tests.support.shown import notice_with


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/burrow.db"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
async def test_a_stop_lets_the_running_turn_end(
    slack: Slack, store: str, tmp_path: Path, number: signal.Signals
) -> None:
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "sleep 1.5")
        await slack.wait_for_reply(asked, containing=words.STARTING)
        bot.signal(number)
        assert await bot.exit_code() == 0
        assert "answer 1 to: sleep 1.5" in await texts(slack, asked)
        assert ("stack.task" in bot.log) == (number == signal.SIGQUIT)
    await assert_nothing_is_held(store)


async def test_a_turn_that_outlives_the_grace_is_handed_back_and_done_by_the_next(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    env = environment(slack, store, SHUTDOWN_GRACE_SECONDS="0.5")
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "sleep 3")
        await slack.wait_for_reply(asked, containing=words.STARTING)
        bot.signal(signal.SIGTERM)
        assert await bot.exit_code() == 0
    await assert_nothing_is_held(store)
    async with bot_process(environment(slack, store), tmp_path):
        await slack.wait_for_reply(asked, containing="answer 1", timeout=20)
        await slack.wait_quiet(0.5)
    posts = await texts(slack, asked)
    assert sum(post.startswith(words.STARTING) for post in posts) == 1
    assert words.INTERRUPTED not in posts


async def test_a_second_signal_ends_at_once_and_still_gives_the_lease_back(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    env = environment(slack, store, SHUTDOWN_GRACE_SECONDS="60")
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "sleep 50")
        await slack.wait_for_reply(asked, containing=words.STARTING)
        bot.signal(signal.SIGTERM)
        await slack.wait_until(lambda: "bot.stopping" in bot.log)
        bot.signal(signal.SIGTERM)
        assert await bot.exit_code() == 0
    await assert_nothing_is_held(store)


async def test_a_killed_turn_is_taken_up_by_the_next_start_which_says_so(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "sleep 4")
        await slack.wait_for_reply(asked, containing="Sleeping on it")
        bot.signal(signal.SIGKILL)
        await bot.exit_code()
    async with bot_process(environment(slack, store), tmp_path):
        await slack.wait_for_reply(asked, containing=words.INTERRUPTED, timeout=20)
        await slack.wait_for_reply(asked, containing="answer 1", timeout=20)
        await slack.wait_quiet(0.5)
    posts = await texts(slack, asked)
    assert posts == [
        notice_with(words.TRACE_INTERRUPTED),
        words.INTERRUPTED,
        "Investigated for 4 s.",
        "answer 1 to: sleep 4",
    ]


async def test_no_line_of_the_log_holds_a_token_and_each_of_a_message_its_request_id(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "fail")
        await slack.wait_for_reply(asked, containing="Sorry")
        bot.signal(signal.SIGTERM)
        await bot.exit_code()
        lines = [json.loads(line) for line in bot.log.splitlines()]
    assert not re.search(r"xox[a-z]-|xapp-", bot.log)
    assert any(line["event"] == "turn.failed" for line in lines)
    about_messages = [line for line in lines if line["event"].startswith(("message.", "turn."))]
    assert all("request_id" in line for line in about_messages)
    assert len([line for line in lines if line["event"] == "message.closed"]) == 1


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "hunter2"}, "SLACK_BOT_TOKEN is not valid"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack rejected SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack rejected SLACK_APP_TOKEN"),
        ({"SESSION_STORE": "redis://here"}, "sqlite:///relative/path.db"),
        ({"INVESTIGATOR": "nobody"}, "package.module:factory"),
        ({"MAX_TURNS": "many"}, "MAX_TURNS='many' is not valid: it takes a whole number"),
    ],
)
async def test_a_bad_setting_ends_the_start_with_code_2_and_a_plain_sentence(
    slack: Slack, store: str, tmp_path: Path, changes: dict[str, str], names: str
) -> None:
    async with bot_process(environment(slack, store, **changes), tmp_path) as bot:
        assert await bot.exit_code() == 2
    assert names in bot.log
    assert "hunter2" not in bot.log
    assert "Traceback" not in bot.log


async def assert_nothing_is_held(store: str) -> None:
    async with open_repository(store) as repository:
        sessions = await repository.scan_sessions()
    assert sessions
    assert all(session.lease is None for session in sessions)


async def test_the_first_line_of_a_log_says_what_runs_where(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    env = environment(slack, store, ALLOWED_CHANNELS="C0NOWHERE")
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_until(lambda: "channel.not_seen" in bot.log)
        lines = [json.loads(line) for line in bot.log.splitlines()]
    ready = next(line for line in lines if line["event"] == "bot.ready")
    assert ready["version"] == __version__
    assert ready["investigator"] == "tests.e2e.investigators:echo"
    assert ready["settings"]["ALLOWED_CHANNELS"] == ["C0NOWHERE"]
    assert not any("TOKEN" in name for name in ready["settings"])
    assert {"host", "pid", "python", "team", "store", "slack"} <= set(ready)
    assert "As you gave" not in bot.log
