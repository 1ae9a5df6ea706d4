"""Faults of Web API calls, on demand."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFault:
    """What befalls the next `calls` calls (None: all) of a Web API method (`*`: of any).

    With a `channel`, only calls that name that channel's id.

    The call is held for `seconds` first (None: until the calls are released), and is applied
    then even if its client has gone meanwhile: a post that is on the wire. Then at most one
    of: an `error` name; an HTTP `status`; a `page` of HTML, as a proxy answers, with that
    status or 200; 429 with `retry_after` seconds; the connection cut `before` the call is
    applied, or `after` it was (applied, then lost). With none of them the call is only slow.
    `endless`: its answer names a next page, always the same.
    """

    method: str
    channel: str | None = None
    calls: int | None = 1
    seconds: float | None = 0.0
    error: str | None = None
    status: int | None = None
    page: str | None = None
    retry_after: int | None = None
    cut: Literal["before", "after"] | None = None
    endless: bool = False


class MethodFaults:
    """The faults that are still to come, oldest first."""

    def __init__(self) -> None:
        self._faults: list[MethodFault] = []
        self._released = asyncio.Event()

    def add(self, fault: MethodFault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    async def hold(self, seconds: float | None) -> None:
        """Wait for that long, or until `release`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), seconds)

    def release(self) -> None:
        """Let every call that is being held go on."""
        self._released.set()
        self._released = asyncio.Event()

    def take(self, method: str, channel: object = None) -> MethodFault | None:
        """The oldest fault that fits this call; using it counts it down."""
        for index, fault in enumerate(self._faults):
            if fault.method in (method, "*") and fault.channel in (None, channel):
                if fault.calls is not None:
                    left = replace(fault, calls=fault.calls - 1)
                    self._faults[index : index + 1] = [left] if left.calls else []
                return fault
        return None
