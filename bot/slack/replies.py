"""A thread as `conversations.replies` gives it: bounded, and honest about what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import LIMIT_PATIENCE_SECONDS, read, retry_after
from bot.slack.text import messages_of, whole_number
from session import SlackThread

log = structlog.get_logger(__name__)

PAGE = 999
MOST_PAGES = 50
MORE_PATIENCE_SECONDS = 10.0
"""How long a pause before a further page may be; apps under Slack's limit of one call a minute
get 15 messages a call (https://docs.slack.dev/reference/methods/conversations.replies)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """A thread's messages, oldest first, the root included."""

    messages: Sequence[Mapping[str, Any]]
    is_complete: bool
    count: int
    """How many messages the thread has, as far as Slack said: at least those that were read."""


async def replies(
    client: AsyncWebClient, thread: SlackThread, *, metadata: bool = False
) -> Replies:
    """Read a thread page by page, as far as Slack gives it without a long pause.

    Raises what the Web API raises.
    https://docs.slack.dev/reference/methods/conversations.replies
    """
    reading = Reading()
    try:
        await read_on(client, thread, reading, MORE_PATIENCE_SECONDS, metadata=metadata)
    except SlackApiError as error:
        if not reading.cursors or retry_after(error) is None:
            raise
    if reading.is_complete:
        found = list(reading.found.values())
        return Replies(messages=found, is_complete=True, count=len(found))
    return _part(reading.found)


@dataclass(slots=True)
class Reading:
    """How far a thread is read."""

    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By their `ts`."""
    cursor: str | None = None
    """Where the next page begins."""
    cursors: set[str | None] = field(default_factory=set)
    """Of the pages that were read."""
    is_complete: bool = False


async def read_on(
    client: AsyncWebClient,
    thread: SlackThread,
    reading: Reading,
    patience: float,
    *,
    metadata: bool = False,
    first_patience: float = LIMIT_PATIENCE_SECONDS,
    most_pages: int | None = None,
) -> None:
    """Read one page after the other, until the last, or a cursor that comes again.

    All calls for one `reading` together read `most_pages` (None: `MOST_PAGES`).

    Raises what the Web API raises, also where Slack asks for pauses of more than `patience`
    seconds (before the very first page: `first_patience`); `reading` then holds what came before,
    and another call goes on from there.
    """
    ask = partial(
        client.conversations_replies,
        channel=thread.channel_id,
        ts=thread.thread_ts,
        include_all_metadata=metadata or None,
        limit=PAGE,
    )
    most = most_pages or MOST_PAGES
    while reading.cursor not in reading.cursors and len(reading.cursors) < most:
        pause = patience if reading.cursors else first_patience
        page = await read(partial(ask, cursor=reading.cursor), limit_patience=pause)
        reading.cursors.add(reading.cursor)
        # The root may stand on each page.
        reading.found |= {it["ts"]: it for it in messages_of(page)}
        reading.cursor = _next_cursor(page)
        reading.is_complete = reading.cursor is None
        if reading.is_complete:
            return


def _next_cursor(page: AsyncSlackResponse) -> str | None:
    """Return where the next page begins (https://docs.slack.dev/apis/web-api/pagination)."""
    metadata = page.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    return str(cursor) if cursor else None


def _part(found: Mapping[str, Mapping[str, Any]]) -> Replies:
    counted = [whole_number(message.get("reply_count")) + 1 for message in found.values()]
    part = Replies(
        messages=list(found.values()), is_complete=False, count=max(len(found), *counted)
    )
    log.warning("thread.read_in_part", messages=len(found), of=part.count)
    return part
