"""Cases for the agent: a thread, open messages, and nothing of Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.document.nodes import Link
from bot.document.runs import runs_of
from bot.document.thread import Around, FileImage, FileText, ReadInPart, ThreadMessage
from bot.document.values import Document
from bot.investigators.contract import Case, TallyView
from session import (
    Message,
    MessageId,
    Session,
    SessionId,
    SessionSource,
    SlackThread,
)

BEGIN = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
THREAD = SlackThread(team_id="T1", channel_id="C1", thread_ts="1.000001")


def said(number: int, text: str, *, author: str = "Ann", **more: Any) -> ThreadMessage:
    """Make the thread's message of that number."""
    return ThreadMessage(
        ts=f"{number}.000001",
        sent_at=BEGIN + timedelta(minutes=number),
        author_id=f"U{author.upper()}",
        author=author,
        text=text,
        link=f"https://team.slack.com/archives/C1/p{number}000001",
        **more,
    )


def ours(number: int, text: str) -> ThreadMessage:
    """Make a message of the bot's own."""
    return said(number, text, author="Burrow", is_bot=True, is_burrow=True)


def asked(number: int, text: str, *, mentions: bool = True, is_shared: bool = False) -> Message:
    """Make the open message of that number."""
    return Message(
        id=MessageId(f"id{number}"),
        session_id=SessionId("s1"),
        kind="question",
        author_id="UANN",
        text=text,
        sent_at=BEGIN + timedelta(minutes=number),
        stored_at=BEGIN + timedelta(minutes=number),
        request_id="req-1",
        attributes={"ts": f"{number}.000001", "asks": mentions, "shared": is_shared},
    )


@dataclass(slots=True)
class Views:
    """Thread, timeline and inbox of a case, as lists."""

    messages: Sequence[ThreadMessage] = ()
    earlier: Sequence[Message] = ()
    arriving: list[Message] = field(default_factory=list)
    channel: Around | None = None
    files: Sequence[FileText] = ()
    images: Sequence[FileImage] = ()
    part: ReadInPart | None = None
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    around_since: list[datetime | None] = field(default_factory=list)

    async def queued(self) -> Sequence[Message]:
        return list(self.arriving)

    async def take(self) -> Sequence[Message]:
        taken, self.arriving = self.arriving, []
        return taken


class Thread:
    def __init__(self, views: Views) -> None:
        self._views = views

    async def read(self) -> Sequence[ThreadMessage]:
        return self._views.messages

    def read_in_part(self) -> ReadInPart | None:
        return self._views.part

    async def around(self, since: datetime | None = None) -> Around | None:
        self._views.around_since.append(since)
        return self._views.channel

    async def zone(self, user_id: str) -> tzinfo | None:
        return self._views.zones.get(user_id)

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        return self._views.files

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        return self._views.images


class Notebook:
    def __init__(self, value: Mapping[str, Any]) -> None:
        self._value = value

    async def read(self) -> Mapping[str, Any]:
        return self._value


class Timeline:
    def __init__(self, views: Views) -> None:
        self._views = views

    async def read(self) -> Sequence[Message]:
        return self._views.earlier


def case_of(
    messages: Sequence[ThreadMessage],
    new: Sequence[Message],
    *,
    memory: dict[str, Any] | None = None,
    fence: int = 1,
    views: Views | None = None,
    tally: TallyView | None = None,
) -> Case:
    """Make a case over these messages."""
    views = views or Views()
    views.messages = messages
    session = Session(
        id=SessionId("s1"),
        source=SessionSource.SLACK,
        thread=THREAD,
        ticket_id=None,
        user_id="UANN",
        created_at=BEGIN,
        last_active_at=BEGIN,
        fence=fence,
    )
    return Case(
        session=session,
        new=tuple(new),
        timeline=Timeline(views),
        thread=Thread(views),
        inbox=views,
        notebook=Notebook(memory or {}),
        tally=tally,
    )


OUTAGE = (
    said(1, "Checkout answers with 502 since 10:00 UTC"),
    said(2, "db-7 logs: too many connections for role app", author="Ben"),
)
QUESTION = said(3, "@Burrow why is checkout down?")


def outage(**more: Any) -> Case:
    """Make the case that most tests ask about."""
    return case_of([*OUTAGE, QUESTION], [asked(3, "<@UB> why is checkout down?")], **more)


def links_of(document: Document) -> list[Link]:
    """Return what people can follow in a document."""
    nodes = (node for block in document.blocks for run in runs_of(block) for node in run)
    return [node for node in nodes if isinstance(node, Link)]


def links_in(document: Document) -> list[str]:
    """Return the addresses of these."""
    return [node.url for node in links_of(document)]
