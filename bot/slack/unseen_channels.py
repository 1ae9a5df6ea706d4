"""Warns if Slack does not show the bot a channel that the settings allow."""

from collections.abc import Iterable
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, error_code, read

log = structlog.get_logger(__name__)

MOST_CHANNELS = 100


async def warn_of_unseen_channels(client: AsyncWebClient, channels: Iterable[str]) -> None:
    """Warn of each of `channels` that Slack does not show: a slip, or the bot is no member.

    https://docs.slack.dev/reference/methods/conversations.info
    """
    for channel in sorted(channels)[:MOST_CHANNELS]:
        try:
            await read(partial(client.conversations_info, channel=channel))
        except SlackApiError as error:
            # Without the scope, or with Slack in trouble, nobody knows.
            if error_code(error) == "channel_not_found":
                log.warning(
                    "channel.not_seen",
                    channel_id=channel,
                    setting="ALLOWED_CHANNELS or PERMISSIONS",
                    advice="Check the id, and invite the bot if the channel is private.",
                )
        except TRANSPORT_ERRORS:
            return
