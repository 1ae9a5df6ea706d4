"""Posting that never posts twice, never posts without the lease, and knows when to give up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PostingError
from bot.events import Me
from bot.slack.client import (
    TRANSPORT_ERRORS,
    error_code,
    is_temporary,
    read,
    reason,
    retry_after,
)
from bot.slack.pacing import ChannelPacing
from bot.slack.parts import Part
from bot.slack.replies import replies
from session import SlackThread

T = TypeVar("T")
log = structlog.get_logger(__name__)

_ATTEMPTS = 6
_PREFIX = "burrow_"
_BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
# Errors of the connecting itself: the request was never sent.
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The metadata by which a post of ours is found again.

    https://docs.slack.dev/messaging/message-metadata
    """

    kind: str
    key: str
    part: int = 1
    of: int = 1

    def as_metadata(self) -> dict[str, Any]:
        """Return Slack's form."""
        return {
            "event_type": _PREFIX + self.kind,
            "event_payload": {"key": self.key, "part": self.part, "of": self.of},
        }

    def is_on(self, message: Mapping[str, Any]) -> bool:
        """Tell whether a message carries this label."""
        return bool(message.get("metadata") == self.as_metadata())

    @staticmethod
    def kind_of(message: Mapping[str, Any]) -> str:
        """Return the kind of our label on a message, or ""."""
        return str((message.get("metadata") or {}).get("event_type", "")).removeprefix(_PREFIX)


class Poster:
    """Posts into threads. `guard` raises before an attempt that the lease no longer covers."""

    def __init__(self, client: AsyncWebClient, me: Me, pacing: ChannelPacing) -> None:
        self._client = client
        self._me = me
        self._pacing = pacing

    async def post(
        self,
        thread: SlackThread,
        part: Part,
        label: Label,
        guard: Callable[[], None],
        *,
        may_repeat: bool = True,
    ) -> str:
        """Post one part and return its `ts`.

        An attempt whose fate is unclear is looked up by its label before it is repeated; after one
        that got no answer in time, and may yet be applied, the repeat says that it may be one (or,
        if it may not be repeated, there is none). Raises `PostingError`, or what `guard` raises.
        """
        unclear = False
        for attempt in range(_ATTEMPTS):
            await self._pacing.turn_to_post(thread.channel_id)
            if unclear and (ts := await self.find(thread, label)):
                return ts
            guard()
            try:
                return await self._send(thread, part, label)
            except (SlackApiError, *TRANSPORT_ERRORS) as error:
                if _refuses_blocks(error) and part.blocks:
                    log.warning("post.blocks_refused", reason=reason(error))
                    part = part.without_blocks()
                    continue
                unclear = unclear or _may_have_been_applied(error)
                if isinstance(error, TimeoutError) and not isinstance(error, _NOT_SENT):
                    if not may_repeat:
                        raise PostingError("it may yet be posted") from error
                    part = part.as_repeat()
                await self._wait_to_repeat(thread, error, attempt)
        raise PostingError(f"gave up after {_ATTEMPTS} attempts")

    async def find(self, thread: SlackThread, label: Label) -> str | None:
        """Return the `ts` of our post with this label in the thread, or None."""
        for message in await self.ours(thread):
            if label.is_on(message):
                return str(message["ts"])
        return None

    async def ours(self, thread: SlackThread) -> list[Mapping[str, Any]]:
        """Return all our own posts of the thread, metadata included, oldest first.

        Raises `PostingError` if Slack does not tell.
        """
        read = await _told(replies(self._client, thread, metadata=True, whole=True))
        return [one for one in read.messages if one.get("user") == self._me.user_id]

    async def update(self, channel_id: str, ts: str, part: Part) -> None:
        """Replace a post of ours; applying it twice does no harm. Raises `PostingError`."""
        update = partial(
            self._client.chat_update,
            channel=channel_id,
            ts=ts,
            text=part.text,
            blocks=part.as_blocks() or [],
        )
        await _told(read(update))

    async def _send(self, thread: SlackThread, part: Part, label: Label) -> str:
        response = await self._client.chat_postMessage(
            channel=thread.channel_id,
            thread_ts=thread.thread_ts,
            text=part.text,
            blocks=part.as_blocks(),
            metadata=label.as_metadata(),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(response["ts"])

    async def _wait_to_repeat(
        self, thread: SlackThread, error: BaseException, attempt: int
    ) -> None:
        wait = retry_after(error) if isinstance(error, SlackApiError) else None
        if wait is not None:
            self._pacing.refused(thread.channel_id, wait)
            log.warning("post.rate_limited", channel_id=thread.channel_id, wait_s=wait)
            return
        if not is_temporary(error):
            raise PostingError(
                f"Slack refused the post: {reason(error)}", is_final=True
            ) from error
        if attempt == _ATTEMPTS - 1:
            raise PostingError(f"Slack did not take the post: {reason(error)}") from error
        log.warning("post.retried", reason=reason(error), attempt=attempt + 1)
        await asyncio.sleep(0.25 * 2**attempt)


async def _told(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (SlackApiError, *TRANSPORT_ERRORS) as error:
        raise PostingError(
            f"Slack did not answer: {reason(error)}", is_final=not is_temporary(error)
        ) from error


def _may_have_been_applied(error: BaseException) -> bool:
    if isinstance(error, SlackApiError):
        return retry_after(error) is None and is_temporary(error)
    return not isinstance(error, _NOT_SENT)


def _refuses_blocks(error: BaseException) -> bool:
    return isinstance(error, SlackApiError) and error_code(error) in _BLOCKS_REFUSED
