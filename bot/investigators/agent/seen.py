"""Remembers from turn to turn which messages the model has seen, and under which handles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Self

_MOST = 2_000


@dataclass(slots=True)
class Seen:
    """Handles by `ts`. An edited message gets a new handle: the old one names the old words."""

    numbers: dict[str, tuple[int, str]] = field(default_factory=dict)
    last: int = 0

    def is_new(self, ts: str, text: str) -> bool:
        """Tell whether the model has not seen this message with these words."""
        known = self.numbers.get(ts)
        return known is None or known[1] != _mark(text)

    def handle_of(self, ts: str, text: str) -> str:
        """Return the message's handle, a new one for new words."""
        mark = _mark(text)
        known = self.numbers.get(ts)
        if known is None or known[1] != mark:
            self.last += 1
            known = (self.last, mark)
            self.numbers[ts] = known
        return f"m{known[0]}"

    def joined(self, other: Self) -> Self:
        """Return a copy that knows both; where both know a message, the other's handle counts."""
        return type(self)({**self.numbers, **other.numbers}, max(self.last, other.last))

    def counting_from(self, last: int) -> Self:
        """Return a copy that gives no handle again which was given meanwhile."""
        return type(self)(dict(self.numbers), max(self.last, last))

    def as_json(self) -> dict[str, Any]:
        """Return what the notebook keeps: the newest messages."""
        newest = list(self.numbers.items())[-_MOST:]
        return {"last": self.last, "messages": [[ts, *known] for ts, known in newest]}

    @classmethod
    def from_json(cls, value: Any) -> "Seen":
        """Read it back; what is not well-formed counts as nothing seen."""
        if not isinstance(value, Mapping) or not isinstance(value.get("messages"), Sequence):
            return cls()
        numbers = {
            str(entry[0]): (int(entry[1]), str(entry[2]))
            for entry in value["messages"]
            if isinstance(entry, Sequence) and len(entry) == 3 and isinstance(entry[1], int)
        }
        last = max([number for number, _ in numbers.values()], default=0)
        return cls(numbers, max(last, value.get("last") or 0))


def _mark(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
