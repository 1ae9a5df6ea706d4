"""A simulator in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Self

from simulator.server import serve
from simulator.slack import Slack
from simulator.works import Options


class Simulator(Slack):
    """`async with Simulator.start() as slack:` — a workspace over real sockets."""

    @classmethod
    @asynccontextmanager
    async def start(cls, options: Options | None = None, **changes: Any) -> AsyncIterator[Self]:
        """Serve until the context is left. `changes` are fields of `Options`."""
        async with serve(replace(options or Options(), **changes)) as desk:
            yield cls(desk, await desk.connection())
