"""What is to go wrong, on demand."""

import asyncio
from contextlib import suppress
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFault:
    """What befalls the next `calls` calls (None: all) of a Web API method (`*`: of any).

    The call is held for `seconds` first (None: until the calls are released), and is applied then
    even if its client has gone meanwhile: a post that is on the wire. Then at most one of: an
    `error` name; an HTTP `status`; 429 with `retry_after` seconds; the connection cut `before` the
    call is applied, or `after` it was (applied, then lost). With none of them the call is only
    slow.
    """

    method: str
    calls: int | None = 1
    seconds: float | None = 0.0
    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    cut: Literal["before", "after"] | None = None


class Faults:
    def __init__(self) -> None:
        self._methods: list[MethodFault] = []
        self._envelopes: list[EnvelopeFault] = []
        self._released = asyncio.Event()

    def add_method_fault(self, fault: MethodFault) -> None:
        self._methods.append(fault)

    def add_envelope_fault(self, fault: EnvelopeFault) -> None:
        self._envelopes.append(fault)

    def clear(self) -> None:
        self._methods.clear()
        self._envelopes.clear()

    async def hold(self, seconds: float | None) -> None:
        """Wait for that long, or until `release`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), seconds)

    def release(self) -> None:
        """Let every call that is being held go on."""
        self._released.set()
        self._released = asyncio.Event()

    def for_method(self, method: str) -> MethodFault | None:
        """The oldest fault that fits this call; using it counts it down."""
        for index, fault in enumerate(self._methods):
            if fault.method in (method, "*"):
                if fault.calls is not None:
                    left = replace(fault, calls=fault.calls - 1)
                    self._methods[index : index + 1] = [left] if left.calls else []
                return fault
        return None

    def for_envelope(self, event: str) -> EnvelopeFault | None:
        """The oldest fault that fits this envelope; using it counts it down."""
        for index, fault in enumerate(self._envelopes):
            if fault.event in (event, None):
                left = replace(fault, count=fault.count - 1)
                self._envelopes[index : index + 1] = [left] if left.count else []
                return fault
        return None
