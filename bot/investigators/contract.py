"""The contract between a turn and the investigator that works in it."""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import InitVar, dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Protocol

from bot.document.kinds import check, check_each
from bot.document.posts import Attachment, Image
from bot.document.thread import Around, Elsewhere, FileImage, FileText, ReadInPart, ThreadMessage
from bot.document.values import Document, PlanItem
from bot.investigators.approvals import Ask, CallEnd, Decision, PendingCall
from session import Message, Session, Sighting


class ThreadView(Protocol):
    """The Slack thread a turn works in."""

    async def read(self) -> Sequence[ThreadMessage]:
        """Read the whole thread, oldest first; asks Slack at most once in a turn."""
        ...

    async def around(self, since: datetime | None = None) -> Around | None:
        """Read what the channel holds from `since` on (None: of the last six hours).

        For a thread that holds nothing itself. At most the newest 200 root messages, and the
        first 15 replies of the three threads with most replies. None where there is no channel
        to read.
        """
        ...

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        """Read the text files that these messages share: the newest five, 1 MiB each at most.

        The others come too, each with why it is left out.
        """
        ...

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        """Read the images that these messages share: the newest four, 4 MiB each at most."""
        ...

    async def zone(self, user_id: str) -> tzinfo | None:
        """Return the time zone in which somebody is now; None where that is not known."""
        ...

    def read_in_part(self) -> ReadInPart | None:
        """Tell how much `read` gave, if that was not all of the thread."""
        ...


class TimelineView(Protocol):
    """The stored messages of the session so far."""

    async def read(self) -> Sequence[Message]:
        """Read the newest 2,000 entries before this turn, oldest first, earlier answers too."""
        ...


class InboxView(Protocol):
    """The messages that arrive while the turn runs; the next turn deals with them."""

    async def queued(self) -> Sequence[Message]:
        """Read what is queued now, oldest first."""
        ...

    async def take(self) -> Sequence[Message]:
        """Take up what is queued now: it ends with this turn, so answer it too.

        A stop of this turn leaves it to the next one, as does a failing store: then nothing
        comes back.
        """
        ...


class NotebookView(Protocol):
    """The JSON that the investigator left for itself in this session (`Finding.notebook`)."""

    async def read(self) -> Mapping[str, Any]:
        """Read it; an empty mapping if it left nothing."""
        ...


class TallyView(Protocol):
    """Numbers of today (UTC) that all instances add up to."""

    async def today(self, name: str) -> int:
        """Return the sum; it may lag by what other instances counted in the last ten seconds."""
        ...

    def add(self, name: str, amount: int) -> None:
        """Count something here."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """Another case that saw some of what was asked for."""

    where: Elsewhere
    sightings: tuple[Sighting, ...]
    """Of what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBefore:
    """The other cases that may be shown here, newest first."""

    cases: tuple[EarlierCase, ...] = ()
    """At most 20."""
    has_more: bool = False


class SightingsView(Protocol):
    """The sightings of other cases."""

    async def seen_before(self, keys: Collection[str]) -> SeenBefore:
        """Return the other cases that saw any of these keys, at most 60 of them.

        Only those that every full member who reads this thread may see anyway. Empty where the
        store does not answer.
        """
        ...


class NoSightings:
    """A view that knows of no other case."""

    async def seen_before(self, keys: Collection[str]) -> SeenBefore:
        """Return nothing."""
        return SeenBefore()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The input of an investigator: the session, the new messages, and the earlier ones."""

    session: Session
    new: tuple[Message, ...]
    """The messages to answer, oldest first; never empty."""
    timeline: TimelineView
    thread: ThreadView
    inbox: InboxView
    notebook: NotebookView
    sightings: SightingsView = field(default_factory=NoSightings)
    decisions: tuple[Decision, ...] = ()
    """What people decided about the calls that an earlier turn asked for (`Ask`): about all."""
    pending: tuple[PendingCall, ...] = ()
    """Calls that still wait for people. Nothing else can be asked for meanwhile."""
    tally: TallyView | None = None
    """None where nothing is counted for all, as in a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A sign of life in a few plain words: `Reading 120 messages`."""

    text: str
    plan: tuple[PlanItem, ...] = ()
    """What is done and what is to come; shown above the words."""
    goes_on: bool = False
    """Whether it says only that the step before goes on: it does not count as a step then."""

    def __post_init__(self) -> None:
        check(self.text, str, "Progress.text")
        check_each(self.plan, PlanItem, "Progress.plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A piece of the answer; a turn that yields several posts them in order."""

    text: str = ""
    """Standard Markdown (CommonMark with tables)."""
    document: Document | None = None
    """The same as values, if Markdown is not enough."""
    attachments: tuple[Attachment, ...] = ()
    """What belongs into files beside the answer."""
    images: tuple[Image, ...] = ()
    """What is attached to the answer too, three at most (PNG, JPEG, WebP, GIF)."""
    blocks: InitVar[Any] = None
    """Block Kit is refused: a finding knows no Slack."""
    worth_posting: bool = True
    """False if nothing is new: a plain reply then gets no answer, a mention still gets it."""
    notebook: Mapping[str, Any] | None = None
    """JSON that replaces the notebook: the session's next turn reads it from `Case.notebook`."""
    audit: Mapping[str, Any] | None = None
    """JSON of at most 64 KiB about how it was found, for operators; the last one counts."""
    sightings: tuple[Sighting, ...] | None = None
    """All that the case saw, at most 200: other cases are told of it. None: as it was before."""

    def __post_init__(self, blocks: Any) -> None:
        """Refuse what an investigator must not hand over."""
        if blocks:
            raise TypeError(
                "Finding.blocks is gone: give Markdown as `text`, or a Document of"
                " bot.document.values as `document`"
            )
        check(self.text, str, "Finding.text")
        check_each(self.attachments, Attachment, "Finding.attachments")
        check_each(self.images, Image, "Finding.images")
        if self.document is not None:
            check(self.document, Document, "Finding.document")


Step = Progress | Finding | Ask | CallEnd
"""What a turn yields; an `Ask` is its last."""

Investigator = Callable[
    [Case],
    AsyncIterator[Step | str] | Iterable[Step | str] | Finding | Ask | Awaitable[Any] | None,
]
"""An async generator function, a coroutine function, or a plain (blocking) one in a thread.

The latter two return one step, several, or None. A string counts as a `Finding`.
"""
