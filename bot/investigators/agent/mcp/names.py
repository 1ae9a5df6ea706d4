"""Names that every provider takes, and what is logged of the tools that bear them."""

import re
from collections.abc import Mapping

from pydantic_ai.toolsets.abstract import ToolsetTool

from bot.investigators.agent.mcp.server import HttpServer, Server
from bot.investigators.agent.mcp.telling import tell
from bot.investigators.agent.work import Work
from session import Bounded

_MOST_NAMES = 5_000
_LONGEST_NAME = 64
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class ToolNames:
    """Names that every provider takes, one for each tool of each server, the same for ever."""

    def __init__(self) -> None:
        self._names: Bounded[tuple[str, str], str] = Bounded(_MOST_NAMES)
        self._told: set[str] = set()

    def tell(self, server: Server, tools: Mapping[str, ToolsetTool[Work]]) -> None:
        """Log once what runs freely of a server that is not asked at the start."""
        if isinstance(server, HttpServer) and server.name not in self._told:
            self._told.add(server.name)
            read_only = {name: is_marked_read_only(it) for name, it in tools.items()}
            tell(server.name, server.config, read_only)

    def name_of(self, server: str, tool: str) -> str:
        """Return a name of at most 64 of `[A-Za-z0-9_-]`, made unique by a number."""
        known = self._names.get((server, tool))
        if known is not None:
            return known
        wanted = _NOT_IN_A_NAME.sub("_", f"{server}_{tool}")[:_LONGEST_NAME]
        name, number = wanted, 1
        while name in self._names.values():
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        self._names[server, tool] = name
        return name


def is_marked_read_only(tool: ToolsetTool[Work]) -> bool:
    """Tell whether its server says of a tool that it only reads."""
    annotations = (tool.tool_def.metadata or {}).get("annotations") or {}
    return annotations.get("readOnlyHint") is True
