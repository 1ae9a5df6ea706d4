"""A balancer: passes each connection on to any bot that takes it."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Balancer:
    """Knows ports of this machine; one that refuses the connection is passed over."""

    def __init__(self, ports: Sequence[int], chance: random.Random) -> None:
        self._ports = ports
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def over(cls, ports: Sequence[int], *, seed: int) -> AsyncIterator["Balancer"]:
        """Serve on a free port of the loopback interface."""
        balancer = cls(ports, random.Random(seed))
        server = await asyncio.start_server(balancer._connected, "127.0.0.1", 0)
        balancer.port = server.sockets[0].getsockname()[1]
        try:
            yield balancer
        finally:
            server.close()
            for task in balancer._tasks:
                task.cancel()
            await asyncio.gather(*balancer._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            bot = await self._any_bot()
            if bot is not None:
                await asyncio.gather(_pass_on(reader, bot[1]), _pass_on(bot[0], writer))
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _any_bot(self) -> Streams | None:
        for port in self._chance.sample(self._ports, len(self._ports)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()
