"""The controls in process: everything in one place, with faults and bulk."""

from collections.abc import Callable, Sequence

from simulator.bursts import run_burst
from simulator.controls import Burst, Connection, Controls
from simulator.desk_people import PeopleDesk
from simulator.desk_reading import ReadingDesk
from simulator.faults import EnvelopeFault, MethodFault
from simulator.http_events import SIGNING_SECRET, HttpEvents
from simulator.sockets import AppSocket, DisconnectReason
from simulator.values import Message


class Desk(PeopleDesk, ReadingDesk, Controls):
    """See `Controls` for what the verbs do."""

    async def connection(self) -> Connection:
        return Connection(
            base_url=f"http://{self._works.host}/api/",
            bot_token="xoxb-sim-burrow",
            app_token="xapp-sim-burrow",
            signing_secret=SIGNING_SECRET,
            team_id=self._workspace.team_id,
            bot_user_id=self._workspace.bot.id,
            bot_id=self._workspace.bot.bot_id or "",
        )

    async def fail_method(self, fault: MethodFault) -> None:
        self._works.faults.add_method_fault(fault)

    async def fail_envelopes(self, fault: EnvelopeFault) -> None:
        self._works.faults.add_envelope_fault(fault)

    async def clear_faults(self) -> None:
        self._works.faults.clear()

    async def release_calls(self) -> None:
        self._works.faults.release()

    async def set_limits(self, enabled: bool) -> None:
        self._works.limits.enabled = enabled

    async def deliver_to(self, url: str | None) -> None:
        http = None
        if url is not None:
            options = self._works.options
            http = HttpEvents(url, options.clock, timeout=options.ack_timeout)
            await http.verify()
        self._works.deliverer.http = http

    async def disconnect_sockets(
        self, reason: DisconnectReason, socket: int | None = None
    ) -> None:
        self._works.sockets.disconnect(reason, self._chosen(socket))

    async def reset_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.reset)

    async def freeze_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.freeze)

    async def thaw_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.thaw)

    async def refuse_handshakes(self, count: int = 1) -> None:
        self._works.sockets.tickets.refuse(count)

    async def prepare_threads(self, count: int, *, channels: int = 1) -> list[Message]:
        rooms = [await self.add_channel(f"load-{number + 1}") for number in range(channels)]
        ann = self._workspace.find_user("ann")
        return [
            self._workspace.post(
                rooms[number % channels], user=ann, text=f"Thread {number + 1}", quietly=True
            )
            for number in range(count)
        ]

    async def burst(
        self,
        mentions: int,
        *,
        threads: Sequence[Message] = (),
        thread_count: int | None = None,
        channels: int = 1,
        text: str = "mention {n}",
        answer_contains: str | None = None,
        timeout: float = 60.0,
    ) -> Burst:
        roots = threads or await self.prepare_threads(thread_count or mentions, channels=channels)
        return await run_burst(
            self._works,
            mentions,
            roots,
            text=text,
            answer_contains=answer_contains,
            timeout=timeout,
        )

    def _chosen(self, number: int | None) -> list[AppSocket]:
        return [one for one in self._works.sockets.open if number in (one.number, None)]

    def _each(self, number: int | None, act: Callable[[AppSocket], None]) -> None:
        for one in self._chosen(number):
            act(one)
