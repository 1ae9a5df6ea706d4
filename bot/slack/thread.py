"""The Slack thread as an investigator sees it."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.document.thread import ReadInPart, ThreadMessage
from bot.redact import redact
from bot.slack.addresses import permalink, sent_at
from bot.slack.client import read
from bot.slack.me import Me
from bot.slack.people import People
from bot.slack.replies import replies
from bot.slack.shared_files import shared_files
from bot.slack.text import labels_in, messages_of, raw_text, readable, user_ids_in
from session import SlackThread


async def read_thread(
    client: AsyncWebClient, me: Me, people: People, thread: SlackThread
) -> tuple[Sequence[ThreadMessage], ReadInPart | None]:
    """Read a thread, oldest first; the second value tells how much, if that was not all.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    found = await replies(client, thread)
    messages = await as_people_see_them(
        [(message, thread) for message in found.messages if not _is_deleted(message)], me, people
    )
    count = len(found.messages)
    part = None if found.is_complete else ReadInPart(read=count, count=found.count)
    return messages, part


def _is_deleted(message: Mapping[str, Any]) -> bool:
    """Tell the sign that Slack leaves of a deleted root from a message.

    https://docs.slack.dev/reference/events/message/message_deleted
    """
    return message.get("subtype") == "tombstone"


async def as_people_see_them(
    found: Sequence[tuple[Mapping[str, Any], SlackThread]], me: Me, people: People
) -> list[ThreadMessage]:
    """Read messages as Slack lists them, each with the thread that it stands in."""
    texts = [raw_text(message) for message, _ in found]
    ids = {user_id for text in texts for user_id in user_ids_in(text)}
    nameless = [message for message, _ in found if not _own_name(message)]
    ids |= {str(message["user"]) for message in nameless if message.get("user")}
    names = await people.names(ids)
    return [
        _as_people_see_it(message, text, me, thread, names)
        for (message, thread), text in zip(found, texts, strict=True)
    ]


def _as_people_see_it(
    raw: Mapping[str, Any], text: str, me: Me, thread: SlackThread, names: Mapping[str, str]
) -> ThreadMessage:
    user_id = str(raw.get("user") or raw.get("bot_id") or "")
    author = _own_name(raw) or names.get(user_id) or user_id
    return ThreadMessage(
        ts=raw["ts"],
        sent_at=sent_at(raw["ts"]),
        author_id=user_id,
        author=str(author),
        text=redact(readable(text, names)),
        link=permalink(me.url, thread, raw["ts"]),
        is_bot="bot_id" in raw,
        is_burrow=user_id == me.user_id,
        is_edited="edited" in raw,
        labels=labels_in(text),
        files=shared_files(raw),
    )


def _own_name(raw: Mapping[str, Any]) -> str:
    """Return the name that an app's message says itself."""
    found = raw.get("bot_profile")
    profile = found if isinstance(found, Mapping) else {}
    return str(raw.get("username") or profile.get("name") or "")


async def fetch_message(
    client: AsyncWebClient, channel_id: str, ts: str, thread_ts: str | None
) -> Mapping[str, Any] | None:
    """Return one message, or None; raises what the Web API raises.

    https://docs.slack.dev/reference/methods/conversations.history: a single message is asked for
    with `latest` and `inclusive`; one in a thread is only shown by `conversations.replies`.
    """

    def ask() -> Awaitable[AsyncSlackResponse]:
        if thread_ts:
            return client.conversations_replies(
                channel=channel_id, ts=thread_ts, oldest=ts, latest=ts, inclusive=True
            )
        return client.conversations_history(
            channel=channel_id, oldest=ts, latest=ts, inclusive=True, limit=1
        )

    found = messages_of(await read(ask))
    return next((message for message in found if message["ts"] == ts), None)
