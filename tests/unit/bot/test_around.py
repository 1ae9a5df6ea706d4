"""What a channel holds around a thread: read in four calls, and never where it must not be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.document.thread import Around
from bot.slack.people import People
from bot.surfaces.slack import SlackParts, SlackSurface
from session import SlackThread
from simulator import Simulator, Slack
from simulator.values import Message
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in, scripted_api

CALLS = ("conversations.history", "conversations.replies")


@asynccontextmanager
async def surface_of(slack: Slack, root: Message, **settings: Any) -> AsyncIterator[SlackSurface]:
    async with connected(slack) as client:
        me = me_in(slack)
        parts = SlackParts.of(client, me, People(client, me, now), call_seconds=5, **settings)
        team_id = slack.connection.team_id
        yield SlackSurface(
            parts, SlackThread(team_id=team_id, channel_id=root.channel, thread_ts=root.ts)
        )


async def around(slack: Slack, root: Message, **settings: Any) -> Around | None:
    async with surface_of(slack, root, **settings) as surface:
        return await surface.around()


def texts(found: Around | None) -> list[str]:
    assert found is not None
    return [message.text for message in found.messages]


async def calls(slack: Slack) -> int:
    return sum([len(await slack.api_calls(method)) for method in CALLS])


@in_virtual_time
async def test_the_channel_is_read_with_its_three_busiest_threads_in_four_calls() -> None:
    async with Simulator.start() as slack:
        ann, ben = slack.user("ann"), slack.user("ben")
        for thread in range(5):
            root = await ann.say("#incidents", f"root {thread}")
            for reply in range(thread):
                await ben.reply(root, f"reply {thread}.{reply}")
        asked = await ann.mention("#incidents", "what is going on?")
        found = await around(slack, asked)
        assert await calls(slack) == 4
    assert found is not None
    assert texts(found) == [
        *("root 0", "root 1", "root 2", "reply 2.0", "reply 2.1"),
        *("root 3", "reply 3.0", "reply 3.1", "reply 3.2"),
        *("root 4", "reply 4.0", "reply 4.1", "reply 4.2", "reply 4.3"),
    ]
    assert [it.replies for it in found.messages if it.text.startswith("root")] == [0, 1, 2, 3, 4]
    assert "thread_ts" in found.messages[3].link
    assert found.channel == "#incidents"
    assert timedelta(hours=5, minutes=59) < datetime.now(UTC) - found.since < timedelta(hours=7)


@in_virtual_time
async def test_the_first_fifteen_replies_of_a_thread_are_read() -> None:
    async with Simulator.start() as slack:
        root = await slack.user("ann").say("#incidents", "root")
        for number in range(17):
            await slack.user("ben").reply(root, f"reply {number}")
        asked = await slack.user("ann").mention("#incidents", "?")
        found = await around(slack, asked)
    assert texts(found) == ["root", *(f"reply {number}" for number in range(15))]


@in_virtual_time
async def test_joins_and_the_thread_itself_are_left_out() -> None:
    async with Simulator.start() as slack:
        await slack.user("ann").say("#incidents", "checkout is slow")
        await slack.join("chloe", "#incidents")
        asked = await slack.user("ann").mention("#incidents", "?")
        await slack.user("ben").say("#incidents", "me too", asked.ts, broadcast=True)
        assert texts(await around(slack, asked)) == ["checkout is slow"]


@in_virtual_time
async def test_of_a_crowded_channel_the_newest_are_read_and_the_beginning_is_theirs() -> None:
    async with Simulator.start() as slack:
        said = [
            await slack.user("ann").say("#incidents", f"root {number}") for number in range(203)
        ]
        asked = await slack.user("ben").mention("#incidents", "?")
        found = await around(slack, asked)
    assert found is not None
    assert texts(found) == [f"root {number}" for number in range(4, 203)]
    assert found.since == found.messages[0].sent_at
    assert found.messages[0].ts == said[4].ts


@in_virtual_time
async def test_a_follow_up_reads_what_came_since() -> None:
    async with Simulator.start() as slack:
        asked = await slack.user("ann").mention("#incidents", "?")
        await slack.user("ben").say("#incidents", "one")
        async with surface_of(slack, asked) as surface:
            first = await surface.around()
            assert first is not None
            await slack.user("ben").say("#incidents", "two")
            later = await surface.around(first.messages[-1].sent_at)
            assert texts(later) == ["two"]
            # The same is asked once.
            before = await calls(slack)
            assert await surface.around() == first
            assert await calls(slack) == before


@pytest.mark.parametrize("channel", ["war-room", "@ann"])
def test_direct_and_group_messages_are_never_read(channel: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with Simulator.start() as slack:
            await slack.user("ann").say(channel, "between us")
            asked = await slack.user("ann").say(channel, "?")
            assert await around(slack, asked) is None
            assert await calls(slack) == 0

    story()


@in_virtual_time
async def test_a_private_channel_is_read() -> None:
    async with Simulator.start() as slack:
        await slack.join("burrow", "security")
        await slack.user("ann").say("security", "key leaked")
        asked = await slack.user("ann").say("security", "?")
        found = await around(slack, asked)
    assert found is not None
    assert (found.channel, texts(found)[-1]) == ("#security", "key leaked")


@in_virtual_time
async def test_the_setting_turns_it_off() -> None:
    async with Simulator.start() as slack:
        asked = await slack.user("ann").mention("#incidents", "?")
        assert await around(slack, asked, reads_channels=False) is None
        assert await calls(slack) == 0


@in_virtual_time
async def test_under_slacks_limit_of_one_call_a_minute_the_threads_are_left_out() -> None:
    async with Simulator.start(outside_marketplace=True) as slack:
        for number in range(3):
            root = await slack.user("ann").say("#incidents", f"root {number}")
            await slack.user("ben").reply(root, "reply")
        asked = await slack.user("ann").mention("#incidents", "?")
        async with surface_of(slack, asked) as surface:
            await surface.read()
            began = now()
            assert texts(await surface.around()) == ["root 0", "root 1", "root 2"]
            assert now() - began < 20


@pytest.mark.parametrize("error", ["not_in_channel", "missing_scope", "channel_not_found"])
def test_a_channel_that_refuses_to_be_read_is_not_read(error: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with Simulator.start() as slack:
            asked = await slack.user("ann").mention("#incidents", "?")
            await slack.fail("conversations.history", error=error)
            assert await around(slack, asked) is None

    story()


@in_virtual_time
async def test_trouble_that_passes_is_told_from_an_empty_channel() -> None:
    async with Simulator.start() as slack:
        await slack.user("ann").say("#incidents", "checkout is slow")
        asked = await slack.user("ann").mention("#incidents", "?")
        await slack.fail("conversations.history", error="internal_error", calls=9)
        found = await around(slack, asked)
        assert found is not None
        assert (found.channel, found.is_read, found.messages) == ("#incidents", False, ())


@in_virtual_time
async def test_a_busy_thread_that_cannot_be_read_costs_its_replies_only() -> None:
    async with Simulator.start() as slack:
        root = await slack.user("ann").say("#incidents", "checkout is slow")
        await slack.user("ben").reply(root, "since when?")
        asked = await slack.user("ann").mention("#incidents", "?")
        await slack.fail("conversations.replies", error="internal_error", calls=9)
        assert texts(await around(slack, asked)) == ["checkout is slow"]


@in_virtual_time
async def test_a_channel_whose_kind_slack_does_not_tell_is_not_read_and_asked_for_once() -> None:
    refusal = {"ok": False, "error": "missing_scope"}
    async with scripted_api(conversations_info=refusal) as (api, client):
        parts = SlackParts.of(client, ME, People(client, ME, now), call_seconds=5)
        for _ in range(2):
            assert await SlackSurface(parts, THREAD).around() is None
    assert api.calls == {"conversations.info": 1}
