"""Tells the log which tools run freely, and about which people are asked."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import structlog
from mcp_types import ToolAnnotations

from bot.investigators.agent.mcp.config import McpServerConfig
from bot.investigators.agent.mcp.server import StdioServer

log = structlog.get_logger(__name__)

_LIST_SECONDS = 10.0
_MOST_NAMED = 20
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_THAT_LOOK = """
check count describe diff explain fetch find get has inspect is list query read search show view
"""
_THAT_CHANGE = """
apply approve cancel close create delete deploy disable drain drop edit enable exec execute insert
kill mute patch post publish purge put reboot remove reset restart revoke rollback run scale send
set silence start stop terminate trigger update upgrade upsert write
"""
_LOOKS = frozenset(_THAT_LOOK.split())
_CHANGES = frozenset(_THAT_CHANGE.split())


class Telling:
    """What was told of each server; it is told again when it is another."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[list[str], list[str]]] = {}

    async def when_started(self, server: StdioServer) -> None:
        """Ask a process for its tools once it has started; of one that fails the turns tell."""
        toolset = await server.first_start()
        if toolset is None:
            return
        try:
            async with asyncio.timeout(_LIST_SECONDS):
                tools = await toolset.list_tools()
        except Exception as error:  # noqa: BLE001 - whatever it is, the turns will tell people
            log.warning("mcp.bad_list", server=server.name, error=type(error).__name__)
            return
        read_only = {it.name: is_read_only(_marks_of(it.annotations)) for it in tools}
        self.tell(server.name, server.config, read_only)

    def tell(self, server: str, config: McpServerConfig, read_only: Mapping[str, bool]) -> None:
        """Log it; `read_only` says of each tool whether it is marked so."""
        known = {name: it for name, it in read_only.items() if name not in config.disabled_tools}
        free = {name for name, it in known.items() if config.is_free(name, is_read_only=it)}
        told = sorted(free), sorted(known.keys() - free)
        if self._told.get(server) == told:
            return
        self._told[server] = told
        log.info("mcp.tools", server=server, free=told[0], asking=told[1])
        marked = [name for name in told[0] if not config.is_free(name, is_read_only=False)]
        if doubtful := [name for name in marked if sounds_like_a_change(name)]:
            log.warning("mcp.doubtful_marks", server=server, free=doubtful[:_MOST_NAMED])


def is_read_only(annotations: Mapping[str, Any] | None) -> bool:
    """Tell whether a server says of a tool that it only reads, and does not deny it beside."""
    said = annotations or {}
    return said.get("readOnlyHint") is True and said.get("destructiveHint") is not True


def sounds_like_a_change(name: str) -> bool:
    """Tell whether the words of a tool's name say that it changes something."""
    words = [word.lower() for word in _WORDS.findall(name)]
    telling = [word for word in words if word in _LOOKS or word in _CHANGES]
    return bool(telling) and telling[0] in _CHANGES


def _marks_of(annotations: ToolAnnotations | None) -> Mapping[str, Any] | None:
    return None if annotations is None else annotations.model_dump(by_alias=True)
