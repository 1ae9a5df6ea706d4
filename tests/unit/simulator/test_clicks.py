"""What the app gets when people click, and what a plain post looks like."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import NoSuchThing, Options, Simulator, Slack
from tests.unit.simulator.ears import Ear, listening
from tests.unit.simulator.manifests import manifest_with

OPTIONS = [
    {"text": {"type": "plain_text", "text": name}, "value": name} for name in ("now", "later")
]


@pytest.fixture
def slack_options(tmp_path: Path) -> Options:
    return Options(manifest=manifest_with(tmp_path, clicks=True), time_scale=0.001)


@pytest.fixture
async def ear(slack: Slack) -> AsyncIterator[Ear]:
    async with listening(slack) as ear:
        yield ear


async def posted(slack: Slack, web: AsyncWebClient, *elements: dict[str, Any]) -> Any:
    blocks = [{"type": "actions", "elements": list(elements)}]
    await web.chat_postMessage(channel="C0INCIDENTS", text="When?", blocks=blocks)
    return (await slack.messages("#incidents"))[-1]


async def test_blocks_and_buttons_without_ids_are_given_some(
    slack: Slack, ear: Ear, web: AsyncWebClient
) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    message = await posted(slack, web, button, button)
    listed = await web.conversations_replies(channel=message.channel, ts=message.ts)
    (block,) = listed["messages"][0]["blocks"]
    ids = [block["block_id"], *(element["action_id"] for element in block["elements"])]
    assert all(ids)
    assert len(set(ids)) == 3

    await slack.user("ben").click(ids[1], message)
    await slack.wait_quiet(0.1)
    (action,) = ear.payloads[-1]["actions"]
    assert (action["block_id"], action["action_id"]) == (ids[0], ids[1])


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("static_select", {"selected_option": OPTIONS[1]}),
        ("overflow", {"selected_option": OPTIONS[1]}),
        ("checkboxes", {"selected_options": [OPTIONS[1]]}),
        ("multi_static_select", {"selected_options": [OPTIONS[1]]}),
    ],
)
async def test_a_menu_says_what_was_chosen(
    slack: Slack, ear: Ear, web: AsyncWebClient, kind: str, chosen: dict[str, Any]
) -> None:
    menu = {"type": kind, "action_id": "when", "options": OPTIONS}
    message = await posted(slack, web, menu)
    await slack.user("ben").click("when", message, option="later")
    await slack.wait_quiet(0.1)
    (action,) = ear.payloads[-1]["actions"]
    assert action["type"] == kind
    assert action | chosen == action
    with pytest.raises(NoSuchThing, match="never"):
        await slack.user("ben").click("when", message, option="never")


async def test_a_menu_of_people_says_who_was_chosen(
    slack: Slack, ear: Ear, web: AsyncWebClient
) -> None:
    message = await posted(slack, web, {"type": "users_select", "action_id": "who"})
    await slack.user("ben").click("who", message, option="U0ANN")
    await slack.wait_quiet(0.1)
    assert ear.payloads[-1]["actions"][0]["selected_user"] == "U0ANN"


async def test_a_plain_post_is_rich_text_too_and_shows_the_bots_icons(
    slack: Slack, web: AsyncWebClient
) -> None:
    answer = await web.chat_postMessage(channel="C0INCIDENTS", text="hi <@U0ANN>")
    (block,) = answer["message"]["blocks"]
    assert block["type"] == "rich_text"
    assert {"type": "user", "user_id": "U0ANN"} in block["elements"][0]["elements"]
    assert set(answer["message"]["bot_profile"]["icons"]) == {"image_36", "image_48", "image_72"}


async def test_a_reactions_event_has_a_time_of_its_own(tmp_path: Path) -> None:
    manifest = manifest_with(tmp_path, events=["reaction_added"])
    async with Simulator.start(manifest=manifest) as other, listening(other) as ear:
        message = await other.user("ann").say("#incidents", "hello")
        await other.user("ben").react(message, "eyes")
        await other.wait_quiet(0.1)
    assert ear.events[0]["event_ts"] > ear.events[0]["item"]["ts"]
