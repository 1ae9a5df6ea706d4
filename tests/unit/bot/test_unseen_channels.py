"""An allowed channel that Slack does not show is a warning; doubt is none."""

import pytest
from structlog.testing import capture_logs

from bot.slack.client import open_web_client
from bot.slack.unseen_channels import MOST_CHANNELS, warn_of_unseen_channels
from simulator import Slack
from tests.unit.bot.web_api import scripted_api


async def test_a_channel_that_slack_does_not_show_is_named(slack: Slack) -> None:
    root = await slack.user("ann").mention("#incidents", "hello")
    async with open_web_client(slack.base_url, slack.bot_token, timeout=5) as client:
        with capture_logs() as logs:
            await warn_of_unseen_channels(client, {root.channel, "C0NOWHERE"})
    assert [(line["log_level"], line["channel_id"]) for line in logs] == [("warning", "C0NOWHERE")]


@pytest.mark.parametrize("code", ["missing_scope", "internal_error"])
async def test_what_nobody_knows_is_not_said(code: str) -> None:
    answer = {"ok": False, "error": code}
    async with scripted_api(conversations_info=lambda _: answer) as (_, client):
        with capture_logs() as logs:
            await warn_of_unseen_channels(client, {"C1"})
    assert logs == []


async def test_a_long_list_costs_a_bounded_number_of_calls() -> None:
    async with scripted_api(conversations_info=lambda _: {"ok": True, "channel": {}}) as (
        api,
        client,
    ):
        await warn_of_unseen_channels(client, {f"C{number}" for number in range(500)})
    assert api.calls["conversations.info"] == MOST_CHANNELS
