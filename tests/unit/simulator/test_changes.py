"""What the app hears of messages that stand already."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Message, Simulator, Slack
from simulator.delivery.changes import ChangeKind
from tests.unit.simulator.conftest import MANIFEST
from tests.unit.simulator.ears import Ear, listening


@pytest.fixture
async def ear(slack: Slack) -> AsyncIterator[Ear]:
    async with listening(slack) as ear:
        yield ear


async def said(slack: Slack, ear: Ear, text: str = "see https://x.example") -> Message:
    """A mention whose own events have come and are forgotten."""
    mention = await slack.user("ann").mention("#incidents", text)
    await slack.wait_quiet(0.1)
    ear.payloads.clear()
    return mention


async def test_an_unfurl_changes_neither_text_nor_edited_and_mentions_nobody_anew(
    slack: Slack, ear: Ear
) -> None:
    mention = await said(slack, ear)
    await slack.unfurl(mention.channel, mention.ts)
    await slack.wait_quiet(0.1)

    (event,) = ear.events
    assert event["subtype"] == "message_changed"
    assert event["message"]["text"] == event["previous_message"]["text"]
    assert event["message"]["attachments"]
    assert "edited" not in event["message"]


async def test_a_change_of_the_roots_replies_is_no_edit(slack: Slack, ear: Ear) -> None:
    mention = await said(slack, ear)
    await slack.user("ben").reply(mention, "on it")
    await slack.announce_change(mention.channel, mention.ts, "replies")
    await slack.wait_quiet(0.1)

    changed = ear.events[-1]
    assert changed["message"]["reply_count"] == 1
    assert "reply_count" not in changed["previous_message"]
    assert changed["message"]["text"] == changed["previous_message"]["text"]


async def test_message_replied_comes_without_its_subtype(slack: Slack, ear: Ear) -> None:
    mention = await said(slack, ear)
    reply = await slack.user("ben").reply(mention, "on it")
    await slack.announce_change(mention.channel, mention.ts, "replied")
    await slack.wait_quiet(0.1)

    replied = ear.events[-1]
    assert "subtype" not in replied
    assert "text" not in replied
    assert replied["message"]["replies"] == [{"user": "U0BEN", "ts": reply.ts}]


async def test_metadata_and_files_change_without_an_edit(slack: Slack, ear: Ear) -> None:
    logs = await slack.user("ann").say("#incidents", "logs", files=[{"name": "app.log"}])
    kinds: tuple[ChangeKind, ...] = ("metadata", "files")
    for kind in kinds:
        await slack.announce_change(logs.channel, logs.ts, kind)
        await slack.wait_quiet(0.1)
        event = ear.events[-1]
        assert event["message"][kind] != event["previous_message"].get(kind)
        assert event["message"]["text"] == "logs"


async def test_an_edit_may_be_announced_again_long_after(slack: Slack, ear: Ear) -> None:
    mention = await said(slack, ear)
    await slack.user("ann").edit(mention, "@burrow hello again")
    await slack.wait_quiet(0.1)
    ear.payloads.clear()

    await slack.announce_change(mention.channel, mention.ts, "again")
    await slack.announce_change(mention.channel, mention.ts, "without_previous")
    await slack.wait_quiet(0.1)

    again, without = ear.events
    assert again["message"]["edited"]["user"] == "U0ANN"
    assert again["message"] == again["previous_message"]
    assert without["message"]["edited"]
    assert "previous_message" not in without


async def test_the_bots_own_edits_come_back(slack: Slack, ear: Ear, web: AsyncWebClient) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="one")
    await web.chat_update(channel="C0INCIDENTS", ts=own["ts"], text="two <@U0BURROW>")
    await slack.wait_quiet(0.1)

    assert ear.kinds == ["message", "message_changed"]
    assert ear.events[-1]["message"]["bot_id"] == slack.connection.bot_id


async def test_each_reply_can_announce_its_root() -> None:
    async with (
        Simulator.start(manifest=MANIFEST, root_changes=True) as slack,
        listening(slack) as ear,
    ):
        root = await slack.user("ann").say("#incidents", "root")
        await slack.user("ben").reply(root, "reply")
        await slack.wait_quiet(0.1)
    assert [event.get("subtype") for event in ear.events] == [None, None, "message_changed"]


async def test_a_root_edited_under_replies_is_a_change_of_the_root(slack: Slack, ear: Ear) -> None:
    mention = await said(slack, ear, "helo")
    await slack.user("ben").reply(mention, "on it")
    await slack.user("ann").edit(mention, "@burrow hello")
    await slack.wait_quiet(0.1)

    assert ear.kinds == ["app_mention", "message", "message_changed"]
