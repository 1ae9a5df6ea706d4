"""Checks the channels in ALERTS: the bot and the named app must be there."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, error_code, read

log = structlog.get_logger(__name__)

MOST_CHANNELS = 100
_LATEST = 100
"""Messages of a channel among which an app is looked for: one call."""


async def warn_of_alert_sources(
    client: AsyncWebClient, alerts: Mapping[str, frozenset[str]]
) -> None:
    """Warn of each channel that the bot is not in, and of each app that nobody knows there.

    Where Slack does not tell, nothing is said. https://docs.slack.dev/reference/methods/bots.info
    knows bots; of an app's own id Slack tells a bot nothing, so the channel's latest messages are
    looked at. https://docs.slack.dev/reference/methods/conversations.history
    """
    for channel, apps in sorted(alerts.items())[:MOST_CHANNELS]:
        try:
            await _look_at(client, channel, apps)
        except SlackApiError as error:
            if error_code(error) in ("channel_not_found", "not_in_channel"):
                _warn_of_channel(channel)
        except TRANSPORT_ERRORS:
            return


async def _look_at(client: AsyncWebClient, channel: str, apps: frozenset[str]) -> None:
    answer = await read(partial(client.conversations_info, channel=channel))
    if not answer["channel"].get("is_member", True):
        _warn_of_channel(channel)
        return
    if not apps:
        return
    history = partial(client.conversations_history, channel=channel, limit=_LATEST)
    posted = {
        its_id: name
        for message in (await read(history)).get("messages") or ()
        for its_id, name in _ids_of(message).items()
    }
    for app in sorted(apps - posted.keys()):
        if app.startswith("A") or not await _is_bot(client, app):
            _warn_of_app(channel, app, posted)


async def _is_bot(client: AsyncWebClient, bot_id: str) -> bool:
    """Tell whether there is a bot of that id; where Slack does not tell, there is."""
    try:
        await read(partial(client.bots_info, bot=bot_id))
    except SlackApiError as error:
        return error_code(error) != "bot_not_found"
    return True


def _ids_of(message: Mapping[str, Any]) -> dict[str, str]:
    """Return the ids of the app that posted a message, and its name."""
    if not message.get("bot_id"):
        return {}
    profile = message.get("bot_profile") or {}
    name = str(message.get("username") or profile.get("name") or "an app")
    ids = (message["bot_id"], message.get("app_id") or profile.get("app_id"))
    return {str(its_id): name for its_id in ids if its_id}


def _warn_of_channel(channel: str) -> None:
    log.warning(
        "alerts.channel_without_bot",
        channel_id=channel,
        setting="ALERTS",
        advice="No alert begins a case there. Check the id, and invite the bot to the channel.",
    )


def _warn_of_app(channel: str, app: str, posted: Mapping[str, str]) -> None:
    log.warning(
        "alerts.app_unknown",
        channel_id=channel,
        app=app,
        setting="ALERTS",
        posted_there=[f"{its_id} ({name})" for its_id, name in sorted(posted.items())],
        advice="That app has not posted there lately. Check the id. Classic apps and webhooks"
        " tell no app id (A…): name their bot id (B…).",
    )
