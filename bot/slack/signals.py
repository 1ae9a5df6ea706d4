"""Small signs to people: reactions, and lines that only one person sees. They may fail."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.values import Document
from bot.slack.client import TRANSPORT_ERRORS, is_temporary, read, reason, retry_after
from bot.slack.refusals import refuses_blocks
from bot.slack.rendering import blocks_of, notification_of, text_of
from session import Bounded, SlackThread

log = structlog.get_logger(__name__)

_KEEP_CHANNELS = 1_000
_LONGEST_PAUSE = 30.0
_AS_WISHED = {
    "reactions.add": ("already_reacted", "message_not_found"),
    "reactions.remove": ("no_reaction", "message_not_found"),
}


class Signals:
    """Adds and removes reactions, whispers, sends direct messages.

    A failure is logged, never raised.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._is_agent_app = True
        self._direct_channels: Bounded[str, str] = Bounded(_KEEP_CHANNELS)

    async def react(self, channel_id: str, ts: str, emoji: str) -> None:
        """Add a reaction (https://docs.slack.dev/reference/methods/reactions.add)."""
        call = self._client.reactions_add(channel=channel_id, timestamp=ts, name=emoji)
        await self._try("reactions.add", call)

    async def unreact(self, channel_id: str, ts: str, emoji: str) -> None:
        """Remove a reaction of ours, on whichever instance it was added.

        Tried again, unlike the others: nobody else would ever remove it.
        """
        remove = partial(
            self._client.reactions_remove, channel=channel_id, timestamp=ts, name=emoji
        )
        await self._try("reactions.remove", read(remove))

    async def whisper(
        self, thread: SlackThread, user_id: str, document: Document, *, in_channel: bool = False
    ) -> bool:
        """Post a line that only `user_id` sees; False if Slack refused it.

        In a thread without replies Slack shows no such line ("only shown if there is already an
        active thread"): https://docs.slack.dev/reference/methods/chat.postEphemeral.
        """
        post = partial(
            self._client.chat_postEphemeral,
            channel=thread.channel_id,
            thread_ts=None if in_channel else thread.thread_ts,
            user=user_id,
        )
        return await self._try("chat.postEphemeral", _said(post, document)) is not None

    async def direct(self, user_id: str, document: Document) -> bool:
        """Send a direct message; False if Slack did not take it."""
        channel_id = await self._direct_channel(user_id)
        if channel_id is None:
            return False
        post = partial(
            self._client.chat_postMessage,
            channel=channel_id,
            unfurl_links=False,
            unfurl_media=False,
        )
        return await self._try("chat.postMessage", _said(post, document)) is not None

    async def _direct_channel(self, user_id: str) -> str | None:
        """https://docs.slack.dev/reference/methods/conversations.open"""
        if user_id not in self._direct_channels:
            opened = await self._try(
                "conversations.open", self._client.conversations_open(users=user_id)
            )
            channel_id = str((opened or {}).get("channel", {}).get("id") or "")
            if not channel_id:
                return None
            self._direct_channels[user_id] = channel_id
        return self._direct_channels[user_id]

    async def agent_status(self, thread: SlackThread, status: str) -> None:
        """Say `processing` (Slack then shows a stop button of its own), `active` or `suspended`.

        Only for agent apps (https://docs.slack.dev/ai/agent-sessions/): the first refusal is the
        last call.
        """
        if not self._is_agent_app:
            return
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=thread.channel_id, thread_ts=thread.thread_ts, status=status
            )
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            self._is_agent_app = is_temporary(error)
            log.debug("agent.no_status", reason=reason(error))

    async def _try(self, method: str, call: Awaitable[Any]) -> Mapping[str, Any] | None:
        """Return what Slack answers, or None; what is so already counts as done."""
        try:
            answer: Mapping[str, Any] = await call
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            if reason(error) in _AS_WISHED.get(method, ()):
                return {}
            log.warning("signal.failed", method=method, reason=reason(error))
            return None
        return answer


async def _said(post: Callable[..., Awaitable[Any]], document: Document) -> Any:
    """Post a document, as plain words where Slack refuses its blocks."""
    shown = partial(post, text=notification_of(document), blocks=blocks_of(document))
    try:
        return await _after_a_pause(shown)
    except SlackApiError as error:
        if not refuses_blocks(error):
            raise
        log.warning("signal.blocks_refused", reason=reason(error))
    return await _after_a_pause(partial(post, text=text_of(document)))


async def _after_a_pause(call: Callable[[], Awaitable[Any]]) -> Any:
    """Make a call; where Slack asks for a pause, nothing was posted, and it is made once more."""
    try:
        return await call()
    except SlackApiError as error:
        pause = retry_after(error)
        if pause is None or pause > _LONGEST_PAUSE:
            raise
        await asyncio.sleep(pause)
    return await call()
