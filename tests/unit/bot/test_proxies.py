"""A proxy is used where the environment names one, and nowhere else: for calls and WebSockets."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.entry.connection import Connection
from bot.errors import ConfigurationError
from bot.slack.client import open_web_client
from bot.slack.proxies import proxy_for

SLACK = "https://slack.com/api/"
WSS = "wss://wss-primary.slack.com/link/?ticket=1"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def set_all(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str]) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("names", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"https_proxy": "http://p:3128"}, "http://p:3128"),
        ({"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"ALL_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "http://b:2"}, "http://a:1"),
        ({"HTTPS_PROXY": "p.corp:3128"}, "http://p.corp:3128"),
        ({"HTTPS_PROXY": "p.corp:3128/"}, "http://p.corp:3128/"),
        ({"HTTPS_PROXY": "http://me:pw@p:3128"}, "http://me:pw@p:3128"),
        ({"HTTPS_PROXY": " "}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "slack.com"}, None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": ".slack.com"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.b, slack.com:443 ,c.d"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "notslack.com,slack.com:80"}, "http://p:1"),
    ],
)
def test_calls_and_websockets_go_by_the_same_variables(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str], proxy: str | None
) -> None:
    set_all(monkeypatch, names)
    assert proxy_for(SLACK) == proxy_for(WSS) == proxy


@pytest.mark.parametrize(
    ("host", "direct", "not_direct"),
    [
        ("wss.slack.com", "slack.com", "lack.com"),
        ("wss.slack.com", "*.slack.com", "*.wss.slack.com.uk"),
        ("wss.slack.com", "SLACK.com.", "wss.slack.com:80"),
        ("wss.slack.com.", "a.b  .slack.com", "http://slack.com"),
        ("wss.slack.com", "  * ", ".,;,:443,/8,[]"),
        ("10.1.2.3", "10.0.0.0/8", "10.2.0.0/16"),
        ("10.1.2.3", "x, 10.1.2.3/32", "1.2.3"),
        ("10.1.2.3", "10.1.2.3:443", "10.1.2.3:444"),
        ("10.1.2.3", "0.0.0.0/0", "::/0"),
        ("[2001:db8::1]", "2001:db8::/32", "2001:db9::/32"),
        ("[2001:db8::1]", "2001:DB8:0::1", "10.0.0.0/8"),
        ("[2001:db8::1]", "[2001:db8::1]", "[2001:db8::2]"),
        ("[2001:db8::1]", "[2001:db8::1]:443", "[2001:db8::1]:80"),
        ("[::ffff:10.1.2.3]", "10.0.0.0/8", "11.0.0.0/8"),
    ],
)
def test_no_proxy_names_hosts_in_each_form_that_is_in_use(
    monkeypatch: pytest.MonkeyPatch, host: str, direct: str, not_direct: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://p:1")
    found = []
    for listed in (direct, not_direct):
        monkeypatch.setenv("NO_PROXY", listed)
        found.append(proxy_for(f"wss://{host}/link"))
    assert found == [None, "http://p:1"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:80/api/", "ws://localhost:1/link", "http://[::1]:8080/"),
        *("ws://127.1.2.3/", "http://localhost./", "http://[::ffff:127.0.0.1]/", "ws://0.0.0.0/"),
    ],
)
def test_no_proxy_leads_to_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    set_all(monkeypatch, {"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:1"})
    assert proxy_for(url) is None


@pytest.mark.parametrize(
    "bad",
    [
        "socks5://p:1080",
        "http://",
        "http://me:secret@p:port",
        "://x",
        "http:/p:1",
        "//p:1",
        "a b:1",
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", bad)
    with pytest.raises(ConfigurationError, match=r"takes the form http://host:port") as caught:
        proxy_for(SLACK)
    assert "secret" not in str(caught.value)


@asynccontextmanager
async def proxy_server() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that answers every request itself with an error, and keeps their first lines."""
    lines: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append((await reader.readline()).decode().strip())
        writer.write(b"HTTP/1.1 503 Full\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lines


async def test_a_call_goes_through_the_proxy_unless_no_proxy_names_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxy_server() as (proxy, lines):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        await ask("http://slack.invalid/api/")
        assert lines == ["POST http://slack.invalid/api/auth.test HTTP/1.1"]
        monkeypatch.setenv("NO_PROXY", "slack.invalid")
        await ask("http://slack.invalid/api/")
        assert len(lines) == 1


async def ask(base_url: str) -> None:
    async with open_web_client(base_url, "xoxb-1", timeout=5) as client:
        with pytest.raises(Exception, match=r"503|slack\.invalid"):
            await client.auth_test()


async def test_a_websocket_goes_through_the_proxy_unless_no_proxy_names_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxy_server() as (proxy, lines), aiohttp.ClientSession() as session:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(aiohttp.ClientError):
            await Connection.open(session, "ws://wss-primary.invalid/link")
        assert len(lines) == 1
        assert "wss-primary.invalid" in lines[0]
        monkeypatch.setenv("NO_PROXY", ".invalid")
        with pytest.raises(aiohttp.ClientError):
            await Connection.open(session, "ws://wss-primary.invalid/link")
        assert len(lines) == 1
