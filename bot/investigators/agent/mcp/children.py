"""Runs a tool server's process: its environment, its end, its stderr."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from bot.investigators.agent.mcp.bounds import Words
from bot.investigators.agent.mcp.config import McpServerConfig
from bot.investigators.agent.mcp.process import ProcessTransport

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

# The server's own end takes its children with it, while nobody has looked yet.
_TAKE_CHILDREN_WITH_YOU = '"$@"; trap "" TERM; kill -TERM 0; sleep 0.2; kill -KILL 0'


def transport_for(
    config: McpServerConfig,
    environment: Mapping[str, str],
    words: Words,
    errors_to: TextIO,
    gone: asyncio.Event,
) -> ProcessTransport:
    """Describe the process; it starts with the first connection."""
    assert config.command is not None
    inherited = {name: environment[name] for name in INHERITED if name in environment}
    return ProcessTransport(
        ["/bin/sh", "-c", _TAKE_CHILDREN_WITH_YOU, "sh", config.command, *config.args],
        inherited | config.env,
        config.cwd,
        words,
        errors_to,
        gone,
    )


class ErrorLines:
    """Passes a server's standard error to our log, line by line, up to a limit."""

    def __init__(self, words: Words) -> None:
        self._words = words
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
        self._reading = asyncio.create_task(
            self._read(reader), name=f"mcp-{self._words.server}-stderr"
        )
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
        """Log the lines; a flood is read on and dropped, so that nobody waits for a pipe."""
        while data := await _line(reader):
            if data.strip():
                self._words.log("mcp.stderr", data.decode(errors="replace").rstrip())


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Read a line; of one that is too long, the piece that is there."""
    with suppress(ValueError, asyncio.LimitOverrunError):
        return await reader.readline()
    return b"(a line too long to show)\n"
