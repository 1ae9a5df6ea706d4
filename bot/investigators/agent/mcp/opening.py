"""Starts the tool servers with the bot and ends them with it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.investigators.agent.mcp.config import McpServerConfig, read_mcp_config
from bot.investigators.agent.mcp.names import ToolNames
from bot.investigators.agent.mcp.server import HttpServer, Server, StdioServer
from bot.investigators.agent.mcp.telling import Telling
from bot.investigators.agent.mcp.tools import McpTools

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_servers(path: Path, environment: Mapping[str, str]) -> AsyncIterator[McpTools]:
    """Start the servers that MCP_CONFIG names, in the background.

    Raises `ConfigurationError`. On leaving, no process of theirs is left.
    """
    servers = [
        _server(name, config, environment)
        for name, config in read_mcp_config(path, environment).items()
    ]
    processes = [it for it in servers if isinstance(it, StdioServer)]
    for process in processes:
        process.start()
    for server in servers:
        log.info("mcp.configured", server=server.name, approval=server.config.approval)
    told = Telling()
    telling = asyncio.gather(*map(told.when_started, processes))
    try:
        yield McpTools(servers, ToolNames(), told)
    finally:
        telling.cancel()
        await asyncio.gather(*(it.close() for it in processes), telling, return_exceptions=True)


def _server(name: str, config: McpServerConfig, environment: Mapping[str, str]) -> Server:
    if config.url is not None:
        return HttpServer(name, config)
    return StdioServer(name, config, environment)
