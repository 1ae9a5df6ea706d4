"""Who writes, from where, and what of it the app is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST
from tests.unit.simulator.ears import Ear, listening


@pytest.fixture
async def ear(slack: Slack) -> AsyncIterator[Ear]:
    async with listening(slack) as ear:
        yield ear


async def test_slackbot_posts_like_a_person_without_a_bot_id(
    slack: Slack, ear: Ear, web: AsyncWebClient
) -> None:
    await slack.user("slackbot").mention("#incidents", "a reminder")
    await slack.wait_quiet(0.1)

    assert ear.kinds == ["app_mention", "message"]
    for event in ear.events:
        assert event["user"] == "USLACKBOT"
        assert not {"bot_id", "client_msg_id", "subtype"} & event.keys()
    slackbot = (await web.users_info(user="USLACKBOT"))["user"]
    assert slackbot["is_bot"] is False


async def test_a_program_may_post_as_a_user_without_a_bot_id(
    slack: Slack, ear: Ear, web: AsyncWebClient
) -> None:
    await slack.add_user("robo", "Robo", is_bot=True)
    await slack.join("robo", "#incidents")
    await slack.user("robo").mention("#incidents", "beep")
    await slack.wait_quiet(0.1)

    mention = next(event for event in ear.events if event["type"] == "app_mention")
    assert "bot_id" not in mention
    assert (await web.users_info(user=mention["user"]))["user"]["is_bot"]


async def test_a_member_of_the_grid_may_have_another_home() -> None:
    async with (
        Simulator.start(manifest=MANIFEST, enterprise=True) as slack,
        listening(slack) as ear,
    ):
        await slack.add_user("mia", "Mia Wolf", home_team="T0NORTHWINDEU")
        await slack.join("mia", "#incidents")
        ear.payloads.clear()
        await slack.user("mia").mention("#incidents", "hello")
        await slack.wait_quiet(0.1)
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)
        who = await web.auth_test()
        mia = (await web.users_info(user="U0MIA"))["user"]

    assert (who["team_id"], who["enterprise_id"]) == ("T0NORTHWIND", "E0NORTHWIND")
    assert "T0NORTHWIND" in mia["enterprise_user"]["teams"]
    assert not mia["is_restricted"]
    assert "is_stranger" not in mia
    teams = {event["type"]: event["user_team"] for event in ear.events if "user_team" in event}
    assert teams == {"message": "T0NORTHWINDEU", "app_mention": "E0NORTHWIND"}
    assert ear.payloads[-1]["authorizations"][0]["enterprise_id"] == "E0NORTHWIND"


async def test_an_org_wide_install_says_so() -> None:
    async with Simulator.start(manifest=MANIFEST, org_wide=True) as slack:
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)
        who = await web.auth_test()
    assert who["is_enterprise_install"] is True
    assert who["team_id"] == who["enterprise_id"]


async def test_a_channel_may_become_shared(slack: Slack, ear: Ear) -> None:
    for shared in (True, False):
        await slack.share("#incidents", shared=shared)
        await slack.user("ann").say("#incidents", "hello")
        await slack.wait_quiet(0.1)
        assert ear.payloads[-1]["is_ext_shared_channel"] is shared


@pytest.mark.parametrize("kind", ["channel", "app_home", None])
async def test_a_direct_message_may_name_another_type_of_channel(
    slack: Slack, ear: Ear, kind: str | None
) -> None:
    await slack.set_channel_type("@ann", kind)
    await slack.user("ann").dm("hello")
    await slack.wait_quiet(0.1)
    (event,) = ear.events
    assert event["channel"].startswith("D")
    assert event.get("channel_type") == kind


async def test_a_forwarded_message_brings_its_words_and_files_in_an_attachment(
    slack: Slack, ear: Ear
) -> None:
    alert = await slack.user("ben").say("#general", "disk full", files=[{"name": "df.txt"}])
    await slack.user("ann").forward(alert, "#incidents", mention=True)
    await slack.wait_quiet(0.1)

    forwarded: dict[str, Any] = ear.events[-1]
    assert forwarded["text"] == "<@U0BURROW>"
    (share,) = forwarded["attachments"]
    assert share["is_share"]
    assert share["author_id"] == "U0BEN"
    (inner,) = share["message_blocks"]
    assert "disk full" in str(inner["message"]["blocks"])
    assert share["files"][0]["name"] == "df.txt"
    assert share["from_url"].endswith(alert.ts.replace(".", ""))


async def test_an_event_may_come_from_another_workspace(slack: Slack, ear: Ear) -> None:
    event = {"type": "app_mention", "channel": "C0INCIDENTS", "user": "U0ANN", "ts": "1.000001"}
    await slack.send_event(event, team="T0ELSEWHERE")
    await slack.wait_quiet(0.1)
    (payload,) = ear.payloads
    assert payload["team_id"] == "T0ELSEWHERE"
    assert payload["authorizations"][0]["team_id"] == "T0ELSEWHERE"


async def test_users_may_be_guests_of_one_channel_or_deactivated(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.add_user("uma", "Uma", single_channel=True)
    await slack.add_user("rex", "Rex", deleted=True)
    uma = (await web.users_info(user="U0UMA"))["user"]
    rex = (await web.users_info(user="U0REX"))["user"]
    assert (uma["is_restricted"], uma["is_ultra_restricted"], uma["deleted"]) == (
        True,
        True,
        False,
    )
    assert (rex["is_restricted"], rex["deleted"]) == (False, True)
