"""A message of a conversation, as people see it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file that somebody shared with a message."""

    id: str
    name: str
    media_type: str = ""
    """Such as `text/plain`; empty where it is not known."""
    size: int = 0
    """In bytes; 0 where it is not known."""
    address: str = ""
    """Where its bytes are, for those who may have them; empty where they cannot be had."""
    is_text: bool = False
    is_image: bool = False
    """Whether it is an image of a kind that models take: PNG, JPEG or WebP."""
    is_told: bool = True
    """False where only the id is known, and what it is has to be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessage:
    """One message of the Slack thread as a person sees it there.

    `text` is plain: entities are unescaped, users and channels are `@Ann` and `#incidents`, links
    are their URLs; attachments and blocks of alerts follow as further lines.
    """

    ts: str
    sent_at: datetime
    author_id: str
    author: str
    text: str
    link: str
    is_bot: bool = False
    """Any bot, Burrow included."""
    is_burrow: bool = False
    is_edited: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    """Label and target of the links that stand in `text` as `label (target)`."""
    files: tuple[SharedFile, ...] = ()
    replies: int = 0
    """How many replies its own thread has; 0 for a message of the thread that is read."""


class LeftOut(StrEnum):
    """Why a file was not read."""

    NOT_TEXT = "not text"
    TOO_LARGE = "too large"
    TOO_MANY = "too many newer ones"
    NO_SCOPE = "no scope"
    ELSEWHERE = "kept elsewhere"
    UNREADABLE = "its content does not fit its type"
    REFUSED = "refused"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """The text of a file, or the reason why it was not read."""

    file: SharedFile
    message: ThreadMessage
    """The message that shares it."""
    text: str = ""
    """Without secrets."""
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImage:
    """An image that somebody shared, or why it cannot be had."""

    file: SharedFile
    message: ThreadMessage
    """The message that shares it."""
    data: bytes = b""
    media_type: str = ""
    """Of what the bytes are: `image/png`, `image/jpeg` or `image/webp`."""
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInPart:
    """Says that a part of a conversation was read, and how much."""

    read: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The part of a channel around a conversation that was read."""

    channel: str
    """Its name, such as `#incidents`."""
    since: datetime
    """From when on it was read."""
    messages: Sequence[ThreadMessage] = ()
    """Oldest first; none of the conversation itself."""
    is_read: bool = True
    """False where Slack could not be asked just now: then nothing is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another conversation, as it may be shown."""

    channel: str
    """Its channel's name, such as `#payments`."""
    link: str
    """The address of its first message."""
