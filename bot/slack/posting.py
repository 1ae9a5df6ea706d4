"""Posting that never posts twice, never posts without the lease, and knows when to give up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import words
from bot.document.posts import Action, File, Label, Posted
from bot.document.sentences import sentence
from bot.document.values import Document, Small, Text
from bot.errors import Hope, LabelsHiddenError, PostingError
from bot.slack.client import read, reason
from bot.slack.labels import OwnPosts, metadata_of
from bot.slack.looks import Look, Looks
from bot.slack.pacing import ChannelPacing
from bot.slack.refusals import (
    POSTING_ERRORS,
    answered,
    hope_after,
    may_be_applied,
    may_come_late,
    pause_asked_by,
    refuses_blocks,
)
from bot.slack.rendering import notification_of, text_of
from bot.slack.updates import UpdatePacing
from bot.slack.updating import replace_post
from bot.slack.uploads import Uploads
from session import Lock, LockLostError, SlackThread

log = structlog.get_logger(__name__)

_ATTEMPTS = 6
_MAY_BE_A_REPEAT = Document((Small((Text(words.REPEATED, italic=True),)),))


@dataclass(frozen=True, slots=True)
class Writer:
    """Posts for all threads. `margin` is the longest time of a Web API call, in seconds."""

    client: AsyncWebClient
    own_posts: OwnPosts
    pacing: ChannelPacing
    margin: float
    updates: UpdatePacing = field(default_factory=lambda: UpdatePacing(time.monotonic))
    looks: Looks = field(default_factory=Looks)


class SlackPosts:
    """Posts into one thread for as long as one lock covers it."""

    def __init__(self, writer: Writer, thread: SlackThread, lock: Lock) -> None:
        self._writer = writer
        self._thread = thread
        self._lock = lock
        self._is_gone = False

    @cached_property
    def _uploads(self) -> Uploads:
        writer = self._writer
        return Uploads(writer.client, writer.own_posts, self._thread, self._check_lease)

    async def post(
        self,
        document: Document,
        label: Label,
        *,
        actions: Sequence[Action] = (),
        may_repeat: bool = True,
    ) -> Posted:
        """Post one part under its label.

        An attempt of unclear fate is looked up by its label before it is repeated. If it may yet
        be applied, the repeat says that it may be one; without `may_repeat` there is no repeat.
        Once a post has left the thread, nothing more is posted.
        """
        self._check_thread()
        looks, unclear = self._writer.looks, False
        look = looks.best
        refused: Look | None = None
        for attempt in range(_ATTEMPTS):
            await self._writer.pacing.turn_to_post(self._thread.channel_id)
            if unclear and (posted := await self._find(label)):
                return posted
            self._check_lease()
            try:
                posted = await self._send(document, label, actions, look)
                if refused is not None:
                    looks.note_taken(look, refused)
                return posted
            except POSTING_ERRORS as error:
                if refuses_blocks(error) and (worse := looks.worse(document, look)) is not None:
                    log.warning("post.blocks_refused", reason=reason(error))
                    refused, look = look, worse
                    continue
                unclear = unclear or may_be_applied(error)
                if may_come_late(error):
                    if not may_repeat:
                        raise PostingError("it may yet be posted") from error
                    document = _as_repeat(document)
                await self._pause_before_retry(error, attempt)
        raise PostingError(f"gave up after {_ATTEMPTS} attempts")

    async def update(
        self,
        posted: Posted,
        document: Document,
        *,
        actions: Sequence[Action] = (),
        is_last: bool = False,
    ) -> None:
        """Replace a post of ours; the last update of a message needs no lease."""
        if not is_last:
            self._check_lease()
        channel_id = self._thread.channel_id
        self._writer.updates.sent()
        writer = self._writer
        await replace_post(
            writer.client, channel_id, posted.id, document, actions, looks=writer.looks
        )

    def keep_place(self) -> Callable[[], None] | None:
        """Keep a place for the last update of a message to come; return what gives it back."""
        return self._writer.updates.keep()

    def try_turn_to_update(self) -> bool:
        """Take a place for an update, if there is one now."""
        return self._writer.updates.try_turn()

    async def turn_to_update(self) -> None:
        """Wait for a place for an update, and take it."""
        await self._writer.updates.turn()

    async def ours(self, label: Label) -> Sequence[Posted]:
        """Return our posts of the label's kind and key (empty: of any), oldest first."""
        return await self._writer.own_posts.labelled(self._thread, label)

    async def attach(self, file: File, *, is_stopped: Callable[[], Awaitable[bool]]) -> None:
        """Upload a file into the thread, and look whether it came."""
        self._check_thread()
        await self._uploads.attach(file, is_stopped=is_stopped)

    async def attached(self) -> frozenset[str]:
        """Return the titles of our files that stand in the thread."""
        return await self._uploads.attached()

    async def _find(self, label: Label) -> Posted | None:
        try:
            found = await self.ours(label)
        except LabelsHiddenError:
            return None
        return next((posted for posted in found if posted.label == label), None)

    async def _send(
        self, document: Document, label: Label, actions: Sequence[Action], look: Look
    ) -> Posted:
        with_blocks = look is not Look.BARE
        text = notification_of(document) if with_blocks else text_of(document)
        response = await self._writer.client.chat_postMessage(
            channel=self._thread.channel_id,
            thread_ts=self._thread.thread_ts,
            text=text,
            blocks=self._writer.looks.blocks(document, actions, look) or None,
            metadata=metadata_of(label),
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = str(response["ts"])
        if has_left_its_thread(
            response.get("message"), self._thread.thread_ts, with_blocks=with_blocks
        ):
            await self._take_back(str(response.get("channel") or self._thread.channel_id), ts)
        return Posted(id=ts, label=label, text=text)

    async def _take_back(self, channel_id: str, ts: str) -> None:
        """Delete a post that Slack put elsewhere, because the thread is gone.

        It takes a reply to a deleted root without replies that way, and says ok. What it does not
        delete (a workspace may forbid that) loses its words.
        """
        self._is_gone = True
        log.warning("post.left_its_thread", channel_id=channel_id, ts=ts)
        delete = partial(self._writer.client.chat_delete, channel=channel_id, ts=ts)
        try:
            await answered(read(delete))
        except PostingError as error:
            log.error("post.not_taken_back", ts=ts, reason=str(error))
            await self._take_words_back(channel_id, ts)
        self._check_thread()

    async def _take_words_back(self, channel_id: str, ts: str) -> None:
        writer, left = self._writer, sentence(words.LEFT_ITS_THREAD)
        try:
            await replace_post(writer.client, channel_id, ts, left, looks=writer.looks)
        except PostingError as error:
            log.error("post.words_not_taken_back", ts=ts, reason=str(error))

    def _check_thread(self) -> None:
        """Raise `PostingError` once the thread is known to be gone."""
        if self._is_gone:
            raise PostingError("the thread's first message was deleted", hope=Hope.NONE)

    async def _pause_before_retry(self, error: BaseException, attempt: int) -> None:
        wait = pause_asked_by(error)
        if wait is not None:
            self._writer.pacing.refused(self._thread.channel_id, wait)
            log.warning("post.rate_limited", channel_id=self._thread.channel_id, wait_s=wait)
            return
        hope = hope_after(error)
        if hope is not Hope.PASSING or attempt == _ATTEMPTS - 1:
            raise PostingError(f"Slack refused the post: {reason(error)}", hope=hope) from error
        log.warning("post.retried", reason=reason(error), attempt=attempt + 1)
        await asyncio.sleep(0.25 * 2**attempt)

    def _check_lease(self) -> None:
        """Raise `LockLostError` unless the lease covers one more call, by its own deadline."""
        lock = self._lock
        if lock.remaining() <= self._writer.margin:
            raise LockLostError(lock.session_id, lock.holder_id, lock.fence)


def _as_repeat(document: Document) -> Document:
    """Add the remark that it may have been posted before."""
    if document.blocks[-1:] == _MAY_BE_A_REPEAT.blocks:
        return document
    return document + _MAY_BE_A_REPEAT


def has_left_its_thread(message: object, thread_ts: str, *, with_blocks: bool) -> bool:
    """Say whether Slack's answer shows our reply in the channel, or in another thread.

    Something between us and Slack may answer with less than the message. An answer without the
    blocks that were sent does not show what was posted.
    """
    if not isinstance(message, Mapping):
        return False
    if stands_in := message.get("thread_ts"):
        return str(stands_in) != thread_ts
    return not with_blocks or bool(message.get("blocks"))
