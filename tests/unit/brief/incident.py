"""A believable incident: a card-skimming script in the shop, from first alert to all clear."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.document.thread import Around, FileImage, FileText, ReadInPart, ThreadMessage
from bot.investigators.brief.one_turn import brief
from bot.investigators.contract import Case, Finding
from session import Message, MessageId, Session, SessionId, SessionSource

NIGHT = datetime(2026, 11, 23, 2, 12, 0, tzinfo=UTC)
SHA256 = "9f2c4e1ab37d5560c8e1f4a2d97b0c3e5a6f8d1b2c4e7091a3b5c7d9e0f12345"

ALERT = (
    "FIRING: checkout 5xx above {percent}% for 5 min\n"
    "service: checkout-api\ninstance: i-0abcd1234ef567890 (10.20.4.17)\n"
    "HTTP 503 from https://shop.northwind.com/checkout"
)
SPOKEN: tuple[tuple[int, str, str], ...] = (
    (0, "Pager", ALERT.format(percent=5)),
    (2, "Ann Keller", "looking"),
    (6, "Pager", ALERT.format(percent=11)),
    (7, "Ann Keller", "pods are OOMKilled, java.lang.OutOfMemoryError in checkout since 02:08"),
    (9, "Ben Okafor", "@Ann Keller who deployed tonight? I see release 3f2a9c1 went out at 01:55"),
    (12, "Ann Keller", "that was me, config only. Rolling back to 9fceb02 anyway"),
    (18, "Pager", ALERT.format(percent=14)),
    (21, "Chloe Martin", "payments here: is anybody looking at the weird script on the pay page?"),
    (24, "Ben Okafor", "rollback is done, 5xx going down"),
    (27, "Chloe Martin", "script loads from hxxps://cdn-metrics[.]net/s.js, not ours"),
    (31, "Ben Okafor", "cdn-metrics[.]net resolves to 185.220.101[.]34. CVE-2024-4577 maybe?"),
    (33, "Chloe Martin", f"hash of the dropped file: sha256 {SHA256}"),
    (40, "Ann Keller", "found the deploy key in a log: [redacted: AWS access key] :("),
    (44, "Ben Okafor", "arn:aws:iam::123456789012:role/deploy-bot was used from 185.220.101.34"),
    (46, "Chloe Martin", "how many cards are affected? legal asks, SEC-118"),
    (51, "Ann Keller", "isolated i-0abcd1234ef567890, key rotated, blocked the IP at the edge"),
    (187, "Ben Okafor", "back from sleep. T1059.007 fits, writing it up in SEC-118"),
    (190, "Pager", "RESOLVED: checkout 5xx below 1%"),
)
LATER: tuple[tuple[int, str, str], ...] = (
    (230, "Gil Vance", "same script on the loyalty site, served by 45.61.136[.]9"),
    (236, "Ben Okafor", "41 cards are affected so far, told legal in SEC-118"),
    (241, "Ann Keller", "should we tell customers tonight or wait for legal?"),
)
BOTS = {"Pager": "B0PAGER"}
BURROW = "Burrow"


def message(
    minutes: float,
    author: str,
    text: str,
    *,
    start: datetime = NIGHT,
    place: int = 0,
    is_bot: bool = False,
) -> ThreadMessage:
    """A message of the thread, `minutes` after its start; `BOTS` are bots anyway."""
    sent_at = start + timedelta(minutes=minutes, microseconds=place)
    ts = f"{int(sent_at.timestamp())}.{sent_at.microsecond:06d}"
    return ThreadMessage(
        ts=ts,
        sent_at=sent_at,
        author_id=BOTS.get(author) or f"U0{author.partition(' ')[0].upper()}",
        author=author,
        text=text,
        link=f"https://northwind.slack.com/archives/C0INC/p{ts.replace('.', '')}?cid=C0INC&x=1",
        is_bot=is_bot or author in BOTS or author == BURROW,
        is_burrow=author == BURROW,
    )


def thread(*spoken: tuple[float, str, str]) -> list[ThreadMessage]:
    """Messages of a thread, in the order given."""
    return [message(*one, place=place) for place, one in enumerate(spoken)]


class FixedThread:
    """A thread that is known already, and perhaps its channel."""

    def __init__(
        self, messages: Sequence[ThreadMessage], channel: Sequence[ThreadMessage] | None = None
    ) -> None:
        self.messages = messages
        self.channel = channel
        self.asked_since: list[datetime | None] = []
        self.files: Sequence[FileText] = ()
        self.is_read = True

    async def read(self) -> Sequence[ThreadMessage]:
        return self.messages

    def read_in_part(self) -> ReadInPart | None:
        return None

    async def around(self, since: datetime | None = None) -> Around | None:
        self.asked_since.append(since)
        if self.channel is None:
            return None
        begin = since or NIGHT
        if not self.is_read:
            return Around(channel="#incidents", since=begin, is_read=False)
        newer = [it for it in self.channel if it.sent_at > begin or since is None]
        return Around(channel="#incidents", since=begin, messages=newer)

    async def zone(self, user_id: str) -> tzinfo | None:
        return None

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        return self.files

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        return ()


class Nothing:
    """An empty timeline and an empty inbox."""

    async def read(self) -> Sequence[Message]:
        return ()

    async def queued(self) -> Sequence[Message]:
        return ()

    async def take(self) -> Sequence[Message]:
        return ()


class FixedNotebook:
    """What the brief of the turn before left."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value

    async def read(self) -> Mapping[str, Any]:
        return self.value


def case(
    messages: Sequence[ThreadMessage],
    *asked: ThreadMessage,
    asks: bool = True,
    after: Finding | None = None,
    ticket_id: str | None = None,
    channel: Sequence[ThreadMessage] | None = None,
) -> Case:
    """A case in which the last message (or `asked`) waits for an answer.

    `after` is the finding of the turn before, whose notebook the case holds; `channel` is what
    the channel holds.
    """
    session = Session(
        id=SessionId("slack_1"),
        source=SessionSource.SLACK,
        thread=None,
        ticket_id=ticket_id,
        user_id="U0ANN",
        created_at=NIGHT,
        last_active_at=NIGHT,
    )
    new = tuple(_stored(one, asks=asks) for one in (asked or messages[-1:]))
    nothing = Nothing()
    return Case(
        session=session,
        new=new,
        timeline=nothing,
        thread=FixedThread(messages, channel),
        inbox=nothing,
        notebook=FixedNotebook({} if after is None else after.notebook or {}),
    )


def _stored(seen: ThreadMessage, *, asks: bool) -> Message:
    return Message(
        id=MessageId(seen.ts),
        session_id=SessionId("slack_1"),
        kind="question",
        author_id=seen.author_id,
        text=seen.text,
        sent_at=seen.sent_at,
        stored_at=seen.sent_at,
        request_id="r1",
        attributes={"ts": seen.ts, "asks": asks},
    )


def briefed(case: Case, messages: Sequence[ThreadMessage]) -> Finding:
    """Brief a case with the notebook that it holds."""
    assert isinstance(case.notebook, FixedNotebook)
    return brief(case, messages, case.notebook.value)
