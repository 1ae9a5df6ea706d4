"""A tool server as a process of ours: it is started with its connection, and ends with it.

The MCP library's own client reads a line however long it is, and stops at one that is no UTF-8.
https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio: a message a line.
"""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TextIO

import anyio
import structlog
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from fastmcp.client.transports.base import ClientTransport, TransportOptions
from mcp import ClientSession
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCNotification, JSONRPCRequest

from bot.investigators.agent.mcp.bounds import (
    LONGEST_MESSAGE,
    Words,
    pace_of_bytes,
    pace_of_calls,
)
from bot.investigators.agent.mcp.lines import message_in

log = structlog.get_logger(__name__)

_END_SECONDS = 2.0
"""For each step of an end: standard input closed, SIGTERM, SIGKILL."""
_LOOK_SECONDS = 0.01
Incoming = ObjectSendStream[SessionMessage | Exception]


class ProcessTransport(ClientTransport):
    """Speaks to a process over its standard input and output."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        cwd: str | None,
        words: Words,
        errors_to: TextIO,
        gone: asyncio.Event,
    ) -> None:
        """Take what to start; `gone` is set once the process says nothing more."""
        self._gone = gone
        self._command = command
        self._env = get_default_environment() | dict(env)
        self._cwd = cwd
        self._words = words
        self._errors_to = errors_to

    @asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session: Any
    ) -> AsyncGenerator[ClientSession, None]:
        """Start the process, and yield a session that is still to be initialized."""
        options = transport_options or TransportOptions()
        if self._gone.is_set():
            # The library connects once more where its connection ended; that is the keeper's.
            raise ConnectionError("connection closed")
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=self._errors_to,
            env=self._env,
            cwd=self._cwd,
            start_new_session=True,
            limit=LONGEST_MESSAGE,
        )
        heard, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, told = anyio.create_memory_object_stream[SessionMessage](0)
        try:
            async with heard, incoming, outgoing, told, anyio.create_task_group() as tasks:
                tasks.start_soon(self._hear, process, heard)
                tasks.start_soon(_tell, process, told, heard)
                try:
                    async with options.session_class(incoming, outgoing, **session) as made:
                        yield made
                finally:
                    tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)

    async def _hear(self, process: Process, heard: Incoming) -> None:
        """Hand on what the process says; one that floods us is ended."""
        assert process.stdout is not None
        bytes_in, calls = pace_of_bytes(), pace_of_calls()
        try:
            async with heard:
                while line := await process.stdout.readline():
                    message = self._message(line)
                    is_call = isinstance(message, JSONRPCRequest | JSONRPCNotification)
                    if message is not None and (not is_call or calls.fits(1)):
                        await heard.send(SessionMessage(message))
                    await asyncio.sleep(bytes_in.add(len(line)))
        except ValueError:
            log.warning("mcp.flooded", server=self._words.server, longest=LONGEST_MESSAGE)
            _signal(process, signal.SIGKILL)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, ConnectionError):
            pass  # The session is over.
        finally:
            self._gone.set()

    def _message(self, line: bytes) -> Any:
        """Read a message; a line that is none is logged, and nothing more comes of it."""
        message = message_in(line)
        if message is None and line.strip():
            self._words.log("mcp.stdout", line[:10_000].decode(errors="replace").rstrip())
        return message


async def _tell(
    process: Process, told: ObjectReceiveStream[SessionMessage], heard: Incoming
) -> None:
    """Write what we say; a process that takes no more has ended the connection."""
    assert process.stdin is not None
    try:
        async with told:
            async for message in told:
                text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                process.stdin.write(text.encode() + b"\n")
                await process.stdin.drain()
    except OSError:
        await heard.aclose()


async def _end(process: Process) -> None:
    """End the process and all that it started, whatever interrupts this."""
    try:
        assert process.stdin is not None
        process.stdin.close()
        if not await _has_ended(process):
            _signal(process, signal.SIGTERM)
            await _has_ended(process)
    finally:
        _signal(process, signal.SIGKILL)
        await _has_ended(process)
        # A grandchild of another group may keep the pipes open.
        process._transport.close()  # type: ignore[attr-defined]


async def _has_ended(process: Process) -> bool:
    """Wait for it: `Process.wait` would wait for all who hold its pipes, too."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_END_SECONDS):
            while process.returncode is None:  # noqa: ASYNC110 - asyncio tells nobody of it
                await asyncio.sleep(_LOOK_SECONDS)
    return process.returncode is not None


def _signal(process: Process, number: signal.Signals) -> None:
    """Signal the whole group: its number is the process's, as long as any of it lives."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
