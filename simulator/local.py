"""A workspace in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Self

from simulator.controls.contract import Connection
from simulator.controls.local.administration import LocalAdministration
from simulator.controls.local.announcing import LocalAnnouncing
from simulator.controls.local.breaking import LocalBreaking
from simulator.controls.local.bulk import LocalBulk
from simulator.controls.local.people import LocalPeople
from simulator.controls.local.reading import LocalReading
from simulator.controls.slack import Slack
from simulator.options import Options
from simulator.server import serving
from simulator.wiring import Wiring


class Simulator(
    LocalPeople,
    LocalAdministration,
    LocalAnnouncing,
    LocalReading,
    LocalBreaking,
    LocalBulk,
    Slack,
):
    """`async with Simulator.start() as slack:` — a workspace over real sockets."""

    @property
    def connection(self) -> Connection:
        return self._connection()

    @classmethod
    @asynccontextmanager
    async def start(cls, options: Options | None = None, **changes: Any) -> AsyncIterator[Self]:
        """Serve until the context is left. `changes` are fields of `Options`."""
        wiring = Wiring(replace(options or Options(), **changes))
        simulator = cls(wiring)
        async with serving(wiring, simulator):
            yield simulator
