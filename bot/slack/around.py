"""Reads the channel around a thread: its newest root messages, and the busiest threads."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.thread import Around
from bot.slack.addresses import sent_at
from bot.slack.channels import Channel
from bot.slack.client import TRANSPORT_ERRORS, is_temporary, read, reason
from bot.slack.me import Me
from bot.slack.people import People
from bot.slack.replies import MORE_PATIENCE_SECONDS
from bot.slack.text import messages_of, whole_number
from bot.slack.thread import as_people_see_them
from session import SlackThread

log = structlog.get_logger(__name__)

WINDOW = timedelta(hours=6)
MOST_ROOTS = 200
BUSIEST = 3
MOST_REPLIES = 15
_CLOCKS_DIFFER = timedelta(minutes=5)
_SAID = frozenset(
    {None, "bot_message", "channel_topic", "file_share", "me_message", "thread_broadcast"}
)
"""The subtypes of what somebody says; the others tell of joins, pins and the like
(https://docs.slack.dev/reference/events/message)."""

Raw = Mapping[str, Any]


async def read_around(
    client: AsyncWebClient,
    me: Me,
    people: People,
    channel: Channel,
    thread: SlackThread,
    *,
    oldest: datetime,
    now: datetime,
) -> Around | None:
    """Read a thread's channel from `oldest` on, in four calls; None where Slack refuses that.

    Replies that Slack would give only after a long pause, or not at all, are left out.
    """
    try:
        page = await _history(client, thread.channel_id, oldest, now)
    except (SlackApiError, *TRANSPORT_ERRORS) as error:
        log.warning("channel.not_read", channel_id=thread.channel_id, reason=reason(error))
        if not is_temporary(error):
            return None
        return Around(channel=f"#{channel.name}", since=oldest, is_read=False)
    given = messages_of(page)
    roots = [message for message in given if _is_of_interest(message, thread)]
    found = {message["ts"]: message for message in roots}
    ask = partial(_first_replies, client, thread.channel_id)
    for replies in await asyncio.gather(*map(ask, _busiest(roots))):
        found |= {it["ts"]: it for it in replies}
    newest_last = sorted(found.values(), key=lambda it: sent_at(it["ts"]))
    placed = [(message, _thread_of(message, thread)) for message in newest_last]
    seen = await as_people_see_them(placed, me, people)
    counted = [
        replace(message, replies=whole_number(raw.get("reply_count")))
        for message, (raw, _) in zip(seen, placed, strict=True)
    ]
    is_cut = bool(page.get("has_more") and given)
    since = min(sent_at(it["ts"]) for it in given) if is_cut else oldest
    return Around(channel=f"#{channel.name}", since=since, messages=counted)


async def _history(
    client: AsyncWebClient, channel_id: str, oldest: datetime, now: datetime
) -> Any:
    """Ask for the newest root messages.

    With `oldest` alone Slack gives those that are closest to it, with both ends those closest to
    `latest` (https://docs.slack.dev/reference/methods/conversations.history and
    https://github.com/slackhq/slack-api-docs/issues/4).
    """
    return await read(
        partial(
            client.conversations_history,
            channel=channel_id,
            oldest=_ts(oldest),
            latest=_ts(now + _CLOCKS_DIFFER),
            limit=MOST_ROOTS,
        )
    )


async def _first_replies(client: AsyncWebClient, channel_id: str, root: Raw) -> Sequence[Raw]:
    """https://docs.slack.dev/reference/methods/conversations.replies: the root comes with them."""
    ask = partial(
        client.conversations_replies, channel=channel_id, ts=root["ts"], limit=MOST_REPLIES + 1
    )
    try:
        page = await read(ask, limit_patience=MORE_PATIENCE_SECONDS)
    except (SlackApiError, *TRANSPORT_ERRORS) as error:
        log.warning("channel.thread_not_read", ts=root["ts"], reason=reason(error))
        return []
    return [it for it in messages_of(page) if it["ts"] != root["ts"]][:MOST_REPLIES]


def _is_of_interest(message: Raw, thread: SlackThread) -> bool:
    """Tell whether somebody says something there, outside the thread itself."""
    is_ours = thread.thread_ts in (message["ts"], message.get("thread_ts"))
    subtype = message.get("subtype")
    return (subtype is None or str(subtype) in _SAID) and not is_ours


def _busiest(roots: Sequence[Raw]) -> list[Raw]:
    with_replies = [root for root in roots if root.get("reply_count")]
    return sorted(with_replies, key=lambda root: whole_number(root["reply_count"]), reverse=True)[
        :BUSIEST
    ]


def _thread_of(message: Raw, thread: SlackThread) -> SlackThread:
    root_ts = str(message.get("thread_ts") or message["ts"])
    return SlackThread(team_id=thread.team_id, channel_id=thread.channel_id, thread_ts=root_ts)


def _ts(when: datetime) -> str:
    return f"{when.timestamp():.6f}"
