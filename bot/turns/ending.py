"""Values: how a turn is to end, and what came of it."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import structlog

from bot.document.posts import Action, Attachment, Image
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.messages import QUESTIONS, ts_of
from bot.observe.measuring import spent_here
from bot.observe.recorder import Recorder
from bot.observe.series import ANSWER_SECONDS, CLOSED, FIRST_WORD
from bot.turns.reasons import storable
from session import (
    Lock,
    Message,
    NewMessage,
    Notebook,
    Outcome,
    Session,
    SessionChange,
    Sighting,
    TurnEnd,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The end of an answer, which is never cut."""

    documents: Sequence[Document]
    """Each begins a post of its own."""
    actions: Sequence[Action] = ()
    """The buttons under the last part of the last one."""


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
    images: tuple[Image, ...] = ()
    tail: Tail | None = None
    note: str | None = None
    """Why it failed or who stopped it, for operators."""
    muted: bool | None = None
    notebook: Notebook | None = None
    audit: Mapping[str, Any] | None = None
    sightings: tuple[Sighting, ...] | None = None
    """All that the session saw; None leaves it as it is."""
    records: Sequence[Notebook] = ()
    """What else the commit replaces."""
    parked_until: datetime | None = None
    """When the messages that it parks are looked at."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All that it says."""
        return (
            *(() if self.answer is None else (self.answer,)),
            *(it.document for it in self.attachments),
            *(() if self.tail is None else self.tail.documents),
        )

    def with_names(self, names: Mapping[str, str]) -> Self:
        """Return the same ending with people's names, by user id, in all that it says."""
        tail = self.tail
        return replace(
            self,
            answer=None if self.answer is None else self.answer.with_names(names),
            attachments=tuple(
                replace(it, document=it.document.with_names(names)) for it in self.attachments
            ),
            tail=tail and replace(tail, documents=[it.with_names(names) for it in tail.documents]),
        )

    def recorded(
        self, session: Session, answer: NewMessage | None, files: Sequence[Notebook], *, said: bool
    ) -> TurnEnd:
        """Return what the one commit writes; `said`: the notice that the session begins stands."""
        is_direct = session.thread is not None and session.thread.channel_id.startswith("D")
        return TurnEnd(
            outcome=self.outcome,
            message_ids=tuple(message.id for message in self.messages),
            answer=answer,
            note=storable(self.note) if self.note else None,
            session=SessionChange(notice_posted=said, muted=self.muted),
            notebook=self.notebook,
            more_notebooks=(*self.records, *files),
            parked_until=self.parked_until,
            audit=self.audit,
            # Nothing is kept of what direct messages hold.
            sightings=None if is_direct else self.sightings,
            release=answer is None,
        )

    def failing(self, text: str, note: str) -> Self:
        """Return one that closes the same messages as failed, with a sentence and nothing else."""
        return replace(
            self,
            outcome=Outcome.FAILED,
            answer=sentence(text),
            rest="",
            attachments=(),
            images=(),
            tail=None,
            note=note,
            notebook=None,
            audit=None,
            sightings=None,
            # Without its tail nobody sees the card that it brings.
            records=self.records if self.tail is None else (),
            parked_until=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """The result of a turn."""

    request_id: str
    session: Session
    closed: tuple[Message, ...] = ()
    is_delivered: bool = True
    """Whether its answer stands in the thread, if it gave one."""
    afterwards: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    """What is left to do without the lock."""


def note_closed(
    ending: Ending, lock: Lock, now: datetime, recorder: Recorder, *, is_delivered: bool
) -> None:
    """Write the one line that every message gets at the end, under its own request id; count it.

    `duration_s` is the author's whole wait, `turn_s` the part of it under the lock. `store_s` and
    `slack_s` are what the turn has spent on the store and on Slack, calls at once added up.
    """
    spent = spent_here()
    event = "message.parked" if ending.outcome == Outcome.PARKED else "message.closed"
    for message in ending.messages:
        waited = (now - message.stored_at).total_seconds()
        log.info(
            event,
            request_id=message.request_id,
            ts=ts_of(message) or None,
            user_id=message.author_id,
            outcome=str(ending.outcome),
            duration_s=round(waited, 3),
            turn_s=round((now - lock.acquired_at).total_seconds(), 3),
            store_s=round(spent.store, 3),
            slack_s=round(spent.slack, 3),
            turn_id=lock.claim.turn_id,
            holder_id=lock.holder_id,
            is_delivered=is_delivered,
            note=ending.note,
        )
        recorder.count(CLOSED, str(ending.outcome))
        if message.kind in QUESTIONS:
            has_answer = ending.answer is not None and is_delivered
            _time(recorder, waited, spent.since_first_post(), has_answer=has_answer)


def _time(
    recorder: Recorder, waited: float, since_first_post: float | None, *, has_answer: bool
) -> None:
    """Record how long a question waited for the first word, and for its answer."""
    if since_first_post is not None:
        recorder.time(FIRST_WORD, waited - since_first_post)
    if has_answer:
        recorder.time(ANSWER_SECONDS, waited)
