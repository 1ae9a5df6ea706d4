"""Values of approvals: the calls that an investigator asks for, the decisions, the outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.document.kinds import check, check_each

MOST_CALLS = 5
"""That one card can ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCall:
    """A call of a tool that a person has to approve before it runs."""

    id: str
    """The investigator's own, unlike those of the other calls of the card."""
    tool: str
    arguments: str
    """All of them, exactly as they would run: JSON, for instance. People see them whole."""
    server: str = ""
    """Where the tool stands; empty for one of the investigator's own."""

    def __post_init__(self) -> None:
        for name in ("id", "tool", "arguments", "server"):
            check(getattr(self, name), str, f"PendingCall.{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A turn's last step: people are asked to approve calls, and the turn ends as parked.

    One to five calls. What was found before is posted above them. Once all are decided, a turn
    begins whose `Case.decisions` name them. `notebook` and `audit` are those of a `Finding`.
    """

    calls: tuple[PendingCall, ...]
    notebook: Mapping[str, Any] | None = None
    audit: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_each(self.calls, PendingCall, "Ask.calls")
        if not 1 <= len(self.calls) <= MOST_CALLS:
            raise ValueError(f"one to {MOST_CALLS} calls can be asked for, not {len(self.calls)}")
        if len({it.id for it in self.calls}) < len(self.calls):
            raise ValueError("two calls have the same id")


class Verdict(StrEnum):
    """The known facts about a call when its card is dealt with."""

    APPROVED = "approved"
    """Run it now. Never again: the decision is closed in the store already."""
    DENIED = "denied"
    UNKNOWN = "unknown"
    """It was approved, and the turn that was to run it was cut off. It must not be run."""
    OVER = "over"
    """It was approved, and a turn that was handed back dealt with it. It must not be run again."""


class CallState(StrEnum):
    """The outcome of an approved call."""

    DONE = "done"
    FAILED = "failed"
    NOT_RUN = "not run"
    UNKNOWN = "unknown"
    """It was sent, and may have been carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnd:
    """A step: what became of one approved call. One that is never told of counts as unknown."""

    call_id: str
    state: CallState
    why: str = ""
    """Why it failed or did not run, in a few words that people may read."""

    def __post_init__(self) -> None:
        check(self.call_id, str, "CallEnd.call_id")
        check(self.state, CallState, "CallEnd.state")
        check(self.why, str, "CallEnd.why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's decision about one call."""

    call_id: str
    verdict: Verdict
    user_id: str
    """Who decided."""
    end: CallEnd | None = None
    """What became of it, where that is known: a verdict of `OVER`."""
