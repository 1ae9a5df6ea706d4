"""A channel without the bot, and an app that nobody knows there, are warnings; doubt is none."""

import pytest
from structlog.testing import capture_logs

from bot.slack.alert_sources import MOST_CHANNELS, warn_of_alert_sources
from bot.slack.client import open_web_client
from simulator import Slack
from tests.unit.bot.web_api import scripted_api


async def test_what_alerts_names_is_looked_for(slack: Slack) -> None:
    here = (await slack.alert("#incidents", "disk full")).channel
    elsewhere = (await slack.user("ann").say("#payments", "hello")).channel
    alerts = {
        here: frozenset({"B0PAGER", "A0OTHER", "A0ELSE", "B0NOBODY"}),
        elsewhere: frozenset[str](),
        "C0NOWHERE": frozenset[str](),
    }
    async with open_web_client(slack.base_url, slack.bot_token, timeout=5) as client:
        with capture_logs() as logs:
            await warn_of_alert_sources(client, alerts)
    assert {(line["event"], line["channel_id"], line.get("app")) for line in logs} == {
        ("alerts.app_unknown", here, "A0ELSE"),
        ("alerts.app_unknown", here, "B0NOBODY"),
        ("alerts.channel_without_bot", elsewhere, None),
        ("alerts.channel_without_bot", "C0NOWHERE", None),
    }
    assert "B0PAGER (Pager)" in logs[0]["posted_there"]


async def test_a_bot_that_has_not_posted_lately_is_known_all_the_same(slack: Slack) -> None:
    here = (await slack.user("ann").say("#incidents", "hello")).channel
    async with open_web_client(slack.base_url, slack.bot_token, timeout=5) as client:
        with capture_logs() as logs:
            await warn_of_alert_sources(client, {here: frozenset({"B0PAGER"})})
    assert logs == []


@pytest.mark.parametrize("code", ["missing_scope", "internal_error"])
async def test_what_nobody_knows_is_not_said(code: str) -> None:
    answer = {"ok": False, "error": code}
    async with scripted_api(conversations_info=lambda _: answer) as (_, client):
        with capture_logs() as logs:
            await warn_of_alert_sources(client, {"C1": frozenset({"B1"})})
    assert logs == []


async def test_a_long_list_costs_a_bounded_number_of_calls() -> None:
    info = {"ok": True, "channel": {"is_member": True}}
    async with scripted_api(conversations_info=lambda _: info) as (api, client):
        alerts = {f"C{number}": frozenset[str]() for number in range(500)}
        await warn_of_alert_sources(client, alerts)
    assert api.calls["conversations.info"] == MOST_CHANNELS
