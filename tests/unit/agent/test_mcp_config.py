"""MCP_CONFIG as people have it, and what is wrong with it in one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from bot.errors import ConfigurationError
from bot.investigators.agent.mcp.config import McpServerConfig, read_mcp_config
from bot.investigators.agent.mcp.http import Statuses, http_transport

ENVIRONMENT = {"TOKEN": "secret-value", "EMPTY": ""}


def read(folder: Path, content: Any) -> dict[str, McpServerConfig]:
    path = folder / "mcp.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_mcp_config(path, ENVIRONMENT)


def one(folder: Path, **entry: Any) -> McpServerConfig:
    return read(folder, {"mcpServers": {"logs": entry}})["logs"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("${TOKEN}", "secret-value"),
        ("Bearer ${env:TOKEN}", "Bearer secret-value"),
        ("${NOT_SET:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${NOT_SET:-}", ""),
        ("$TOKEN costs $5 ${", "$TOKEN costs $5 ${"),
        ("${input:token}", "${input:token}"),
    ],
)
def test_variables_are_replaced_and_any_other_dollar_stays(
    tmp_path: Path, written: str, read_as: str
) -> None:
    assert one(tmp_path, command="x", env={"A": written}).env["A"] == read_as


@pytest.mark.parametrize(
    "off",
    [{"disabled": True}, {"disabled": "true"}, {"disabled": 1}, {"enabled": False}],
    ids=str,
)
def test_a_server_that_is_switched_off_in_any_spelling_is_left_out(
    tmp_path: Path, off: dict[str, Any]
) -> None:
    entry = {"command": "x", "env": {"TOKEN": "${NOT_SET}"}, **off}
    assert read(tmp_path, {"mcpServers": {"logs": entry}}) == {}


@pytest.mark.parametrize(
    "key", ["args", "env", "cwd", "timeout", "alwaysAllow", "disabled", "url"]
)
def test_an_empty_key_is_one_that_is_not_there(tmp_path: Path, key: str) -> None:
    assert one(tmp_path, command="x", **{key: None}) == one(tmp_path, command="x")


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"url": "http://a/mcp"}, StreamableHttpTransport),
        ({"url": "http://a/sse"}, SSETransport),
        ({"url": "http://a/sse/"}, SSETransport),
        ({"url": "http://a/events", "type": "sse"}, SSETransport),
        ({"url": "http://a/sse", "type": "http"}, StreamableHttpTransport),
        ({"url": "http://a/b", "type": "streamable-http"}, StreamableHttpTransport),
    ],
    ids=str,
)
def test_the_older_protocol_is_spoken_where_it_is_named_or_the_address_says_so(
    tmp_path: Path, entry: dict[str, Any], kind: type
) -> None:
    assert type(http_transport(one(tmp_path, **entry), Statuses())) is kind


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [(None, 30), (5, 5), (999, 600), (1_000, 1), (60_000, 60), (0.5, 0.5), (10_000_000, 600)],
)
def test_a_timeout_of_a_thousand_or_more_is_in_milliseconds(
    tmp_path: Path, timeout: float | None, seconds: float
) -> None:
    entry = {"command": "x"} | ({} if timeout is None else {"timeout": timeout})
    assert one(tmp_path, **entry).seconds == seconds


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "it is not valid JSON"),
        ([], "it has no object mcpServers"),
        ({"servers": {}}, "it has no object mcpServers"),
        ({"mcpServers": {"logs": []}}, "server 'logs' is not an object"),
        ({"mcpServers": {"logs": {}}}, "server 'logs': needs either command or url"),
        ({"mcpServers": {"logs": {"command": "x", "url": "http://a/b"}}}, "either command or url"),
        ({"mcpServers": {"logs": {"command": "x", "args": "y"}}}, "server 'logs', key 'args'"),
        ({"mcpServers": {"logs": {"command": "x", "args": [1]}}}, "server 'logs', key 'args.0'"),
        (
            {"mcpServers": {"logs": {"command": "x", "timeout": -1}}},
            "server 'logs', key 'timeout'",
        ),
        ({"mcpServers": {"logs": {"command": "x", "disabled": "maybe"}}}, "key 'disabled'"),
        ({"mcpServers": {"logs": {"command": "x", "alwaysAllow": "a"}}}, "key 'alwaysAllow'"),
        ({"mcpServers": {"logs": {"command": "x", "timeout": "soon"}}}, "key 'timeout'"),
        ({"mcpServers": {"logs": {"command": "x", "env": {"PORT": 80}}}}, "key 'env.PORT'"),
        ({"mcpServers": {"logs": {"httpUrl": "http://x"}}}, "needs either command or url"),
        ({"mcpServers": {"logs": {"url": "ftp://x"}}}, "server 'logs', key 'url'"),
        ({"mcpServers": {"logs": {"command": "x", "approval": "ask"}}}, "key 'approval'"),
        (
            {"mcpServers": {"logs": {"command": "x", "env": {"A": "${NOT_SET}"}}}},
            "server 'logs', key 'env': the variable NOT_SET is not set",
        ),
    ],
)
def test_what_is_wrong_is_named_by_server_and_key(tmp_path: Path, content: Any, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, content)
    said = str(caught.value)
    assert said.startswith("MCP_CONFIG=")
    assert why in said


def test_a_value_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        one(tmp_path, command="x", env={"TOKEN": ["${TOKEN}"]})
    assert "secret-value" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_mcp_config(tmp_path / "none.json", ENVIRONMENT)
