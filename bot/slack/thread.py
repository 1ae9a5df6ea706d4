"""The Slack thread as an investigator sees it."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.document.thread import ThreadMessage
from bot.events import Me, sent_at
from bot.redact import redact
from bot.slack.client import read
from bot.slack.people import People
from bot.slack.replies import replies
from bot.slack.text import labels_in, raw_text, readable, user_ids_in
from session import SlackThread


class SlackThreadView:
    """Reads one thread with `conversations.replies`, once.

    https://docs.slack.dev/reference/methods/conversations.replies
    """

    def __init__(
        self, client: AsyncWebClient, me: Me, people: People, thread: SlackThread
    ) -> None:
        self._client = client
        self._me = me
        self._people = people
        self._thread = thread
        self._messages: Sequence[ThreadMessage] | None = None

    async def read(self) -> Sequence[ThreadMessage]:
        """Read the whole thread, oldest first; later calls return the same."""
        if self._messages is None:
            raw = (await replies(self._client, self._thread)).messages
            texts = [raw_text(one) for one in raw]
            ids = {user for text in texts for user in user_ids_in(text)}
            ids |= {str(one["user"]) for one in raw if one.get("user")}
            names = await self._people.names(ids)
            self._messages = [
                self._message(one, text, names) for one, text in zip(raw, texts, strict=True)
            ]
        return self._messages

    def _message(
        self, raw: Mapping[str, Any], text: str, names: Mapping[str, str]
    ) -> ThreadMessage:
        user_id = str(raw.get("user") or raw.get("bot_id") or "")
        profile = raw.get("bot_profile") or {}
        return ThreadMessage(
            ts=raw["ts"],
            sent_at=sent_at(raw["ts"]),
            author_id=user_id,
            author=str(
                raw.get("username") or profile.get("name") or names.get(user_id) or user_id
            ),
            text=redact(readable(text, names)),
            link=permalink(self._me.url, self._thread, raw["ts"]),
            is_bot="bot_id" in raw,
            is_burrow=user_id == self._me.user_id,
            is_edited="edited" in raw,
            labels=labels_in(text),
        )


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

    found = (await read(ask))["messages"]
    return next((one for one in found if one["ts"] == ts), None)


def permalink(workspace_url: str, thread: SlackThread, ts: str) -> str:
    """Build a message's link as `chat.getPermalink` would return it, without a call.

    https://docs.slack.dev/reference/methods/chat.getPermalink shows the form.
    """
    link = f"{workspace_url.rstrip('/')}/archives/{thread.channel_id}/p{ts.replace('.', '')}"
    if ts == thread.thread_ts:
        return link
    return f"{link}?thread_ts={thread.thread_ts}&cid={thread.channel_id}"
