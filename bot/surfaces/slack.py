"""A Slack thread as the place where a conversation is seen."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Self

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import words
from bot.document.posts import Action, Label, Sign
from bot.document.templates import filled
from bot.document.thread import Around, Elsewhere, FileImage, FileText, ReadInPart, ThreadMessage
from bot.document.values import Document, Link, Paragraph
from bot.errors import PostingError
from bot.messages import ts_of
from bot.slack.addresses import permalink
from bot.slack.around import WINDOW, read_around
from bot.slack.channels import ChannelKind, Channels
from bot.slack.elsewhere import shown_in
from bot.slack.labels import OwnPosts
from bot.slack.me import Me
from bot.slack.pacing import ChannelPacing
from bot.slack.people import People
from bot.slack.posting import SlackPosts, Writer
from bot.slack.reading_files import FileReader
from bot.slack.rendering import parts_of
from bot.slack.signals import Signals
from bot.slack.thread import read_thread
from bot.slack.updates import UpdatePacing
from bot.slack.updating import replace_post
from session import Lock, Message, SlackThread

log = structlog.get_logger(__name__)

_ZONE_SECONDS = 1.0
"""Slack has mostly told it already: it was asked who the asker is."""
_EMOJI = {
    Sign.QUEUED: "hourglass_flowing_sand",
    Sign.STORAGE_DOWN: "warning",
    Sign.OVER_LIMIT: "no_entry",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackParts:
    """The parts that all threads of the workspace share."""

    client: AsyncWebClient
    me: Me
    people: People
    channels: Channels
    writer: Writer
    signals: Signals
    reads_channels: bool
    """Whether `around` reads a channel (CHANNEL_CONTEXT)."""
    now: Callable[[], datetime]

    @classmethod
    def of(
        cls,
        client: AsyncWebClient,
        me: Me,
        people: People,
        *,
        call_seconds: float,
        reads_channels: bool = True,
        updates: UpdatePacing | None = None,
    ) -> Self:
        """Make them; `call_seconds` is the longest that a Web API call may take."""
        pacing = ChannelPacing(time.monotonic)
        return cls(
            client=client,
            me=me,
            people=people,
            channels=Channels(client, time.monotonic),
            writer=Writer(
                client=client,
                own_posts=OwnPosts(client, me),
                pacing=pacing,
                updates=updates or UpdatePacing(time.monotonic),
                margin=call_seconds,
            ),
            signals=Signals(client),
            reads_channels=reads_channels,
            now=lambda: datetime.now(UTC),
        )


class SlackSurface:
    """One thread; contract: `bot.surfaces.contract.Surface`."""

    def __init__(self, slack: SlackParts, thread: SlackThread) -> None:
        self._slack = slack
        self._thread = thread
        self._messages: Sequence[ThreadMessage] | None = None
        self._part: ReadInPart | None = None
        self._around: dict[datetime | None, Around | None] = {}

    @cached_property
    def _files(self) -> FileReader:
        return FileReader(self._slack.client, self._slack.me)

    async def read(self) -> Sequence[ThreadMessage]:
        if self._messages is None:
            slack = self._slack
            self._messages, self._part = await read_thread(
                slack.client, slack.me, slack.people, self._thread
            )
        return self._messages

    async def around(self, since: datetime | None = None) -> Around | None:
        if since not in self._around:
            self._around[since] = await self._read_around(since)
        return self._around[since]

    async def _read_around(self, since: datetime | None) -> Around | None:
        slack, thread = self._slack, self._thread
        if not slack.reads_channels or thread.channel_id.startswith("D"):
            return None
        channel = await slack.channels.find(thread.channel_id)
        if channel is None or channel.kind not in (ChannelKind.PUBLIC, ChannelKind.PRIVATE):
            return None
        now = slack.now()
        oldest = since or now - WINDOW
        return await read_around(
            slack.client, slack.me, slack.people, channel, thread, oldest=oldest, now=now
        )

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        return await self._files.read(messages)

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        return await self._files.read_images(messages)

    async def elsewhere(self, threads: Sequence[SlackThread]) -> Mapping[SlackThread, Elsewhere]:
        return await shown_in(self._thread, threads, self._slack.channels, self._slack.me.url)

    def read_in_part(self) -> ReadInPart | None:
        return self._part

    async def names(self, user_ids: Sequence[str]) -> dict[str, str]:
        return await self._slack.people.names(user_ids)

    async def zone(self, user_id: str) -> tzinfo | None:
        person = await self._slack.people.within(_ZONE_SECONDS, user_id)
        return None if person is None else person.zone

    def link(self, message: Message) -> str:
        return permalink(self._slack.me.url, self._thread, ts_of(message))

    async def mark(self, ts: str, sign: Sign) -> None:
        await self._slack.signals.react(self._thread.channel_id, ts, _EMOJI[sign])

    async def unmark(self, ts: str, sign: Sign) -> None:
        await self._slack.signals.unreact(self._thread.channel_id, ts, _EMOJI[sign])

    async def hint(self, user_id: str, document: Document, *, about: str = "") -> bool:
        # A root message may have no replies, and there Slack shows no whisper in its thread.
        is_alone = about == self._thread.thread_ts
        whispered = await self._slack.signals.whisper(
            self._thread, user_id, document, in_channel=is_alone
        )
        return whispered or await self.direct(user_id, self._beginning_of(about) + document)

    def _beginning_of(self, about: str) -> Document:
        """Say what a direct message is about: it stands far from there."""
        where = Link(self.address(about or self._thread.thread_ts), words.name_of_place(about))
        return Document((Paragraph(filled(words.ABOUT, place=where)),))

    async def direct(self, user_id: str, document: Document) -> bool:
        return await self._slack.signals.direct(user_id, document)

    async def status(self, text: str | None) -> None:
        status = "active" if text is None else "processing"
        await self._slack.signals.agent_status(self._thread, status)

    async def suspend(self) -> None:
        await self._slack.signals.agent_status(self._thread, "suspended")

    async def find(self, label: Label) -> str | None:
        try:
            found = await self._slack.writer.own_posts.labelled(self._thread, label)
        except PostingError as error:
            log.warning("post.not_found", kind=label.kind, reason=str(error))
            return None
        return found[-1].id if found else None

    async def revise(
        self, posted_id: str, document: Document, *, actions: Sequence[Action] = ()
    ) -> bool:
        client, channel_id = self._slack.client, self._thread.channel_id
        self._slack.writer.updates.sent()
        try:
            looks = self._slack.writer.looks
            await replace_post(client, channel_id, posted_id, document, actions, looks=looks)
        except PostingError as error:
            log.warning("post.not_revised", ts=posted_id, reason=str(error))
            return False
        return True

    def address(self, posted_id: str) -> str:
        return permalink(self._slack.me.url, self._thread, posted_id)

    def takes_files(self) -> bool:
        return "files:write" not in self._slack.me.missing_scopes

    def parts(self, document: Document) -> Sequence[Document]:
        return parts_of(document)

    def under(self, lock: Lock) -> SlackPosts:
        return SlackPosts(self._slack.writer, self._thread, lock)
