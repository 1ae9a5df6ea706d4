"""How a turn ends, and what it came to."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import structlog

from bot.document.posts import Attachment
from bot.document.values import Document
from bot.messages import ts_of
from session import Lock, Message, Notebook, Session

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a deed ends its turn: what is closed, what is said, what is remembered."""

    outcome: str
    messages: Sequence[Message]
    answer: Document | None = None
    rest: str = ""
    """Markdown that goes on where the answer ends, and is too long for posts."""
    attachments: tuple[Attachment, ...] = ()
    """What is attached to the answer."""
    note: str | None = None
    """Why it failed or who stopped it, for operators."""
    muted: bool | None = None
    notebook: Notebook | None = None
    audit: Mapping[str, Any] | None = None

    def saying(self, answer: Document) -> Self:
        """Return the same ending with an answer."""
        return replace(self, answer=answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What a turn came to."""

    request_id: str
    session: Session
    closed: tuple[Message, ...] = ()
    is_delivered: bool = True
    """Whether its answer stands in the thread, if it gave one."""
    mending: Callable[[], Coroutine[Any, Any, None]] | None = None
    """What is left to do without the lock."""


def log_closed(ending: Ending, lock: Lock, now: datetime, *, is_delivered: bool) -> None:
    """Write the one closing line that every message gets, under its own request id.

    `duration_s` is the author's whole wait, `turn_s` the part of it under the lock.
    """
    for message in ending.messages:
        log.info(
            "message.closed",
            request_id=message.request_id,
            ts=ts_of(message) or None,
            outcome=str(ending.outcome),
            duration_s=round((now - message.stored_at).total_seconds(), 3),
            turn_s=round((now - lock.acquired_at).total_seconds(), 3),
            turn_id=lock.claim.turn_id,
            holder_id=lock.holder_id,
            is_delivered=is_delivered,
            note=ending.note,
        )
