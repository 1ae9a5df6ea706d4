"""How a tool server's process is run: what it inherits, what it leaves, where its words go."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

import structlog
from fastmcp.client.transports import StdioTransport

from bot.investigators.agent.mcp.config import McpServerConfig

log = structlog.get_logger(__name__)

INHERITED = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "TZ",
    "LANG",
)
"""Beside what the MCP library hands on: HOME, LOGNAME, PATH, SHELL, TERM, USER."""

# The server's own end takes its children with it: the library kills the process group only if
# the server does not end by itself.
_TAKE_CHILDREN_WITH_YOU = '"$@"; trap "" TERM; kill -TERM 0; sleep 0.2; kill -KILL 0'
_LONGEST_LINE = 2_000
_MOST_LINES = 1_000


def transport_for(
    config: McpServerConfig, environment: Mapping[str, str], words_to: TextIO
) -> StdioTransport:
    """Describe the process; it starts with the first connection."""
    assert config.command is not None
    inherited = {name: environment[name] for name in INHERITED if name in environment}
    return StdioTransport(
        "/bin/sh",
        ["-c", _TAKE_CHILDREN_WITH_YOU, "sh", config.command, *config.args],
        env=inherited | config.env,
        cwd=config.cwd,
        log_file=words_to,
    )


class ErrorLines:
    """What a server writes to its standard error goes through our log, line by line, bounded."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._reading: asyncio.Task[None] | None = None
        self._transport: asyncio.ReadTransport | None = None
        self.file: TextIO | None = None

    async def open(self) -> TextIO:
        """Return the end for the server to write to."""
        read_end, write_end = os.pipe()
        self.file = os.fdopen(write_end, "w")
        reader = asyncio.StreamReader(limit=64 * 1024)
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb")
        )
        self._reading = asyncio.create_task(self._read(reader), name=f"mcp-{self._server}-stderr")
        return self.file

    async def close(self) -> None:
        """Stop reading; the pipe is closed at both ends."""
        if self.file is not None:
            self.file.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        if self._transport is not None:
            self._transport.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Log the first lines; a flood is read on and dropped, so that nobody waits for a pipe."""
        count = 0
        while data := await _line(reader):
            count += 1
            if count <= _MOST_LINES and data.strip():
                line = data.decode(errors="replace").rstrip()[:_LONGEST_LINE]
                log.info("mcp.stderr", server=self._server, line=line)
            elif count == _MOST_LINES + 1:
                log.warning("mcp.stderr_dropped", server=self._server, after=_MOST_LINES)


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Read a line; of one that is too long, the piece that is there."""
    with suppress(ValueError, asyncio.LimitOverrunError):
        return await reader.readline()
    return b"(a line too long to show)\n"
