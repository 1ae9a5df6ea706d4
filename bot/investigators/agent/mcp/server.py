"""One tool server's life: started in the background, kept, checked, started again."""

import asyncio
import os.path
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from pydantic_ai.mcp import MCPToolset

from bot.investigators.agent import words
from bot.investigators.agent.mcp.bounds import Words
from bot.investigators.agent.mcp.children import ErrorLines, transport_for
from bot.investigators.agent.mcp.config import McpServerConfig
from bot.investigators.agent.mcp.http import Statuses, http_transport
from bot.investigators.agent.mcp.reasons import FolderMissingError, reason_of
from bot.investigators.agent.work import Work

log = structlog.get_logger(__name__)

FIRST_START_SECONDS = 60.0
"""A cold `npx` takes 20."""
LATER_START_SECONDS = 10.0
TURN_WAITS_SECONDS = 10.0
PING_SECONDS = 2.0
CLOSE_SECONDS = 15.0
"""The library's own limits end a process in at most seven."""

_NAMES_A_TOKEN = re.compile(r"auth|token|key|cookie|secret|session", re.IGNORECASE)


class NotAvailableError(Exception):
    """A server cannot be used; the text is for people."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A server as one run uses it."""

    toolset: MCPToolset[Work]
    statuses: Statuses = field(default_factory=Statuses)
    """Of a process there are none."""


class HttpServer:
    """A server behind a URL: each run connects anew, so that a redeploy does no harm."""

    def __init__(self, name: str, config: McpServerConfig) -> None:
        self.name = name
        self.config = config
        self._words = Words(name)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Connect for one run; raises `NotAvailableError`."""
        statuses = Statuses()
        transport = http_transport(self.config, statuses)
        toolset = _toolset(self._words, transport, LATER_START_SECONDS)
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(TURN_WAITS_SECONDS):
                    await stack.enter_async_context(toolset)
            except Exception as error:
                if statuses.is_refusal:
                    raise NotAvailableError(self._refusal()) from error
                raise _not_available(self.name, error, TURN_WAITS_SECONDS) from error
            yield Connection(toolset, statuses)

    def has_failed(self) -> None:
        """Nothing to do: the next run connects anew."""

    def _refusal(self) -> str:
        has_token = any(_NAMES_A_TOKEN.search(name) for name in self.config.headers)
        in_address = "?" in str(self.config.url)
        return words.REFUSES_TOKEN if has_token or in_address else words.WANTS_LOGIN


class StdioServer:
    """A server that is a process of ours, as long as we live."""

    def __init__(self, name: str, config: McpServerConfig, environment: Mapping[str, str]) -> None:
        self.name = name
        self.config = config
        self._environment = environment
        self._words = Words(name)
        self._keeping: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._started: asyncio.Future[MCPToolset[Work]] | None = None
        self._is_suspect = False
        self._mending: asyncio.Task[None] | None = None

    def start(self, seconds: float = FIRST_START_SECONDS) -> None:
        """Start the process in the background."""
        self._stop = asyncio.Event()
        self._started = asyncio.get_running_loop().create_future()
        self._keeping = asyncio.create_task(
            self._keep(self._started, self._stop, seconds), name=f"mcp-{self.name}"
        )

    async def first_start(self) -> MCPToolset[Work] | None:
        """Wait until it has started; None if it does not."""
        assert self._started is not None
        done, _ = await asyncio.wait({self._started})
        started = done.pop()
        return None if started.cancelled() or started.exception() else started.result()

    async def close(self) -> None:
        """End the process and all that it started."""
        if self._mending is not None:
            await asyncio.wait({self._mending}, timeout=CLOSE_SECONDS)
        await self._end()

    async def _end(self) -> None:
        self._stop.set()
        if self._keeping is None:
            return
        if self._started is not None and not self._started.done():
            self._keeping.cancel()
        await asyncio.wait({self._keeping}, timeout=CLOSE_SECONDS)

    def has_failed(self) -> None:
        """Have the next use look whether the process still answers."""
        self._is_suspect = True

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Give the running server; raises `NotAvailableError`.

        One that ended, or does not answer a ping after a failed call, is started again. All of
        that is waited for `TURN_WAITS_SECONDS`, and never interrupted.
        """
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._mend(), name=f"mcp-{self.name}-mending")
        try:
            async with asyncio.timeout(TURN_WAITS_SECONDS):
                await asyncio.wait({self._mending})
                assert self._started is not None
                await asyncio.wait({started := self._started})
        except TimeoutError as error:
            raise _not_available(self.name, error, TURN_WAITS_SECONDS) from error
        if started.cancelled():
            raise NotAvailableError(words.STARTED_BADLY)
        if (failure := started.exception()) is not None:
            raise _not_available(self.name, failure, LATER_START_SECONDS) from failure
        yield Connection(started.result())

    async def _mend(self) -> None:
        is_over = self._keeping is None or self._keeping.done() or self._stop.is_set()
        if is_over or (self._is_suspect and not await self._answers()):
            is_over = True
            await self._end()
        self._is_suspect = False
        if is_over:
            log.info("mcp.starting_again", server=self.name)
            self.start(LATER_START_SECONDS)

    async def _answers(self) -> bool:
        if self._started is None or not self._started.done() or self._started.exception():
            return True
        try:
            async with asyncio.timeout(PING_SECONDS):
                return await self._started.result().client.ping()
        except Exception as error:  # noqa: BLE001 - whatever it is, the server does not answer
            log.warning("mcp.no_ping", server=self.name, error=type(error).__name__)
            return False

    async def _keep(
        self,
        started: asyncio.Future[MCPToolset[Work]],
        stop: asyncio.Event,
        seconds: float,
    ) -> None:
        """Hold the process from its start until it ends or is to end; one task does both."""
        lines = ErrorLines(self._words)
        try:
            self._find_command()
            errors_to = await lines.open()
            transport = transport_for(
                self.config, self._environment, self._words, errors_to, gone=stop
            )
            toolset = _toolset(self._words, transport, seconds)
            try:
                async with asyncio.timeout(seconds):
                    await toolset.__aenter__()
                started.set_result(toolset)
                log.info("mcp.started", server=self.name)
                await stop.wait()
                await toolset.__aexit__(None, None, None)
            finally:
                await toolset.client.close()  # type: ignore[no-untyped-call] # not annotated there
        except Exception as error:  # noqa: BLE001 - remembered, and told by the turns
            if not started.done():
                started.set_exception(error)
                started.exception()
            log.warning("mcp.ended", server=self.name, error=type(error).__name__)
        finally:
            if not started.done():
                started.cancel()
            await lines.close()

    def _find_command(self) -> None:
        """Look for what is to be started, from the folder where it will start."""
        folder, command = Path(self.config.cwd or ""), str(self.config.command)
        if not folder.is_dir():
            raise FolderMissingError(folder)
        if os.path.dirname(command):
            command = str(folder / command)
        path = self.config.env.get("PATH") or self._environment.get("PATH")
        if shutil.which(command, path=path) is None:
            raise FileNotFoundError(command)


Server = HttpServer | StdioServer


def _toolset(told: Words, transport: Any, seconds: float) -> MCPToolset[Work]:
    async def logged(message: Any) -> None:
        told.log("mcp.said", str(message.data), level=str(message.level))

    return MCPToolset(
        transport,
        id=told.server,
        tool_error_behavior="failed",
        init_timeout=seconds,
        log_handler=logged,
    )


def _not_available(name: str, error: BaseException, seconds: float) -> NotAvailableError:
    why = reason_of(error, seconds=seconds)
    log.warning("mcp.not_available", server=name, why=why, error=type(error).__name__)
    return NotAvailableError(why)
