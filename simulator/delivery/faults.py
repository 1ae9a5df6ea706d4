"""Faults of the delivery of events, on demand."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeFault:
    """What befalls the next `count` envelopes (of one event type, if named).

    `drop`: never written, so the ack clock runs out. `delay`: written `seconds` later.
    `duplicate`: written twice. `reorder`: written after the one that follows it.
    `ignore_ack`: the app's ack is not counted.
    """

    action: Literal["drop", "delay", "duplicate", "reorder", "ignore_ack"]
    count: int = 1
    event: str | None = None
    seconds: float = 0.0


class EnvelopeFaults:
    """The faults that are still to come, oldest first."""

    def __init__(self) -> None:
        self._faults: list[EnvelopeFault] = []

    def add(self, fault: EnvelopeFault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, event: str) -> EnvelopeFault | None:
        """The oldest fault that fits this envelope; using it counts it down."""
        for index, fault in enumerate(self._faults):
            if fault.event in (event, None):
                left = replace(fault, count=fault.count - 1)
                self._faults[index : index + 1] = [left] if left.count else []
                return fault
        return None
