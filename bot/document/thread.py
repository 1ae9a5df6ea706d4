"""A message of a conversation, as people see it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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
    replies: int = 0
    """How many replies its own thread has; 0 for a message of the thread that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInPart:
    """How much of a conversation could be read, where that was not all."""

    read: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the channel holds around a conversation, as far as it was read."""

    channel: str
    """Its name, such as `#incidents`."""
    since: datetime
    """From when on it was read."""
    messages: Sequence[ThreadMessage] = ()
    """Oldest first; none of the conversation itself."""
