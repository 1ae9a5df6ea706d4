"""Small signs to people: best effort, once, and never in the way."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.document.sentences import sentence
from bot.slack.people import People
from bot.slack.signals import Signals
from bot.surfaces.slack import SlackParts, SlackSurface
from session import SlackThread
from simulator import Message as Posted
from simulator import Simulator
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in, scripted_api

HOURGLASS = "hourglass_flowing_sand"


def thread_of(posted: Posted) -> SlackThread:
    root = posted.thread_ts or posted.ts
    return SlackThread(team_id="T1", channel_id=posted.channel, thread_ts=root)


def surface_of(posted: Posted, client: AsyncWebClient, slack: Simulator) -> SlackSurface:
    me = me_in(slack)
    parts = SlackParts.of(client, me, People(client, me, now), call_seconds=5)
    return SlackSurface(parts, thread_of(posted))


@in_virtual_time
async def test_a_reaction_is_added_and_taken_off() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        signals = Signals(client)
        await signals.react(posted.channel, posted.ts, HOURGLASS)
        assert [reaction.name for reaction in await slack.reactions(posted)] == [HOURGLASS]
        await signals.unreact(posted.channel, posted.ts, HOURGLASS)
        assert await slack.reactions(posted) == []


@in_virtual_time
async def test_a_reaction_that_slack_does_not_take_off_at_first_is_taken_off_soon() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        signals = Signals(client)
        await signals.react(posted.channel, posted.ts, HOURGLASS)
        await slack.fail("reactions.remove", "internal_error", calls=2)
        await signals.unreact(posted.channel, posted.ts, HOURGLASS)
        assert await slack.reactions(posted) == []


@in_virtual_time
async def test_what_is_as_wished_already_is_no_trouble_and_trouble_is_only_logged() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        signals = Signals(client)
        with capture_logs() as logs:
            await signals.unreact(posted.channel, posted.ts, HOURGLASS)
            await signals.react(posted.channel, posted.ts, HOURGLASS)
            await signals.react(posted.channel, posted.ts, HOURGLASS)
        assert logs == []
        with capture_logs() as logs:
            await slack.fail("reactions.add", "not_in_channel")
            await signals.react(posted.channel, posted.ts, "warning")
            await slack.cut("chat.postEphemeral")
            seen = await signals.whisper(thread_of(posted), str(posted.user), sentence("hello"))
        assert not seen
        assert [line["method"] for line in logs] == ["reactions.add", "chat.postEphemeral"]
        assert len(await slack.api_calls("reactions.add")) == 3


@in_virtual_time
async def test_a_whisper_about_a_root_message_goes_into_the_channel_where_it_is_seen() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        slack_parts = SlackParts.of(
            client, me_in(slack), People(client, me_in(slack), now), call_seconds=5
        )
        surface = SlackSurface(slack_parts, thread_of(root))
        assert await surface.hint(str(root.user), sentence("alone"), about=root.ts)
        reply = await slack.user("ben").reply(root, "yes")
        assert await surface.hint(str(reply.user), sentence("in the thread"), about=reply.ts)
        seen = [*await slack.ephemerals("ann"), *await slack.ephemerals("ben")]
        assert [(whisper.text, whisper.thread_ts) for whisper in seen] == [
            ("alone", None),
            ("in the thread", root.ts),
        ]


@in_virtual_time
async def test_where_a_whisper_fails_a_direct_message_is_sent() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        await slack.fail("chat.postEphemeral", "user_not_in_channel")
        slack_parts = SlackParts.of(
            client, me_in(slack), People(client, me_in(slack), now), call_seconds=5
        )
        with capture_logs():
            assert await SlackSurface(slack_parts, thread_of(root)).hint(
                str(root.user), sentence("to you")
            )
        assert len(await slack.api_calls("conversations.open")) == 1
        (sent,) = await slack.api_calls("chat.postMessage")
        text = str(sent.arguments["text"])
        assert text.startswith("About this thread (https://acme.slack.com/archives/")
        assert text.endswith("to you")


@pytest.mark.parametrize("error", ["message_not_found", "cannot_reply_to_message", "odd"])
@pytest.mark.parametrize("opened", [{"ok": True}, {"ok": True, "channel": {}}])
def test_what_nobody_can_have_seen_is_not_called_told(error: str, opened: dict[str, Any]) -> None:
    @in_virtual_time
    async def story() -> None:
        refusal = {"ok": False, "error": error}
        async with scripted_api(chat_postEphemeral=refusal, conversations_open=opened) as (
            _,
            client,
        ):
            slack_parts = SlackParts.of(client, ME, People(client, ME, now), call_seconds=5)
            with capture_logs():
                assert not await SlackSurface(slack_parts, THREAD).hint("UANN", sentence("x"))

    story()


@in_virtual_time
async def test_an_app_that_is_no_agent_is_told_so_once() -> None:
    refusal = {"ok": False, "error": "not_authorized"}
    async with scripted_api(agents_sessions_setStatus=refusal) as (api, client):
        signals = Signals(client)
        for _ in range(3):
            await signals.agent_status(THREAD, "processing")
        assert api.calls["agents.sessions.setStatus"] == 1


@in_virtual_time
async def test_an_agent_app_whose_status_failed_for_now_tries_the_next_one() -> None:
    refusal = {"ok": False, "error": "internal_error"}
    async with scripted_api(agents_sessions_setStatus=refusal) as (api, client):
        signals = Signals(client)
        for _ in range(3):
            await signals.agent_status(THREAD, "processing")
        assert api.calls["agents.sessions.setStatus"] == 3


@in_virtual_time
async def test_a_whisper_or_direct_message_whose_look_is_refused_comes_as_words() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        await slack.user("ben").reply(posted, "yes")
        surface = surface_of(posted, client, slack)
        ann = (await slack.thread(posted))[0].user
        assert ann is not None
        await slack.fail("chat.postEphemeral", "invalid_blocks")
        await slack.fail("chat.postMessage", "invalid_blocks")
        assert await surface.hint(ann, sentence("a & b"))
        assert await surface.direct(ann, sentence("a & b"))
        (whisper,) = await slack.ephemerals("ann")
        (direct,) = await slack.messages("@ann")
        assert {whisper.text, direct.text} == {"a &amp; b"}


@in_virtual_time
async def test_a_direct_message_waits_once_as_slack_asks() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        surface = surface_of(posted, client, slack)
        await slack.rate_limit("chat.postMessage", retry_after=7)
        began = now()
        assert await surface.direct("U0ANN", sentence("hello"))
        assert now() - began >= 7
