"""Verbs for faults, and for the way in which the app gets its events."""

from collections.abc import Sequence
from typing import Protocol

from simulator.api.faults import MethodFault
from simulator.delivery.faults import EnvelopeFault
from simulator.delivery.sockets import DisconnectReason


class Breaking(Protocol):
    """`socket` is the number of one connection; None: all of them."""

    async def fail_method(self, fault: MethodFault) -> None: ...

    async def fail_envelopes(self, fault: EnvelopeFault) -> None: ...

    async def clear_faults(self) -> None: ...

    async def lose_shares(self, count: int = 1) -> None:
        """The next completed uploads answer ok, and nobody ever sees them."""
        ...

    async def release_calls(self) -> None:
        """Let every call that a fault is holding go on, in the order of their coming."""
        ...

    async def set_limits(self, enabled: bool) -> None: ...

    async def refuse_blocks(self, kinds: Sequence[str] = ()) -> None:
        """Blocks of these types are `invalid_blocks` from now on, as where an app may not use
        them yet; without any, every known type is taken again.
        """
        ...

    async def deliver_to(self, url: str | None) -> None:
        """Deliver over HTTP to that URL from now on, signed, after it passed url_verification
        (`Refused` otherwise); None: over Socket Mode again.
        """
        ...

    async def disconnect_sockets(
        self, reason: DisconnectReason, socket: int | None = None
    ) -> None: ...

    async def reset_sockets(self, socket: int | None = None) -> None: ...

    async def freeze_sockets(self, socket: int | None = None) -> None:
        """Half-open from now on: no ping is answered, nothing is read or sent."""
        ...

    async def thaw_sockets(self, socket: int | None = None) -> None: ...

    async def refuse_handshakes(self, count: int = 1) -> None:
        """The next handshakes of the app fail; each uses up the address that it was made with."""
        ...
