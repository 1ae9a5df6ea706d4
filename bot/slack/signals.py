"""Small signs to people: reactions and lines that only one person sees. Best effort, once."""

from collections.abc import Awaitable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, is_temporary, reason

log = structlog.get_logger(__name__)

_AS_WISHED = frozenset({"already_reacted", "no_reaction", "message_not_found"})


class Signals:
    """Adds and removes reactions and posts ephemeral lines; a failure is logged, never raised."""

    WAITING = "hourglass_flowing_sand"
    STORAGE_DOWN = "warning"
    NOTHING_NEW = "white_check_mark"

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._is_agent_app = True

    async def react(self, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction (https://docs.slack.dev/reference/methods/reactions.add)."""
        call = self._client.reactions_add(channel=channel_id, timestamp=ts, name=name)
        await self._try("reactions.add", call)

    async def unreact(self, channel_id: str, ts: str, name: str) -> None:
        """Remove a reaction of ours, on whichever instance it was added."""
        call = self._client.reactions_remove(channel=channel_id, timestamp=ts, name=name)
        await self._try("reactions.remove", call)

    async def whisper(
        self, channel_id: str, root_ts: str, user_id: str, text: str, *, about_ts: str = ""
    ) -> None:
        """Post a line that only `user_id` sees, about the message `about_ts`.

        About a root message it goes into the channel: in a thread without replies Slack shows no
        such lines (https://docs.slack.dev/reference/methods/chat.postEphemeral).
        """
        call = self._client.chat_postEphemeral(
            channel=channel_id,
            thread_ts=None if about_ts == root_ts else root_ts,
            user=user_id,
            text=text,
        )
        await self._try("chat.postEphemeral", call)

    async def agent_status(self, channel_id: str, thread_ts: str, status: str) -> None:
        """Say `processing` or `active`; while processing, Slack shows a stop button of its own.

        Only for agent apps (https://docs.slack.dev/ai/agent-sessions/): the first refusal is the
        last call.
        """
        if not self._is_agent_app:
            return
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=channel_id, thread_ts=thread_ts, status=status
            )
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            self._is_agent_app = is_temporary(error)
            log.debug("agent.no_status", reason=reason(error))

    async def _try(self, method: str, call: Awaitable[object]) -> None:
        try:
            await call
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            if reason(error) not in _AS_WISHED:
                log.warning("signal.failed", method=method, reason=reason(error))
