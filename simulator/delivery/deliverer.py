"""Delivery to the app: who gets it, the ack clock, and the attempts that follow."""

import asyncio
import random
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace

from simulator.delivery.envelopes import Parcel, envelope_of
from simulator.delivery.faults import EnvelopeFault, EnvelopeFaults
from simulator.delivery.http import HttpEvents
from simulator.delivery.socket import AppSocket
from simulator.delivery.sockets import Sockets
from simulator.values import Delivery, DeliveryOutcome, Json
from simulator.workspace.activity import Activity

RETRY_DELAYS = (0.0, 60.0, 300.0)
"""Seconds before the second, third and fourth attempt: https://docs.slack.dev/apis/events-api/"""


@dataclass(slots=True)
class Pending:
    """An attempt that waits for its ack."""

    parcel: Parcel
    delivery: Delivery
    timer: asyncio.TimerHandle | None = None
    deaf: bool = False


class Deliverer:
    """Sends parcels over Socket Mode (or to `http`, once set), and sends them again until one
    attempt is acked in time.

    `ack_timeout` is in seconds and never scaled; `time_scale` shortens the pauses between
    attempts.
    """

    def __init__(
        self,
        sockets: Sockets,
        activity: Activity,
        faults: EnvelopeFaults,
        chance: random.Random,
        *,
        ack_timeout: float,
        time_scale: float,
    ) -> None:
        self.log: dict[str, Delivery] = {}
        self.http: HttpEvents | None = None
        self._sockets = sockets
        self._activity = activity
        self._faults = faults
        self._chance = chance
        self._ack_timeout = ack_timeout
        self._time_scale = time_scale
        self._unacked: dict[str, Pending] = {}
        self._planned: set[asyncio.TimerHandle] = set()
        self._posts: set[asyncio.Task[None]] = set()
        self._reordered: deque[tuple[AppSocket, Json]] = deque()
        sockets.on_ack = self._take_frame

    @property
    def unfinished(self) -> int:
        """Attempts without an ack yet, and attempts still to come."""
        return len(self._unacked) + len(self._planned)

    def send(self, parcel: Parcel) -> None:
        self._attempt(parcel, 0, "")

    def send_later(self, seconds: float, parcel: Parcel) -> None:
        self._later(seconds, lambda: self.send(parcel))

    def forget(self) -> None:
        """Empty the log; attempts under way end unrecorded."""
        self.log.clear()

    async def close(self) -> None:
        """Give up whatever is still to be sent or acked."""
        for timer in self._planned:
            timer.cancel()
        for pending in self._unacked.values():
            if pending.timer:
                pending.timer.cancel()
        self._planned.clear()
        self._unacked.clear()
        for task in self._posts:
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)

    def _attempt(self, parcel: Parcel, attempt: int, reason: str) -> None:
        socket = None if self.http else self._sockets.choose()
        envelope_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        delivery = Delivery(
            envelope_id=envelope_id,
            event_id=parcel.event_id,
            event=parcel.event,
            attempt=attempt,
            socket=socket.number if socket else None,
            sent_at=self._activity.clock.monotonic(),
            channel=parcel.channel,
            ts=parcel.ts,
            retry_reason=reason,
        )
        pending = Pending(parcel, delivery)
        self.log[envelope_id] = delivery
        self._activity.tell("envelope_sent", channel=parcel.channel, delivery=delivery)
        if self.http is None and socket is None:
            self._fail(pending, "no_socket", "timeout")
            return
        self._unacked[envelope_id] = pending
        fault = self._faults.take(parcel.event)
        pending.deaf = fault is not None and fault.action == "ignore_ack"
        if self.http is not None:
            self._spawn(self._post(self.http, pending, fault))
        elif socket is not None:
            loop = asyncio.get_running_loop()
            pending.timer = loop.call_later(self._ack_timeout, self._missed, envelope_id)
            self._write(socket, envelope_of(parcel, envelope_id, attempt, reason), fault)

    def _spawn(self, post: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(post)
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _post(self, http: HttpEvents, pending: Pending, fault: EnvelopeFault | None) -> None:
        """One attempt over HTTP. Faults as over a socket, except that nothing is reordered."""
        parcel, tried = pending.parcel, pending.delivery
        action = fault.action if fault else "send"
        if fault is not None and action == "delay":
            await asyncio.sleep(fault.seconds)
        if action == "drop":
            await asyncio.sleep(self._ack_timeout)
            self._fail(pending, "missed", "http_timeout")
            return
        if action == "duplicate":
            await http.send(parcel, tried.attempt, tried.retry_reason)
        outcome = await http.send(parcel, tried.attempt, tried.retry_reason)
        if outcome.failure or pending.deaf:
            failure = outcome.failure or "http_timeout"
            self._fail(pending, "missed", failure, may_retry=outcome.may_retry)
        else:
            self._done(pending, "acked", acked_at=self._activity.clock.monotonic())

    def _write(self, socket: AppSocket, frame: Json, fault: EnvelopeFault | None) -> None:
        match fault.action if fault else "send":
            case "drop":
                return
            case "delay":
                self._later(fault.seconds if fault else 0.0, lambda: socket.send(frame))
            case "duplicate":
                socket.send(frame)
                socket.send(frame)
            case "reorder":
                self._reordered.append((socket, frame))
                return
            case _:
                socket.send(frame)
        while self._reordered:
            earlier_socket, earlier_frame = self._reordered.popleft()
            earlier_socket.send(earlier_frame)

    def _take_frame(self, frame: Json) -> None:
        """An ack, from whichever socket of the app it comes."""
        envelope_id = frame.get("envelope_id")
        if not isinstance(envelope_id, str):
            return
        now = self._activity.clock.monotonic()
        pending = self._unacked.get(envelope_id)
        if pending is None or pending.deaf:
            self._note_useless_ack(envelope_id, now)
        else:
            self._done(pending, "acked", acked_at=now)

    def _note_useless_ack(self, envelope_id: str, now: float) -> None:
        """One that came too late, came twice, or is ignored on purpose."""
        known = self.log.get(envelope_id)
        if known is not None and known.acked_at is None:
            self.log[envelope_id] = known = replace(known, acked_at=now)
            self._activity.tell("ack_ignored", channel=known.channel, delivery=known)

    def _done(
        self, pending: Pending, outcome: DeliveryOutcome, acked_at: float | None = None
    ) -> None:
        if pending.timer:
            pending.timer.cancel()
        envelope_id = pending.delivery.envelope_id
        self._unacked.pop(envelope_id, None)
        known = self.log.get(envelope_id, pending.delivery)
        done = replace(known, outcome=outcome, acked_at=acked_at or known.acked_at)
        if envelope_id in self.log:
            self.log[envelope_id] = done
        self._activity.tell("envelope_done", channel=done.channel, delivery=done)

    def _missed(self, envelope_id: str) -> None:
        self._fail(self._unacked[envelope_id], "missed", "timeout")

    def _fail(
        self, pending: Pending, outcome: DeliveryOutcome, reason: str, *, may_retry: bool = True
    ) -> None:
        self._done(pending, outcome)
        attempt = pending.delivery.attempt
        if not (may_retry and pending.parcel.retried) or attempt >= len(RETRY_DELAYS):
            return
        self._later(
            RETRY_DELAYS[attempt] * self._time_scale,
            lambda: self._attempt(pending.parcel, attempt + 1, reason),
        )

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def run() -> None:
            self._planned.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._planned.add(timer)
