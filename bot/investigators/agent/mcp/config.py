"""Reads MCP_CONFIG, a file as people have it for other programs: `{"mcpServers": {name: …}}`."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.config.showing import given
from bot.errors import ConfigurationError
from bot.investigators.agent.calls import READ_SECONDS

_VARIABLE = re.compile(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_MILLISECONDS_FROM = 1_000
_LONGEST_CALL = 600.0
_LARGEST_FILE = 1024 * 1024

T = TypeVar("T", bound=BaseModel)
Names = Annotated[frozenset[str], Field(default_factory=frozenset)]


class McpServerConfig(BaseModel):
    """One server: a command that speaks over its standard input and output, or a URL."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    command: Annotated[str, Field(min_length=1)] | None = None
    args: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    cwd: str | None = None
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    type: str = ""
    """What is spoken over the URL: `sse` is the older protocol, everything else the newer one."""
    disabled_tools: Names = Field(alias="disabledTools", default_factory=frozenset)
    always_allow: Names = Field(alias="alwaysAllow", default_factory=frozenset)
    auto_approve: Names = Field(alias="autoApprove", default_factory=frozenset)
    timeout: Annotated[float, Field(gt=0)] | None = None
    approval: Literal["always", "writes", "never"] = "writes"
    shared: bool = False
    """May be used in channels that are shared with another organisation."""

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> "McpServerConfig":
        if (self.command is None) == (self.url is None):
            raise ValueError("needs either command or url")
        return self

    @property
    def seconds(self) -> float:
        """How long a read may take: 1,000 or more was meant as milliseconds."""
        if self.timeout is None:
            return READ_SECONDS
        is_milliseconds = self.timeout >= _MILLISECONDS_FROM
        return min(self.timeout / 1000 if is_milliseconds else self.timeout, _LONGEST_CALL)

    def is_free(self, tool: str, *, is_read_only: bool) -> bool:
        """Tell whether a tool runs without anybody's approval."""
        if self.approval == "never" or tool in self.always_allow | self.auto_approve:
            return True
        return is_read_only and self.approval == "writes"


def read_mcp_config(path: Path, environment: Mapping[str, str]) -> dict[str, McpServerConfig]:
    """Return the enabled servers by name; raises `ConfigurationError` naming server and key.

    `${VAR}`, `${VAR:-default}` and `${env:VAR}` are replaced; any other `$` stays.
    """
    entries = _entries(path)
    servers: dict[str, McpServerConfig] = {}
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise _bad(path, f"server {name!r} is not an object")
        # An empty key is one that is not there, as other programs write it.
        entry = {key: value for key, value in entry.items() if value is not None}
        if _is_off(path, name, entry):
            continue
        filled = {
            key: _filled(value, environment, f"server {name!r}, key {key!r}", path)
            for key, value in entry.items()
        }
        servers[name] = _checked(path, name, filled, McpServerConfig)
    return servers


class _Switch(BaseModel):
    """What is read of an entry first: one that is off may name variables that are not set."""

    model_config = ConfigDict(extra="ignore")

    enabled: bool = True
    disabled: bool = False


def _is_off(path: Path, name: str, entry: dict[str, Any]) -> bool:
    """Tell whether a server is switched off, in either of two spellings."""
    switch = _checked(path, name, entry, _Switch)
    return switch.disabled or not switch.enabled


def _checked(path: Path, name: str, entry: dict[str, Any], kind: type[T]) -> T:
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        raise _bad(path, _explained(name, error)) from None


def _entries(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            read = file.read(_LARGEST_FILE + 1)
        if len(read) > _LARGEST_FILE:
            raise _bad(path, "it is larger than 1 MiB")
        content = json.loads(read.decode("utf-8-sig"))
    except OSError as error:
        raise _bad(path, f"it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"it is not valid JSON ({error})") from error
    entries = content.get("mcpServers") if isinstance(content, dict) else None
    if not isinstance(entries, dict):
        raise _bad(path, "it has no object mcpServers")
    return entries


def _filled(value: Any, environment: Mapping[str, str], where: str, path: Path) -> Any:
    if isinstance(value, list):
        return [_filled(item, environment, where, path) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, environment, where, path) for key, item in value.items()}
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        found = environment.get(name)
        if default is not None:
            return found or default
        if found is None:
            raise _bad(path, f"{where}: the variable {name} is not set")
        return found

    return _VARIABLE.sub(variable, value)


def _explained(name: str, error: ValidationError) -> str:
    """Name the key; a value is never repeated, it may be a token."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    at = f", key {key!r}" if key else ""
    return f"server {name!r}{at}: {first['msg'].removeprefix('Value error, ')}"


def _bad(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(f"MCP_CONFIG{given(path)} is not valid: {why}.")
