"""The agent in the thread: the real bot, the simulator, and a scripted model server."""

import asyncio
from importlib.util import find_spec
from typing import Any

import pytest

from bot.app import Burrow
from simulator import Message, Slack
from tests.e2e.conftest import StartBot, texts
from tests.support.models import allow_models_on_loopback
from tests.unit.agent.model_server import ModelServer, after, calls, refuses, serving
from tests.unit.agent.reports import report

pytestmark = pytest.mark.skipif(
    find_spec("pydantic_ai") is None, reason="the extra `agent` is not installed: make agent"
)

FOUND = report(("The pool is full", "m1", "db-7 has too many connections"))


async def start(
    start_bot: StartBot, server: ModelServer, monkeypatch: pytest.MonkeyPatch, **settings: Any
) -> Burrow:
    allow_models_on_loopback(monkeypatch)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    agent = {"investigator": "agent", "model": "openai-chat:scripted", "replies": "mention"}
    return await start_bot(**agent | settings)


async def test_a_mention_is_answered_with_the_words_that_hold_each_fact(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(calls(FOUND)) as server:
        await start(start_bot, server, monkeypatch)
        root = await slack.user("ann").say("#incidents", "db-7 has too many connections")
        await slack.user("ben").reply(root, "why is checkout down?", mention=True)
        answer = await slack.wait_for_reply(root, containing="The pool is full")
    assert "db-7 has too many connections" in answer.text


async def test_where_the_model_fails_the_brief_answers(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = refuses(401, {"message": "Incorrect API key provided: sk-proj-aaaabbbbccccdddd"})
    async with serving(refused) as server:
        await start(start_bot, server, monkeypatch)
        root = await slack.user("ann").say("#incidents", "db-7 has too many connections")
        await slack.user("ben").reply(root, "why is checkout down?", mention=True)
        await slack.wait_for_reply(root, containing="refuses my key")
        await slack.wait_quiet()
    said = "\n".join(await texts(slack, root))
    assert "aaaabbbb" not in said
    assert "Case brief" in said


async def test_the_tokens_of_a_day_are_counted_over_all_instances(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(calls(FOUND)) as server:
        await start(start_bot, server, monkeypatch)
        root = await slack.user("ann").say("#incidents", "db-7 has too many connections")
        await slack.user("ben").reply(root, "why is checkout down?", mention=True)
        await slack.wait_for_reply(root, containing="The pool is full")
        another = await start(start_bot, server, monkeypatch, model_tokens_per_day=1)
        assert await another.parts.tally.today("model tokens") > 0


async def test_an_installation_that_has_used_its_tokens_of_the_day_gets_the_brief(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(calls(FOUND)) as server:
        await start(start_bot, server, monkeypatch, model_tokens_per_day=1)
        root = await slack.user("ann").say("#incidents", "db-7 has too many connections")
        await slack.user("ben").reply(root, "why is checkout down?", mention=True)
        await slack.wait_for_reply(root, containing="The pool is full")
        second = await slack.user("ben").mention("#incidents", "and now?")
        await slack.wait_for_reply(second, containing="All threads together")


async def test_a_stop_ends_the_request_to_the_model(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(after(60, calls(FOUND))) as server:
        await start(start_bot, server, monkeypatch)
        asked = await slack.user("ann").mention("#incidents", "why is checkout down?")
        await asyncio.wait_for(server.asked.wait(), 20)
        await slack.user("ann").reply(asked, "stop", mention=True)
        await asyncio.wait_for(server.closed_by_client.wait(), 10)
        await slack.wait_for_reply(asked, containing="topped")


async def test_the_plan_is_a_block_and_lines_where_slack_refuses_that(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = calls(("plan", {"items": ["the logs", "the deploys", "the pool"], "done": 1}))
    slow = after(6, calls(FOUND))
    async with serving(planned, slow, planned, slow) as server:
        await start(start_bot, server, monkeypatch)
        root = await slack.user("ann").say("#incidents", "db-7 has too many connections")
        await slack.user("ben").reply(root, "why is checkout down?", mention=True)
        shown = await progress_with(slack, root, "the deploys")
        (block,) = [it for it in shown.blocks if it["type"] == "plan"]
        assert block["title"] == "Plan: 1 of 3 done"
        assert [task["status"] for task in block["tasks"]] == [
            "complete",
            "in_progress",
            "pending",
        ]
        await slack.wait_for_reply(root, containing="The pool is full")
        await slack.wait_quiet()
        await slack.refuse_blocks(["plan"])
        await slack.user("ben").reply(root, "and now?", mention=True)
        shown = await progress_with(slack, root, "the deploys")
        assert "plan" not in {it["type"] for it in shown.blocks}
        assert "✓ the logs" in str(shown.blocks)
        await slack.wait_for_replies(root, count=2, containing="The pool is full", timeout=30)


async def progress_with(slack: Slack, root: Message, text: str) -> Message:
    """The message that says work goes on, once it shows `text`."""
    found: list[Message] = []

    async def is_shown() -> bool:
        found[:] = [it for it in await slack.thread(root) if text in it.text]
        return bool(found)

    await slack.wait_until(is_shown, timeout=30)
    return found[-1]
