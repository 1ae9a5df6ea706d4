"""All tool servers as one set of tools; a dead one offers none and is named."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import islice
from typing import Any, Self

import structlog
from pydantic_ai import RunContext, ToolFailed
from pydantic_ai.toolsets import AbstractToolset
from pydantic_ai.toolsets.abstract import ToolsetTool

from bot.investigators.agent import words
from bot.investigators.agent.calls import WRITE_SECONDS, OutcomeUnknownError, Rule
from bot.investigators.agent.mcp.names import ToolNames
from bot.investigators.agent.mcp.reasons import (
    is_error_page,
    is_gone,
    is_unknown_session,
    is_unreadable,
)
from bot.investigators.agent.mcp.server import Connection, NotAvailableError, Server
from bot.investigators.agent.mcp.telling import Telling, is_read_only
from bot.investigators.agent.work import Work

log = structlog.get_logger(__name__)

LIST_SECONDS = 10.0
LEAVE_SECONDS = 5.0
_SHORTEST_LIST = 1.0
MOST_SHOWN = 10
"""More tools than this are found by a search instead of being sent with each request."""
MOST_OF_A_SERVER = 500
"""Tools of one server, the first that it lists."""
_LONGEST_DESCRIPTION = 2_000
_NEEDS_APPROVAL = "this tool changes something, and nobody has approved that"


class McpTools(AbstractToolset[Work]):
    """The tools of all servers; each run gets its own connections."""

    def __init__(self, servers: Sequence[Server], names: ToolNames, telling: Telling) -> None:
        self._servers = servers
        self._names = names
        self._telling = telling

    @property
    def id(self) -> str:
        """The name that the library knows it by."""
        return "mcp"

    async def for_run(self, ctx: RunContext[Work]) -> AbstractToolset[Work]:
        """Return the set for one run."""
        return McpRun(self._usable(ctx.deps), self._names, self._telling)

    def _usable(self, work: Work) -> list[Server]:
        """Leave out what must not be used where another organisation reads along."""
        if not work.is_shared:
            return list(self._servers)
        for server in self._servers:
            if not server.config.shared:
                work.unavailable[server.name] = words.NOT_FOR_SHARED_CHANNELS
        return [it for it in self._servers if it.config.shared]

    async def get_tools(self, ctx: RunContext[Work]) -> dict[str, ToolsetTool[Work]]:
        """Offer none: only a run has connections."""
        return {}

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Work], tool: ToolsetTool[Work]
    ) -> Any:
        """Refuse: only a run has connections."""
        raise ToolFailed("no connection")


class McpRun(AbstractToolset[Work]):
    """The connections of one run."""

    def __init__(self, servers: Sequence[Server], names: ToolNames, telling: Telling) -> None:
        self._servers = servers
        self._names = names
        self._telling = telling
        self._stack = AsyncExitStack()
        self._connected: dict[str, Connection] = {}
        self._dead: dict[str, str] = {}
        self._origin: dict[str, tuple[Server, str]] = {}
        self._lists_until = 0.0

    @property
    def id(self) -> str:
        """The name that the library knows it by."""
        return "mcp"

    async def __aenter__(self) -> Self:
        """Connect to all servers at once; none of them can end the run."""
        self._lists_until = asyncio.get_running_loop().time() + LIST_SECONDS
        try:
            await asyncio.gather(*(self._connect(it) for it in self._servers))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> bool | None:
        """Leave the connections; processes stay. One that does not close is left behind.

        Whatever a broken one raises now, the answer is there already.
        """
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._stack.aclose()
        except Exception as error:  # noqa: BLE001 - the library raises what the connection did
            log.warning("mcp.not_closed", error=type(error).__name__)
        return None

    async def _connect(self, server: Server) -> None:
        try:
            connection = await self._stack.enter_async_context(server.connection())
        except NotAvailableError as error:
            self._dead[server.name] = str(error)
        else:
            self._connected[server.name] = connection

    async def get_tools(self, ctx: RunContext[Work]) -> dict[str, ToolsetTool[Work]]:
        """List the tools of all servers, under names of ours."""
        alive = [it for it in self._servers if it.name in self._connected]
        seconds = self._seconds_to_list()
        listed = await asyncio.gather(*(self._list(it, ctx, seconds) for it in alive))
        found: dict[str, ToolsetTool[Work]] = {}
        for server, tools in zip(alive, listed, strict=True):
            of_server: dict[str, ToolsetTool[Work]] = {}
            for name, tool in tools.items():
                if name not in server.config.disabled_tools:
                    ours = self._names.name_of(server.name, name)
                    self._origin[ours] = (server, name)
                    of_server[ours] = self._ours(server, ours, name, tool)
            if server.name in self._connected:
                marks = {name: _is_marked_read_only(it) for name, it in tools.items()}
                self._telling.tell(server.name, server.config, marks)
            found |= of_server
        ctx.deps.unavailable |= self._dead
        if len(found) <= MOST_SHOWN:
            return found
        return {name: _hidden(tool) for name, tool in found.items()}

    async def _list(
        self, server: Server, ctx: RunContext[Work], seconds: float
    ) -> Mapping[str, ToolsetTool[Work]]:
        """List one server's tools; a list that hangs or cannot be read costs that server."""
        try:
            async with asyncio.timeout(seconds):
                tools = await self._connected[server.name].toolset.get_tools(ctx)
            if len(tools) > MOST_OF_A_SERVER:
                log.warning("mcp.too_many_tools", server=server.name, count=len(tools))
            return dict(islice(tools.items(), MOST_OF_A_SERVER))
        except TimeoutError:
            why = words.no_answer_in(LIST_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever it is, the list cannot be read
            log.warning("mcp.bad_list", server=server.name, error=type(error).__name__)
            why = words.ENDED if is_gone(error) else words.BAD_LIST
        self._dead[server.name] = why
        self._connected.pop(server.name, None)
        server.has_failed()
        return {}

    def _seconds_to_list(self) -> float:
        """The first list shares its time with the connecting, so that no turn waits for both."""
        until, self._lists_until = self._lists_until, 0.0
        left = until - asyncio.get_running_loop().time()
        return LIST_SECONDS if not until else min(max(left, _SHORTEST_LIST), LIST_SECONDS)

    def _ours(
        self, server: Server, ours: str, name: str, tool: ToolsetTool[Work]
    ) -> ToolsetTool[Work]:
        """Give a tool its name, its rule, and a schema that providers take."""
        definition = tool.tool_def
        is_read_only = _is_marked_read_only(tool)
        is_free = server.config.is_free(name, is_read_only=is_read_only)
        rule = Rule(
            seconds=server.config.seconds if is_read_only else WRITE_SECONDS,
            is_write=not is_read_only,
            needs_approval=not is_free,
            server=server.name,
            name=name,
        )
        schema = {"type": "object", "properties": {}} | definition.parameters_json_schema
        changed = replace(
            definition,
            name=ours,
            description=(definition.description or "")[:_LONGEST_DESCRIPTION],
            parameters_json_schema=schema,
            metadata=(definition.metadata or {}) | rule.as_metadata(),
        )
        return replace(tool, toolset=self, tool_def=changed)

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Work], tool: ToolsetTool[Work]
    ) -> Any:
        """Call a tool of its server; a session that the server forgot is opened once more."""
        rule = Rule.of(tool.tool_def)
        if rule.needs_approval and not ctx.tool_call_approved:
            raise ToolFailed(_NEEDS_APPROVAL)
        server, theirs = self._origin[name]
        inner = replace(tool, tool_def=replace(tool.tool_def, name=theirs))
        connection = self._connected[server.name]
        try:
            return await connection.toolset.call_tool(theirs, tool_args, ctx, inner)
        except asyncio.CancelledError:
            server.has_failed()
            raise
        except Exception as error:
            if is_gone(error):
                server.has_failed()
            if rule.is_write and _may_be_done(error, connection):
                raise OutcomeUnknownError from error
            if rule.is_write or not is_unknown_session(error):
                raise
        await self._connect(server)
        if server.name in self._dead:
            raise ToolFailed(self._dead[server.name])
        return await self._connected[server.name].toolset.call_tool(theirs, tool_args, ctx, inner)


def _is_marked_read_only(tool: ToolsetTool[Work]) -> bool:
    return is_read_only((tool.tool_def.metadata or {}).get("annotations"))


def _may_be_done(error: Exception, connection: Connection) -> bool:
    """Tell of a call that failed whether the server may have carried it out all the same."""
    if is_gone(error):
        return not is_unknown_session(error)
    return is_unreadable(error) or (is_error_page(error) and connection.statuses.has_broken)


def _hidden(tool: ToolsetTool[Work]) -> ToolsetTool[Work]:
    return replace(tool, tool_def=replace(tool.tool_def, defer_loading=True))
