"""Asks Slack about a channel: its name, and who can see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, is_temporary, read, reason
from session import Bounded

log = structlog.get_logger(__name__)

KEEP_SECONDS = 600.0
_KEEP_CHANNELS = 1_000
_PATIENCE = 10.0


class ChannelKind(StrEnum):
    """Who can see a conversation."""

    PUBLIC = "public channel"
    PRIVATE = "private channel"
    GROUP = "group message"
    DIRECT = "direct message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """From a conversation object (https://docs.slack.dev/reference/objects/conversation-object)."""

    id: str
    name: str
    """Without the `#`; empty for a direct message."""
    kind: ChannelKind
    is_shared: bool
    """Whether people of another organisation read it, or are about to."""


class Channels:
    """Asks Slack about a channel once in ten minutes at most."""

    def __init__(self, client: AsyncWebClient, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._monotonic = monotonic
        self._known: Bounded[str, tuple[float, Channel | None]] = Bounded(_KEEP_CHANNELS)

    async def find(self, channel_id: str) -> Channel | None:
        """Return the channel; None where Slack does not tell (a scope is missing, no answer)."""
        known = self._known.get(channel_id)
        if known is not None and self._monotonic() - known[0] < KEEP_SECONDS:
            return known[1]
        ask = partial(self._client.conversations_info, channel=channel_id)
        found = None
        try:
            answer = await read(ask, attempts=2, limit_patience=_PATIENCE)
            found = _channel(answer["channel"])
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            log.info("channel.unknown", channel_id=channel_id, reason=reason(error))
            if is_temporary(error):
                return None
        self._known[channel_id] = (self._monotonic(), found)
        return found


def _channel(found: Mapping[str, Any]) -> Channel:
    return Channel(
        id=str(found["id"]),
        name=str(found.get("name") or ""),
        kind=_kind(found),
        is_shared=any(
            found.get(sign) for sign in ("is_shared", "is_ext_shared", "is_pending_ext_shared")
        ),
    )


def _kind(found: Mapping[str, Any]) -> ChannelKind:
    if found.get("is_im"):
        return ChannelKind.DIRECT
    if found.get("is_mpim"):
        return ChannelKind.GROUP
    return ChannelKind.PRIVATE if found.get("is_private", True) else ChannelKind.PUBLIC
