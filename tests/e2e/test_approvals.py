"""A call that needs an approval: from the question to the card, the clicks and the line."""

import json
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.cards import words as card_words
from simulator import Slack
from simulator.values import Message
from tests.conformance.harness import Harness
from tests.e2e.conftest import StartBot, texts
from tests.e2e.processes import bot_process, environment
from tests.support.models import allow_models_on_loopback
from tests.unit.agent import mcp_server
from tests.unit.agent.model_server import calls, serving
from tests.unit.agent.reports import reply

TITLE = card_words.title(1)


def buttons(card: Message) -> list[str]:
    """The texts of a post's buttons."""
    rows = [block["elements"] for block in card.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


async def card_in(slack: Slack, asked: Message) -> Message:
    """The card as it stands in a thread."""
    await slack.wait_for_reply(asked, containing=TITLE)
    return next(one for one in await slack.thread(asked) if TITLE in one.text)


@pytest.mark.skipif(
    find_spec("pydantic_ai") is None, reason="the extra `agent` is not installed: make agent"
)
async def test_a_tool_that_changes_something_runs_once_somebody_has_approved_it(
    slack: Slack, start_bot: StartBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two instances share the store: whichever gets the click, one of them goes on."""
    ran, config = tmp_path / "calls", tmp_path / "mcp.json"
    entry = {
        "command": sys.executable,
        "args": [mcp_server.__file__, "writes"],
        "env": {"CALLS": str(ran)},
    }
    config.write_text(json.dumps({"mcpServers": {"machines": entry}}))
    use = calls(("machines_restart", {"text": "checkout\u202e"}))
    done = calls(reply("checkout was restarted", "t1", "restart says checkout"))
    async with serving(use, done) as server:
        allow_models_on_loopback(monkeypatch)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        for _ in range(2):
            await start_bot(investigator="agent", model="openai-chat:scripted", mcp_config=config)
        asked = await slack.user("ann").mention("#incidents", "please restart checkout")
        card = await card_in(slack, asked)
        assert "restart of the server machines: not decided yet" in card.text
        assert "Asked by @ann" in card.text
        arguments = next(one for one in await slack.thread(asked) if "arguments" in one.text)
        assert r'"text": "checkout\u{202e}"' in arguments.text

        await slack.user("gil").click("burrow_approve_1", card)
        await slack.wait_quiet()
        assert any(card_words.MAY_NOT in one.text for one in await slack.ephemerals("gil"))
        assert buttons(await card_in(slack, asked)) == ["Approve", "Deny"]
        assert not ran.exists()

        await slack.user("ben").reply(asked, "yes")
        await slack.wait_quiet()
        assert any("on the card" in one.text for one in await slack.ephemerals("ben"))
        assert not ran.exists()

        await slack.user("ben").click("burrow_approve_1", card)
        await slack.user("ben").click("burrow_approve_1", card)
        line = "restart of the server machines: done. Approved by @ben."
        answer = await slack.wait_for_reply(asked, containing=line)
        await slack.wait_quiet()
    assert "checkout was restarted" in answer.text
    assert ran.read_text() == "restart\n"
    card = await card_in(slack, asked)
    assert "approved by @ben, done" in card.text
    assert buttons(card) == []


async def test_of_a_call_whose_bot_was_killed_nobody_knows_and_it_is_not_run_again(
    slack: Slack, shared_store: Harness, tmp_path: Path
) -> None:
    ran = tmp_path / "calls"
    assert shared_store.url is not None
    env = environment(
        slack,
        shared_store.url,
        INVESTIGATOR="tests.e2e.investigators:careful",
        LOCK_TTL_SECONDS="10",
        CALLS=str(ran),
        **shared_store.environment,
    )
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_for_sockets(timeout=60)
        asked = await slack.user("ann").mention("#incidents", "please restart checkout")
        card = await card_in(slack, asked)
        await slack.user("ben").click("burrow_approve_1", card)
        await slack.wait_until(ran.exists)
        bot.signal(signal.SIGKILL)
        await bot.exit_code()
    line = "restart of the server k8s: outcome not known, it may have been done."
    async with bot_process(env, tmp_path):
        await slack.wait_for_reply(asked, containing=line, timeout=30)
        await slack.wait_quiet(0.5)
    assert ran.read_text() == "restarted\n"
    assert sum(line in post for post in await texts(slack, asked)) == 1
