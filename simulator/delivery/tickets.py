"""The addresses that apps.connections.open gives out: each opens one connection, and soon."""

import uuid

from simulator.clock import Clock


class Tickets:
    """One-time tickets, good for `seconds` after their issue.

    Slack calls the address temporary (https://docs.slack.dev/reference/methods/apps.connections.open/)
    and says neither how long it lives nor how it is refused.
    """

    def __init__(self, clock: Clock, *, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._issued: dict[str, float] = {}
        self._refusals = 0

    def issue(self) -> str:
        now = self._clock.monotonic()
        self._issued = {
            ticket: at for ticket, at in self._issued.items() if now - at < self._seconds
        }
        ticket = str(uuid.uuid4())
        self._issued[ticket] = now
        return ticket

    def redeem(self, ticket: str) -> bool:
        """Use a ticket up; False if it is unknown, used or too old, or is to be refused."""
        at = self._issued.pop(ticket, None)
        if self._refusals:
            self._refusals -= 1
            return False
        return at is not None and self._clock.monotonic() - at < self._seconds

    def refuse(self, count: int) -> None:
        """Let the next `count` handshakes fail."""
        self._refusals += count
