"""Tells the log which tools run freely, and about which people are asked."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.investigators.agent.mcp.config import McpServerConfig
from bot.investigators.agent.mcp.server import StdioServer

log = structlog.get_logger(__name__)

_LIST_SECONDS = 10.0


async def tell_when_started(server: StdioServer) -> None:
    """Ask a process for its tools once it has started; of one that does not, the turns tell."""
    toolset = await server.first_start()
    if toolset is None:
        return
    try:
        async with asyncio.timeout(_LIST_SECONDS):
            tools = await toolset.list_tools()
    except Exception as error:  # noqa: BLE001 - whatever it is, the turns will tell people
        log.warning("mcp.bad_list", server=server.name, error=type(error).__name__)
        return
    read_only = {
        tool.name: tool.annotations is not None and tool.annotations.read_only_hint is True
        for tool in tools
    }
    tell(server.name, server.config, read_only)


def tell(server: str, config: McpServerConfig, read_only: Mapping[str, bool]) -> None:
    """Log it; `read_only` says of each tool whether it is marked so."""
    known = {name: it for name, it in read_only.items() if name not in config.disabled_tools}
    free = {name for name, it in known.items() if config.is_free(name, is_read_only=it)}
    log.info("mcp.tools", server=server, free=sorted(free), asking=sorted(known.keys() - free))
