"""How long a turn waits for tool servers that hang in one way after another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.investigators.agent.mcp.config import McpServerConfig
from bot.investigators.agent.mcp.names import ToolNames
from bot.investigators.agent.mcp.server import (
    TURN_WAITS_SECONDS,
    Connection,
    NotAvailableError,
    Server,
    StdioServer,
)
from bot.investigators.agent.mcp.telling import Telling
from bot.investigators.agent.mcp.tools import LIST_SECONDS, McpRun
from tests.unit.bot.virtual_time import in_virtual_time, now


class Slow:
    """A server that takes its time to connect, and never lists its tools."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name = name
        self.config = McpServerConfig(command="x")
        self._seconds = seconds

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        await asyncio.sleep(self._seconds)
        yield Connection(cast(Any, self))

    async def get_tools(self, _: Any) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    def has_failed(self) -> None:
        pass


@in_virtual_time
async def test_connecting_and_listing_share_ten_seconds() -> None:
    slow = [cast(Server, Slow("a", 6)), cast(Server, Slow("b", 1))]
    ctx: Any = SimpleNamespace(deps=SimpleNamespace(unavailable={}))
    began = now()
    with capture_logs():
        async with McpRun(slow, ToolNames(), Telling()) as run:
            assert await run.get_tools(ctx) == {}
    assert now() - began == pytest.approx(LIST_SECONDS)
    why = f"no answer in {LIST_SECONDS:g} s"
    assert ctx.deps.unavailable == {"a": why, "b": why}


@in_virtual_time
async def test_a_process_that_does_not_want_to_end_is_not_waited_for_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = []

    async def end(self: StdioServer) -> None:
        await asyncio.sleep(25)
        ended.append(self.name)

    async def answers(_: StdioServer) -> bool:
        return False

    monkeypatch.setattr(StdioServer, "_end", end)
    monkeypatch.setattr(StdioServer, "_answers", answers)
    server = StdioServer("logs", McpServerConfig(command="no-such-command-here"), {"PATH": "/"})
    with capture_logs():
        server.start()
        await server.first_start()
        server._keeping = asyncio.create_task(asyncio.sleep(3600))
        server.has_failed()
        began = now()
        with pytest.raises(NotAvailableError, match="no answer in 10 s"):
            async with server.connection():
                pass
        assert now() - began == pytest.approx(TURN_WAITS_SECONDS)
        assert ended == [], "its end goes on, and the next turn waits for the same one"
        with pytest.raises(NotAvailableError):
            async with server.connection():
                pass
        await asyncio.sleep(10)
        assert ended == ["logs"]
        server._keeping.cancel()
