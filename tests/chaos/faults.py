"""Makes what the plan says go wrong."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator import EnvelopeFault, Happening, MethodFault, Slack
from tests.chaos.baits import Baits
from tests.chaos.fleet import Fleet
from tests.chaos.plan import Fault, Kind, Pause
from tests.chaos.records import writer_of
from tests.chaos.stores import Store

POST = "chat.postMessage"
ENVELOPES = {
    Kind.DROP: "drop",
    Kind.DUPLICATE: "duplicate",
    Kind.DELAY: "delay",
    Kind.REORDER: "reorder",
    Kind.IGNORE_ACK: "ignore_ack",
}


@dataclass(slots=True, kw_only=True)
class FaultMaker:
    """Carries out a plan of faults against one simulator, one store and one fleet."""

    slack: Slack
    store: Store
    fleet: Fleet
    records: Path
    baits: Baits
    _lasting: list[asyncio.Task[None]] = field(default_factory=list)
    _kill_posters: list[float] = field(default_factory=list)

    async def make_all(self, faults: Sequence[Fault]) -> None:
        """Make each at its time, and wait until the last one is over."""
        began_at = time.monotonic()
        watching = asyncio.create_task(self._watch())
        try:
            for fault in faults:
                await asyncio.sleep(began_at + fault.at - time.monotonic())
                await self._make(fault)
            await asyncio.gather(*self._lasting)
        finally:
            for task in (watching, *self._lasting):
                task.cancel()
            await asyncio.gather(watching, *self._lasting, return_exceptions=True)

    async def hesitate(self, pauses: Sequence[Pause]) -> None:
        """Make each pause as an answer is posted, until cancelled."""
        left = iter(pauses)
        async with self.slack.stream() as happenings:
            async for happening in happenings:
                if _is_an_answer(happening) and (pause := next(left, None)):
                    await asyncio.sleep(pause.after)
                    await self.fleet.pause(pause.target, pause.seconds)

    async def _make(self, fault: Fault) -> None:
        """Begin a fault; one that lasts goes on by itself."""
        match fault.kind:
            case Kind.KILL:
                await self.fleet.kill(fault.target, fault.seconds)
            case Kind.KILL_AT_POST:
                self._kill_posters.append(fault.seconds)
            case Kind.TERMINATE:
                await self.fleet.terminate(fault.target, fault.seconds)
            case Kind.KILL_ON_THE_WIRE:
                self._last(self.baits.kill_on_the_wire(fault.seconds))
            case Kind.FREEZE:
                self._last(self.baits.freeze(fault.seconds))
            case Kind.STORE_DOWN:
                self._last(self.store.hang(fault.seconds))
            case Kind.HALF_OPEN | Kind.RESET_SOCKET | Kind.RECYCLE:
                await self._break_socket(fault)
            case kind if kind in ENVELOPES:
                await self.slack.fail_envelopes(
                    EnvelopeFault(
                        action=ENVELOPES[kind],  # type: ignore[arg-type]
                        count=fault.count,
                        seconds=fault.seconds,
                    )
                )
            case _:
                await self.slack.fail_method(_method_fault(fault))

    async def _break_socket(self, fault: Fault) -> None:
        controls = self.slack
        if not (numbers := await controls.sockets()):
            return
        number = numbers[fault.target % len(numbers)]
        match fault.kind:
            case Kind.HALF_OPEN:
                await controls.freeze_sockets(number)
            case Kind.RESET_SOCKET:
                await controls.reset_sockets(number)
            case _:
                await controls.disconnect_sockets("refresh_requested", number)

    def _last(self, work: Coroutine[Any, Any, None]) -> None:
        self._lasting.append(asyncio.create_task(work))

    async def _watch(self) -> None:
        """Kill whoever posts an answer, once for each time that the plan asks for."""
        async with self.slack.stream() as happenings:
            async for happening in happenings:
                if self._kill_posters and (pid := self._poster_of(happening)):
                    self.fleet.kill_pid(pid, self._kill_posters.pop())

    def _poster_of(self, happening: Happening) -> int | None:
        message = happening.message
        if not _is_an_answer(happening) or message is None or message.metadata is None:
            return None
        turn_id = str(message.metadata["event_payload"]["key"]).partition("/")[0]
        session_id, _, fence = turn_id.partition("#")
        wanted = f'"session_id": "{session_id}", "fence": {fence},'
        return writer_of(self.records, wanted)


def _is_an_answer(happening: Happening) -> bool:
    message = happening.message
    return (
        happening.kind == "message_posted"
        and message is not None
        and (message.metadata or {}).get("event_type") == "burrow_answer"
    )


def _method_fault(fault: Fault) -> MethodFault:
    match fault.kind:
        case Kind.RATE_LIMIT:
            return MethodFault(method=POST, calls=fault.count * 3, retry_after=1)
        case Kind.POST_CUT:
            return MethodFault(method=POST, calls=fault.count, cut="before")
        case Kind.POST_UNCLEAR:
            return MethodFault(method=POST, calls=fault.count, cut="after")
        case Kind.POST_SLOW:
            return MethodFault(method=POST, calls=fault.count, seconds=fault.seconds)
        case Kind.UPDATE_FAILS:
            return MethodFault(method="chat.update", calls=fault.count, status=503)
        case Kind.LOOKUP_FAILS:
            return MethodFault(
                method="conversations.replies", calls=fault.count, error="internal_error"
            )
    return MethodFault(method=POST, calls=fault.count, error="internal_error")
