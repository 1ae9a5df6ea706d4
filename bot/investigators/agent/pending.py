"""A run that waits for people's approval: kept whole, apart from what other turns say."""

import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import structlog
from pydantic import ValidationError
from pydantic_ai.messages import ModelMessage, ModelRequest

from bot.investigators.agent.compaction import turn_of
from bot.investigators.agent.images import without_images
from bot.investigators.agent.packing import packed, unpacked
from bot.investigators.agent.seen import Seen
from bot.investigators.approvals import Decision, PendingCall

log = structlog.get_logger(__name__)

MOST_BYTES = 200 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What the notebook keeps of it. It is never compacted."""

    turns: tuple[str, ...]
    """The ids of the turns that it took so far."""
    messages: tuple[ModelMessage, ...]
    """The whole conversation, its calls without results at the end."""
    calls: tuple[PendingCall, ...]
    seen: Seen = field(default_factory=Seen)
    """The thread messages that it knows."""

    def as_json(self) -> dict[str, Any]:
        """Return what the notebook keeps."""
        bare = [
            replace(it, instructions=None) if isinstance(it, ModelRequest) else it
            for it in map(without_images, self.messages)
        ]
        return {
            "turns": list(self.turns),
            "messages": packed(bare),
            "calls": [asdict(it) for it in self.calls],
            "seen": self.seen.as_json(),
        }

    @property
    def fits(self) -> bool:
        """Whether the notebook has room for it."""
        return len(json.dumps(self.as_json())) <= MOST_BYTES

    @property
    def names(self) -> list[str]:
        """What is waited for, for the model."""
        return [it.tool for it in self.calls]

    def is_of_it(self, message: ModelMessage) -> bool:
        """Tell whether a message belongs to it, and not to an earlier turn."""
        return turn_of(message) in self.turns

    def is_decided_by(self, decisions: Sequence[Decision]) -> bool:
        """Tell whether these are the decisions about its calls."""
        return {it.call_id for it in decisions} == {it.id for it in self.calls}

    @classmethod
    def from_json(cls, value: Any) -> Self | None:
        """Read it back; one that does not load is dropped with a warning."""
        if not isinstance(value, Mapping):
            return None
        try:
            return cls(
                turns=tuple(map(str, value["turns"])),
                messages=tuple(unpacked(str(value["messages"]))),
                calls=tuple(PendingCall(**it) for it in value["calls"]),
                seen=Seen.from_json(value.get("seen")),
            )
        except (
            *(KeyError, TypeError, ValueError, RecursionError),
            *(ValidationError, binascii.Error, zlib.error),
        ) as error:
            log.warning("pending.dropped", error=type(error).__name__)
            return None
