"""The verbs for faults, carried out in this process."""

from collections.abc import Callable, Sequence

from simulator.api.faults import MethodFault
from simulator.controls.local.base import Local
from simulator.delivery.faults import EnvelopeFault
from simulator.delivery.http import HttpEvents
from simulator.delivery.socket import AppSocket
from simulator.delivery.sockets import DisconnectReason


class LocalBreaking(Local):
    """See `Breaking` for what the verbs do."""

    async def fail_method(self, fault: MethodFault) -> None:
        self._wiring.method_faults.add(fault)

    async def fail_envelopes(self, fault: EnvelopeFault) -> None:
        self._wiring.envelope_faults.add(fault)

    async def clear_faults(self) -> None:
        self._wiring.method_faults.clear()
        self._wiring.envelope_faults.clear()

    async def lose_shares(self, count: int = 1) -> None:
        self._wiring.sharing.lose(count)

    async def release_calls(self) -> None:
        self._wiring.method_faults.release()

    async def set_limits(self, enabled: bool) -> None:
        self._wiring.limits.enabled = enabled

    async def refuse_blocks(self, kinds: Sequence[str] = ()) -> None:
        self._wiring.workspace.refused_blocks = frozenset(kinds)

    async def deliver_to(self, url: str | None) -> None:
        http = None
        if url is not None:
            options = self._wiring.options
            http = HttpEvents(url, options.clock, timeout=options.ack_timeout)
            await http.verify()
        self._wiring.deliverer.http = http

    async def disconnect_sockets(
        self, reason: DisconnectReason, socket: int | None = None
    ) -> None:
        self._wiring.sockets.disconnect(reason, self._chosen(socket))

    async def reset_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.reset)

    async def freeze_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.freeze)

    async def thaw_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.thaw)

    async def refuse_handshakes(self, count: int = 1) -> None:
        self._wiring.sockets.tickets.refuse(count)

    def _chosen(self, number: int | None) -> list[AppSocket]:
        return [socket for socket in self._wiring.sockets.open if number in (socket.number, None)]

    def _each(self, number: int | None, act: Callable[[AppSocket], None]) -> None:
        for socket in self._chosen(number):
            act(socket)
