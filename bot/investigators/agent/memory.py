"""The agent's memory of a session: its conversation with the model, packed."""

import binascii
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    ThinkingPart,
    ToolReturnPart,
    repair_messages,
)

from bot.investigators.agent.compaction import ATTEMPT, compacted, summarised
from bot.investigators.agent.images import as_text
from bot.investigators.agent.packing import packed, unpacked
from bot.investigators.agent.pending import Pending
from bot.investigators.agent.seen import Seen
from bot.investigators.agent.sources import Source, Standing

log = structlog.get_logger(__name__)

VERSION = 1
MOST_PACKED = 256 * 1024
_SYNTHESIZED = "pydantic_ai_synthesized_tool_return"
INTERRUPTED = (
    "This call was cut off: nobody knows whether it was carried out."
    " Do not repeat one that changes something."
)
_PER_PART = ("id", "provider_name", "provider_details")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The tokens that a thread used on one day (UTC)."""

    day: str = ""
    tokens: int = 0

    def on(self, day: str) -> int:
        """Return what was used on that day."""
        return self.tokens if self.day == day else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The notebook's content, read."""

    history: tuple[ModelMessage, ...] = ()
    seen: Seen = field(default_factory=Seen)
    results: int = 0
    """How many tool results have a handle."""
    usage: Usage = field(default_factory=Usage)
    channel_read_up_to: datetime | None = None
    """How far the channel was read, where it is the case."""
    pending: Pending | None = None
    """The run that waits for people's approval, apart from the history."""

    def as_json(self, *, window: int) -> dict[str, Any]:
        """Return it for the notebook, the history shortened until it fits there."""
        return {
            "v": VERSION,
            "history": _packed_small(self.history, window=window, most=self._most_packed),
            "seen": self.seen.as_json(),
            "results": self.results,
            "usage": {"day": self.usage.day, "tokens": self.usage.tokens},
            "channel": self.channel_read_up_to and self.channel_read_up_to.isoformat(),
            "pending": self.pending.as_json() if self.pending else None,
        }

    @property
    def _most_packed(self) -> int:
        """A pending run is never shortened, so the history makes room for it."""
        return MOST_PACKED // 2 if self.pending else MOST_PACKED

    def sources(self) -> Iterator[Source]:
        """Yield the tool results of earlier turns, as the model still sees them."""
        for message in (*self.history, *(self.pending.messages if self.pending else ())):
            for part in message.parts:
                source = _source(part) if isinstance(part, ToolReturnPart) else None
                if source is not None:
                    yield source


def read_memory(value: Mapping[str, Any] | None) -> Memory:
    """Read a notebook; a history that does not load is dropped with a warning."""
    if not value or value.get("v") != VERSION:
        return Memory()
    usage = value.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    try:
        history = unpacked(str(value.get("history") or ""))
    except (ValueError, ValidationError, binascii.Error, zlib.error, RecursionError) as error:
        log.warning("memory.dropped", error=type(error).__name__)
        return Memory(usage=_usage(usage))
    results = value.get("results")
    pending = Pending.from_json(value.get("pending"))
    return Memory(
        history=tuple(history),
        seen=Seen.from_json(value.get("seen")) if history or pending else Seen(),
        results=results if isinstance(results, int) else 0,
        usage=_usage(usage),
        channel_read_up_to=_moment(value.get("channel")) if history else None,
        pending=pending,
    )


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _usage(value: Mapping[str, Any]) -> Usage:
    tokens = value.get("tokens")
    return Usage(day=str(value.get("day") or ""), tokens=tokens if isinstance(tokens, int) else 0)


def _source(part: ToolReturnPart) -> Source | None:
    about, content = part.metadata, part.content
    if not isinstance(about, Mapping) or "handle" not in about or not isinstance(content, str):
        return None
    handle = str(about["handle"])
    return Source(
        handle=handle,
        title=str(about.get("title") or handle),
        text=content.removeprefix(f"{handle}:\n"),
        standing=_standing(about.get("standing")),
    )


def _standing(value: object) -> Standing:
    """Read how a result stands; what an earlier version did not say is whole."""
    known = {str(it): it for it in (Standing.CUT, Standing.REPEATED)}
    return known.get(str(value), Standing.WHOLE)


def _packed_small(messages: Sequence[ModelMessage], *, window: int, most: int) -> str:
    """Shorten until it fits; a conversation that never does is forgotten."""
    if not messages:
        return ""
    kept = compacted(tidy(messages), window=window)
    while kept:
        text = packed(kept)
        if len(text) <= most:
            return text
        window //= 2
        shorter = compacted(kept, window=window) if window else []
        kept = shorter if shorter != kept or window else []
    log.warning("memory.too_large", messages=len(messages))
    return ""


def resumable(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Drop trailing answers that are not whole: half a sentence would become the answer."""
    kept = list(messages)
    while kept and isinstance(kept[-1], ModelResponse) and kept[-1].state != "complete":
        kept.pop()
    return kept


def tidy(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Drop what only its own provider, key or request can use: thinking, ids, images and such.

    A call that got no result is closed as interrupted: a new question cannot follow an open one.
    """
    whole = repair_messages(resumable(messages))
    return [it for message in whole if (it := _tidied(message)).parts]


def _tidied(message: ModelMessage) -> ModelMessage:
    if isinstance(message, ModelRequest):
        parts = [_told(as_text(it)) for it in message.parts if not _is_of_one_request(it)]
        return replace(message, parts=parts, instructions=None)
    answered = [_without_ids(it) for it in message.parts if not isinstance(it, ThinkingPart)]
    return replace(
        message,
        parts=answered,
        provider_details=None,
        provider_response_id=None,
        provider_url=None,
    )


def _told(part: Any) -> Any:
    """Say of a call that was cut off that nobody knows what became of it."""
    if isinstance(part, ToolReturnPart) and (part.metadata or {}).get(_SYNTHESIZED):
        return replace(part, content=INTERRUPTED)
    return part


def _is_of_one_request(part: Any) -> bool:
    return isinstance(part, SystemPromptPart) and part.scope == "request"


def _without_ids(part: Any) -> Any:
    changes = {name: None for name in _PER_PART if getattr(part, name, None) is not None}
    return replace(part, **changes) if changes else part


def as_summary(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Make one plain summary of a history that the provider does not take."""
    marked = [*messages, ModelRequest(parts=[], run_id=f"the turn to come{ATTEMPT}1")]
    return [it for it in summarised(marked) if it.parts]
