"""A thread as `conversations.replies` gives it: bounded, and honest about what is missing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import LIMIT_PATIENCE_SECONDS, read, retry_after
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
    client: AsyncWebClient, thread: SlackThread, *, metadata: bool = False, whole: bool = False
) -> Replies:
    """Read a thread page by page, as far as Slack gives it without a long pause.

    `whole`: keep every pause that Slack asks for, as far as `read` does, and then raise, rather
    than return a part. Raises what the Web API raises.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    ask = partial(
        client.conversations_replies,
        channel=thread.channel_id,
        ts=thread.thread_ts,
        include_all_metadata=metadata or None,
        limit=PAGE,
    )
    found: dict[str, Mapping[str, Any]] = {}
    is_complete = False
    async for page in _pages(ask, whole=whole):
        # The root may stand on each page.
        found |= {message["ts"]: message for message in page["messages"]}
        is_complete = _next_cursor(page) is None
    if is_complete:
        return Replies(messages=list(found.values()), is_complete=True, count=len(found))
    return _part(found)


async def _pages(
    ask: Callable[..., Awaitable[AsyncSlackResponse]], *, whole: bool
) -> AsyncIterator[AsyncSlackResponse]:
    """Ask for one page after the other, until the last, a cursor that comes again, or a pause."""
    cursors: set[str | None] = set()
    cursor: str | None = None
    while cursor not in cursors and len(cursors) < MOST_PAGES:
        is_first = not cursors
        cursors.add(cursor)
        patience = LIMIT_PATIENCE_SECONDS if is_first or whole else MORE_PATIENCE_SECONDS
        try:
            page = await read(partial(ask, cursor=cursor), limit_patience=patience)
        except SlackApiError as error:
            if is_first or whole or retry_after(error) is None:
                raise
            return
        yield page
        if (cursor := _next_cursor(page)) is None:
            return


def _next_cursor(page: AsyncSlackResponse) -> str | None:
    """Return where the next page begins (https://docs.slack.dev/apis/web-api/pagination)."""
    return (page.get("response_metadata") or {}).get("next_cursor") or None


def _part(found: Mapping[str, Mapping[str, Any]]) -> Replies:
    counted = [int(message.get("reply_count") or 0) + 1 for message in found.values()]
    part = Replies(
        messages=list(found.values()), is_complete=False, count=max(len(found), *counted)
    )
    log.warning("thread.read_in_part", messages=len(found), of=part.count)
    return part
