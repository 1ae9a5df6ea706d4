"""A conversation that is seen in this process's memory: for unit tests of what works on it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.document.plain import plain_text
from bot.document.posts import Action, File, Label, Posted, Sign
from bot.document.thread import Around, Elsewhere, FileImage, FileText, ReadInPart, ThreadMessage
from bot.document.values import Document
from bot.errors import LabelsHiddenError, PostingError
from bot.messages import ts_of
from session import Lock, LockLostError, Message, SlackThread

SUSPENDED = "suspended"
"""What the statuses show while a person is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPost:
    """One post, as it stands there now."""

    posted: Posted
    document: Document
    actions: tuple[Action, ...] = ()

    @property
    def text(self) -> str:
        """Its plain text."""
        return plain_text(self.document)


class MemorySurface:
    """Contract: `bot.surfaces.contract.Surface`; one object is one conversation.

    `refuse` is asked before each post and update, `refuse_file` before each file: they may
    return the error to raise. `refuse_search` is raised by each search for what is ours. A test
    sets what it wants to be otherwise.
    """

    def __init__(
        self,
        *,
        blocks_in_part: int = 50,
        shows_labels: bool = True,
        shows_hints: bool = True,
        takes_directs: bool = True,
        has_files: bool = True,
    ) -> None:
        self.blocks_in_part = blocks_in_part
        self.shows_labels = shows_labels
        self.shows_hints = shows_hints
        self.takes_directs = takes_directs
        self.has_files = has_files
        self.hidden_messages = 0
        self.shown_channels: dict[str, str] = {}
        self.zones: dict[str, tzinfo] = {}
        self.messages: list[ThreadMessage] = []
        self.channel: Around | None = None
        self.file_texts: list[FileText] = []
        self.file_images: list[FileImage] = []
        self.posts: list[MemoryPost] = []
        self.files: list[File] = []
        self.hints: list[tuple[str, str]] = []
        self.directs: list[tuple[str, str]] = []
        self.signs: set[tuple[str, Sign]] = set()
        self.statuses: list[str | None] = []
        self.room_to_update = asyncio.Event()
        self.room_to_update.set()
        self.refuse: Callable[[Document, Label], PostingError | None] = lambda *_: None
        self.refuse_file: Callable[[File], PostingError | None] = lambda _: None
        self.refuse_search: PostingError | None = None

    @property
    def texts(self) -> list[str]:
        """What stands there, oldest first."""
        return [post.text for post in self.posts]

    async def read(self) -> Sequence[ThreadMessage]:
        return list(self.messages)

    async def around(self, since: datetime | None = None) -> Around | None:
        if self.channel is None or since is None:
            return self.channel
        newer = [it for it in self.channel.messages if it.sent_at > since]
        return replace(self.channel, since=since, messages=newer)

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        shown = {message.ts for message in messages}
        return [it for it in self.file_texts if it.message.ts in shown]

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        shown = {message.ts for message in messages}
        return [it for it in self.file_images if it.message.ts in shown]

    async def elsewhere(self, threads: Sequence[SlackThread]) -> Mapping[SlackThread, Elsewhere]:
        return {
            thread: Elsewhere(channel=name, link=f"memory:{thread.thread_ts}")
            for thread in threads
            if (name := self.shown_channels.get(thread.channel_id))
        }

    def read_in_part(self) -> ReadInPart | None:
        shown, hidden = len(self.messages), self.hidden_messages
        return ReadInPart(read=shown, count=shown + hidden) if hidden else None

    async def names(self, user_ids: Sequence[str]) -> Mapping[str, str]:
        return {user_id: user_id.removeprefix("U").capitalize() for user_id in user_ids}

    async def zone(self, user_id: str) -> tzinfo | None:
        return self.zones.get(user_id)

    def link(self, message: Message) -> str:
        return f"memory:{ts_of(message) or message.id}"

    async def mark(self, ts: str, sign: Sign) -> None:
        self.signs.add((ts, sign))

    async def unmark(self, ts: str, sign: Sign) -> None:
        self.signs.discard((ts, sign))

    async def hint(self, user_id: str, document: Document, *, about: str = "") -> bool:
        if not self.shows_hints:
            return False
        self.hints.append((user_id, plain_text(document)))
        return True

    async def direct(self, user_id: str, document: Document) -> bool:
        if not self.takes_directs:
            return False
        self.directs.append((user_id, plain_text(document)))
        return True

    async def status(self, text: str | None) -> None:
        self.statuses.append(text)

    async def suspend(self) -> None:
        self.statuses.append(SUSPENDED)

    async def find(self, label: Label) -> str | None:
        found = [
            post.posted.id
            for post in self.posts
            if (post.posted.label.kind, post.posted.label.key) == (label.kind, label.key)
        ]
        return found[-1] if found and self.shows_labels else None

    async def revise(
        self, posted_id: str, document: Document, *, actions: Sequence[Action] = ()
    ) -> bool:
        self.replace(posted_id, document, actions)
        return True

    def replace(self, posted_id: str, document: Document, actions: Sequence[Action]) -> None:
        """Have a post say something else."""
        place = int(posted_id)
        posted = replace(self.posts[place].posted, text=plain_text(document))
        self.posts[place] = MemoryPost(posted=posted, document=document, actions=tuple(actions))

    def address(self, posted_id: str) -> str:
        return f"memory:post/{posted_id}"

    def takes_files(self) -> bool:
        return self.has_files

    def parts(self, document: Document) -> Sequence[Document]:
        blocks, size = document.blocks, self.blocks_in_part
        starts = range(0, len(blocks), size)
        return [Document(blocks[start : start + size]) for start in starts]

    def under(self, lock: Lock) -> "MemoryPosts":
        return MemoryPosts(self, lock)


@dataclass(frozen=True, slots=True)
class MemoryPosts:
    """The pen of one holder."""

    surface: MemorySurface
    lock: Lock

    async def post(
        self,
        document: Document,
        label: Label,
        *,
        actions: Sequence[Action] = (),
        may_repeat: bool = True,
    ) -> Posted:
        self._check(document, label)
        posted = Posted(id=str(len(self.surface.posts)), label=label, text=plain_text(document))
        post = MemoryPost(posted=posted, document=document, actions=tuple(actions))
        self.surface.posts.append(post)
        return posted

    async def update(
        self,
        posted: Posted,
        document: Document,
        *,
        actions: Sequence[Action] = (),
        is_last: bool = False,
    ) -> None:
        if not is_last:
            self._check(document, posted.label)
        self.surface.replace(posted.id, document, actions)

    def keep_place(self) -> Callable[[], None] | None:
        return (lambda: None) if self.surface.room_to_update.is_set() else None

    def try_turn_to_update(self) -> bool:
        return self.surface.room_to_update.is_set()

    async def turn_to_update(self) -> None:
        await self.surface.room_to_update.wait()

    async def ours(self, label: Label) -> Sequence[Posted]:
        self._check_search()
        if self.surface.posts and not self.surface.shows_labels:
            raise LabelsHiddenError("no label is shown")
        return [
            post.posted
            for post in self.surface.posts
            if label.kind in ("", post.posted.label.kind)
            and label.key in ("", post.posted.label.key)
        ]

    async def attach(self, file: File, *, is_stopped: Callable[[], Awaitable[bool]]) -> None:
        self._check_lease()
        if error := self.surface.refuse_file(file):
            raise error
        self.surface.files.append(file)

    async def attached(self) -> frozenset[str]:
        self._check_search()
        return frozenset(file.title for file in self.surface.files)

    def _check_search(self) -> None:
        if self.surface.refuse_search is not None:
            raise self.surface.refuse_search

    def _check_lease(self) -> None:
        if self.lock.remaining() <= 0:
            raise LockLostError(self.lock.session_id, self.lock.holder_id, self.lock.fence)

    def _check(self, document: Document, label: Label) -> None:
        self._check_lease()
        if error := self.surface.refuse(document, label):
            raise error
