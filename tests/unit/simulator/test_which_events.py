"""What the app hears of what people do; the rules are listed in docs/simulator.md."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Options, Refused, Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST
from tests.unit.simulator.ears import Ear, listening
from tests.unit.simulator.manifests import manifest_with


@pytest.fixture
async def ear(slack: Slack) -> AsyncIterator[Ear]:
    async with listening(slack) as ear:
        yield ear


async def test_an_edit_of_a_mention_is_a_change_and_a_new_mention(slack: Slack, ear: Ear) -> None:
    ann = slack.user("ann")
    mention = await ann.mention("#incidents", "helo")
    await slack.wait_quiet(0.1)
    ear.payloads.clear()
    await ann.edit(mention, "@burrow hello")
    await slack.wait_quiet(0.1)

    assert ear.kinds == ["app_mention", "message_changed"]
    again = next(event for event in ear.events if event["type"] == "app_mention")
    assert again["edited"]["user"] == "U0ANN"
    assert again["ts"] == mention.ts
    changed = next(event for event in ear.events if event["type"] == "message")
    assert changed["message"]["text"].endswith("hello")
    assert changed["previous_message"]["text"].endswith("helo")
    assert "user" not in changed
    assert "text" not in changed


async def test_a_deletion_says_what_was_deleted(slack: Slack, ear: Ear) -> None:
    ann = slack.user("ann")
    message = await ann.say("#incidents", "oops")
    await ann.delete(message)
    await slack.wait_quiet(0.1)

    deleted = ear.events[-1]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert deleted["previous_message"]["text"] == "oops"


async def test_deleting_the_root_of_a_thread_leaves_a_tombstone(slack: Slack, ear: Ear) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "root")
    await ann.reply(root, "reply")
    await ann.delete(root)
    await slack.wait_quiet(0.1)

    gone = ear.events[-1]
    assert gone["subtype"] == "message_changed"
    assert gone["message"]["subtype"] == "tombstone"
    assert "This message was deleted." in await slack.transcript(root)


async def test_a_reply_names_its_thread_and_the_roots_author(slack: Slack, ear: Ear) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    await slack.user("ben").reply(root, "reply")
    await slack.wait_quiet(0.1)

    reply = ear.events[-1]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root.ts, "U0ANN")


@pytest.mark.parametrize(
    ("channel", "kind"),
    [("#incidents", "channel"), ("security", "group"), ("war-room", "mpim"), ("@ann", "im")],
)
async def test_the_kind_of_channel_is_named(
    slack: Slack, ear: Ear, channel: str, kind: str
) -> None:
    await slack.user("ann").say(channel, "hello")
    await slack.wait_quiet(0.1)
    assert [event["channel_type"] for event in ear.events] == [kind]


async def test_a_mention_in_a_group_message_is_a_message_only(slack: Slack, ear: Ear) -> None:
    await slack.user("ann").mention("war-room", "hello")
    await slack.wait_quiet(0.1)
    assert ear.kinds == ["message"]


async def test_the_app_hears_nothing_from_channels_without_it(slack: Slack, ear: Ear) -> None:
    mention = await slack.user("ann").mention("#payments", "can you hear me?")
    await slack.wait_quiet(0.1)
    assert ear.kinds == []

    await slack.join("burrow", "#payments")
    await slack.wait_quiet(0.1)
    assert ear.kinds == ["app_mention", "channel_join"]
    assert mention.ts in [event["ts"] for event in ear.events]


async def test_another_apps_alert_is_a_bot_message(slack: Slack, ear: Ear) -> None:
    await slack.alert("#incidents", "CPU at 98 %", attachments=[{"color": "#f00", "text": "db-1"}])
    await slack.wait_quiet(0.1)

    (event,) = ear.events
    assert event["subtype"] == "bot_message"
    assert event["bot_id"] == "B0PAGER"
    assert event["attachments"][0]["text"] == "db-1"
    assert "user" not in event


async def test_the_bots_own_posts_come_back_as_messages(
    slack: Slack, ear: Ear, web: AsyncWebClient
) -> None:
    await web.chat_postMessage(
        channel="C0INCIDENTS", text=f"I am <@{slack.connection.bot_user_id}>"
    )
    await slack.wait_quiet(0.1)

    (event,) = ear.events
    assert event["bot_id"] == slack.connection.bot_id
    assert event["user"] == slack.connection.bot_user_id


async def test_joining_files_and_broadcasts_have_subtypes(slack: Slack, ear: Ear) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "logs", files=[{"id": "F1", "name": "app.log"}])
    await ann.say("#incidents", "for all", thread_ts=root.ts, broadcast=True)
    await slack.join("pat", "#incidents")
    await slack.wait_quiet(0.1)

    assert [event["subtype"] for event in ear.events] == [
        "file_share",
        "thread_broadcast",
        "channel_join",
    ]
    assert ear.events[0]["files"][0]["name"] == "app.log"


async def test_strangers_from_slack_connect_bring_their_team(slack: Slack, ear: Ear) -> None:
    await slack.user("pat").mention("contoso-desk", "hello from next door")
    await slack.wait_quiet(0.1)

    for payload in ear.payloads:
        assert payload["is_ext_shared_channel"] is True
        assert payload["event"]["user_team"] == "T0CONTOSO"
        assert payload["authorizations"][0]["team_id"] == slack.connection.team_id


class TestWithAnotherManifest:
    @pytest.fixture
    def slack_options(self, tmp_path: Path) -> Options:
        manifest = manifest_with(
            tmp_path,
            scopes=["reactions:read", "channels:read"],
            events=["app_mention", "reaction_added", "agent_session_stopped"],
            clicks=True,
        )
        return Options(manifest=manifest)

    async def test_only_subscribed_events_come(self, slack: Slack, ear: Ear) -> None:
        message = await slack.user("ann").mention("#incidents", "hello")
        await slack.user("ben").react(message, "eyes")
        await slack.user("ben").say("#incidents", "unheard")
        await slack.wait_quiet(0.1)

        assert ear.kinds == ["app_mention", "reaction_added"]
        assert ear.events[-1]["item"] == {
            "type": "message",
            "channel": message.channel,
            "ts": message.ts,
        }

    async def test_scopes_come_from_it(self, web: AsyncWebClient) -> None:
        info = await web.conversations_info(channel="C0INCIDENTS")
        assert info["channel"]["is_member"]

    async def test_a_click_brings_the_action_and_a_place_to_answer(
        self, slack: Slack, ear: Ear, web: AsyncWebClient
    ) -> None:
        button = {
            "type": "button",
            "action_id": "approve",
            "value": "42",
            "text": {"type": "plain_text", "text": "Approve"},
        }
        posted = await web.chat_postMessage(
            channel="C0INCIDENTS",
            text="May I?",
            blocks=[{"type": "actions", "block_id": "b", "elements": [button]}],
        )
        message = (await slack.messages("#incidents"))[-1]
        await slack.user("chloe").click("approve", message)
        await slack.wait_quiet(0.1)

        (click,) = ear.payloads
        assert (click["type"], click["user"]["id"]) == ("block_actions", "U0CHLOE")
        assert click["actions"][0]["value"] == "42"
        assert click["container"]["message_ts"] == posted["ts"]
        async with aiohttp.ClientSession() as http:
            answer = {"text": "Approved by Chloe.", "replace_original": True}
            async with http.post(click["response_url"], json=answer) as response:
                assert response.status == 200
        assert (await slack.messages("#incidents"))[-1].text == "Approved by Chloe."

    async def test_while_an_agent_is_processing_it_can_be_stopped(
        self, slack: Slack, ear: Ear, web: AsyncWebClient
    ) -> None:
        root = await slack.user("ann").say("#incidents", "look into it")
        place = {"channel_id": root.channel, "thread_ts": root.ts}
        with pytest.raises(Refused, match="no stop button"):
            await slack.user("ben").stop(root)

        await web.agents_sessions_setStatus(**place, status="processing")
        await slack.user("ben").stop(root)
        await slack.wait_quiet(0.1)

        (event,) = ear.events
        assert event["type"] == "agent_session_stopped"
        assert (event["thread_ts"], event["user"]) == (root.ts, "U0BEN")
        assert await slack.session_status(root.channel, root.ts) == "processing"

    async def test_an_unsubscribed_event_cannot_be_sent(self, slack: Slack) -> None:
        with pytest.raises(Refused, match="app_home_opened"):
            await slack.send_event({"type": "app_home_opened", "user": "U0ANN"})


async def test_only_agents_have_sessions(slack: Slack, web: AsyncWebClient) -> None:
    root = await slack.user("ann").say("#incidents", "hello")
    with pytest.raises(SlackApiError, match="not_authorized"):
        await web.agents_sessions_setStatus(
            channel_id=root.channel, thread_ts=root.ts, status="processing"
        )


async def test_without_interactivity_buttons_do_nothing(slack: Slack) -> None:
    message = await slack.alert("#incidents", "x")
    with pytest.raises(Refused, match="Interactivity is off"):
        await slack.user("ann").click("approve", message)


@pytest.mark.parametrize(
    ("order", "events"),
    [
        ("mention_first", ["app_mention", "message"]),
        ("message_first", ["message", "app_mention"]),
        ("mention_only", ["app_mention"]),
        ("message_only", ["message"]),
    ],
)
async def test_the_order_of_the_twins_can_be_chosen(order: Any, events: list[str]) -> None:
    async with Simulator.start(manifest=MANIFEST, twin_order=order) as slack:
        await slack.user("ann").mention("#incidents", "hello")
        first = [delivery for delivery in await slack.deliveries() if delivery.attempt == 0]
        assert [delivery.event for delivery in first] == events


async def test_the_twins_can_come_apart() -> None:
    async with Simulator.start(manifest=MANIFEST, twin_gap=0.1) as slack:
        await slack.user("ann").mention("#incidents", "hello")

        async def both() -> bool:
            return len({delivery.event for delivery in await slack.deliveries()}) == 2

        await slack.wait_until(both)
        first = [delivery for delivery in await slack.deliveries() if delivery.attempt == 0]
        assert first[1].sent_at - first[0].sent_at >= 0.1


async def test_a_seed_repeats_what_is_left_to_chance() -> None:
    async def run(seed: int) -> list[str]:
        async with Simulator.start(manifest=MANIFEST, seed=seed) as slack:
            for number in range(12):
                await slack.user("ann").mention("#incidents", str(number))
            return [delivery.event + delivery.event_id for delivery in await slack.deliveries()]

    assert await run(1) == await run(1)
    assert await run(1) != await run(2)
