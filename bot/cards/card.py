"""One card: the calls that a turn asks people to approve. A session has one at a time."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from bot.document.posts import Label
from bot.investigators.approvals import CallEnd, CallState, PendingCall
from session import ANSWER, MessageId, Notebook

NOTEBOOK = "card"
"""The name of the record. It is written by the commit that ends a turn, and by nothing else."""
NO_CARD = Notebook(name=NOTEBOOK, value={})
LASTS = timedelta(hours=24)
DECIDED = "decided"
"""The outcome of a decision that a turn has taken up to carry out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The stored form of a card, kept until a turn has dealt with all of its decisions."""

    id: MessageId
    """The answer's that it is the last part of."""
    calls: tuple[PendingCall, ...]
    questions: tuple[MessageId, ...]
    """What the turn worked on that asked."""
    asked_by: tuple[str, ...]
    """User ids: whose questions they are."""
    until: datetime
    """Aware: what people read, by the wall clock."""
    ends: tuple[CallEnd, ...] = ()
    """What is known already of its calls, where a turn was handed back that carried them out."""

    @property
    def key(self) -> str:
        """What its buttons name it by."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8]

    @property
    def label(self) -> Label:
        """By this its posts are found; the last part is the card itself."""
        return Label(kind=ANSWER, key=self.id)

    def decision_id(self, number: int) -> MessageId:
        """Return the one id that a decision about this call can have; numbers begin with 1."""
        return MessageId(f"{self.id}/{number}")

    def as_notebook(self) -> Notebook:
        """Return what a turn's end stores."""
        return Notebook(
            name=NOTEBOOK,
            value={
                "id": self.id,
                "calls": [asdict(it) for it in self.calls],
                "questions": list(self.questions),
                "asked_by": list(self.asked_by),
                "until": self.until.isoformat(),
                "ends": [asdict(it) for it in self.ends],
            },
        )

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Self | None:
        """Read what was stored; None where there is no card."""
        if not value:
            return None
        return cls(
            id=MessageId(value["id"]),
            calls=tuple(PendingCall(**it) for it in value["calls"]),
            questions=tuple(MessageId(it) for it in value["questions"]),
            asked_by=tuple(value["asked_by"]),
            until=datetime.fromisoformat(value["until"]),
            ends=tuple(
                CallEnd(call_id=it["call_id"], state=CallState(it["state"]), why=it["why"])
                for it in value["ends"]
            ),
        )
