"""The thread as an investigator sees it."""

from collections.abc import Mapping
from typing import Any

from bot.slack.addresses import permalink
from bot.slack.people import People
from bot.slack.thread import fetch_message, read_thread
from bot.surfaces.slack import SlackParts, SlackSurface
from session import SlackThread
from simulator import Simulator
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in, scripted_api


@in_virtual_time
async def test_a_thread_is_read_as_people_see_it() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.alert("#incidents", "p99 &gt; 1 s", attachments=[{"title": "Latency"}])
        ann = slack.user("ann")
        first = await ann.reply(root, "ask @ben, token xoxb-123456789012-secretsecret")
        await ann.edit(first, "ask @ben")
        await ann.reply(root, "so?", mention=True)
        thread = SlackThread(
            team_id=slack.connection.team_id, channel_id=root.channel, thread_ts=root.ts
        )
        await client.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="Looking.")
        me = me_in(slack)
        surface = SlackSurface(
            SlackParts.of(client, me, People(client, me, now), call_seconds=5), thread
        )
        alert, ask, mention, ours = await surface.read()

        assert alert.text == "p99 > 1 s\nLatency"
        assert (alert.is_bot, alert.is_burrow) == (True, False)
        assert ask.text.lower().startswith("ask @ben")
        assert (ask.is_edited, ask.is_bot) == (True, False)
        assert mention.text.endswith("so?")
        assert "<@" not in mention.text
        assert (ours.is_bot, ours.is_burrow, ours.text) == (True, True, "Looking.")
        assert (
            alert.link
            == f"https://acme.slack.com/archives/{root.channel}/p{root.ts.replace('.', '')}"
        )
        assert f"?thread_ts={root.ts}&cid={root.channel}" in ask.link

        await surface.read()
        assert len(await slack.api_calls("conversations.replies")) == 1


@in_virtual_time
async def test_the_links_are_those_that_slack_gives() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down")
        reply = await slack.user("ben").reply(root, "yes")
        thread = SlackThread(team_id="T1", channel_id=root.channel, thread_ts=root.ts)
        url = (await client.auth_test())["url"]
        for message in (root, reply):
            theirs = await client.chat_getPermalink(channel=root.channel, message_ts=message.ts)
            if message is root and "?" in theirs["permalink"]:
                continue
            assert permalink(url, thread, message.ts) == theirs["permalink"]


@in_virtual_time
async def test_every_page_is_read_once_though_each_begins_with_the_root() -> None:
    def said(ts: str) -> dict[str, Any]:
        return {"ts": ts, "user": "UANN", "text": f"at {ts}"}

    root = said("1712345678.000200")
    pages = {"": ("1712345679.000000", "p2"), "p2": ("1712345680.000000", "p3")}

    def replies(arguments: Mapping[str, str]) -> dict[str, Any]:
        ts, cursor = pages.get(arguments.get("cursor", ""), ("1712345681.000000", ""))
        return {
            "ok": True,
            "messages": [root, said(ts)],
            "response_metadata": {"next_cursor": cursor},
        }

    user = {"ok": True, "user": {"id": "UANN", "team_id": "T1", "name": "ann"}}
    async with scripted_api(conversations_replies=replies, users_info=user) as (api, client):
        messages, part = await read_thread(client, ME, People(client, ME, now), THREAD)
        assert part is None
        assert [message.ts[9:10] for message in messages] == ["8", "9", "0", "1"]
        assert {message.author for message in messages} == {"ann"}
        assert api.calls["conversations.replies"] == 3


@in_virtual_time
async def test_secrets_in_a_thread_do_not_reach_the_investigator() -> None:
    message = {"ts": "1712345678.000200", "bot_id": "B9", "text": "xoxb-123456789012-secretsecret"}
    answer = {"ok": True, "messages": [message | {"username": "Pager"}]}
    async with scripted_api(conversations_replies=answer) as (_, client):
        (read,), _ = await read_thread(client, ME, People(client, ME, now), THREAD)
        assert read.text == "[redacted: Slack token]"
        assert read.author == "Pager"


@in_virtual_time
async def test_a_single_message_is_fetched_from_channel_or_thread() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down")
        reply = await slack.user("ben").reply(root, "yes")
        found = await fetch_message(client, root.channel, root.ts, None)
        assert found is not None
        assert found["text"] == "down"
        found = await fetch_message(client, root.channel, reply.ts, root.ts)
        assert found is not None
        assert found["text"] == "yes"
        assert await fetch_message(client, root.channel, "1.000001", None) is None
        assert await fetch_message(client, root.channel, reply.ts, None) is None
