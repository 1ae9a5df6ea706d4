"""An address is good for one handshake: whatever goes wrong with it, the next try has its own."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.entry import connection as connection_module
from bot.entry import tries as tries_module
from bot.entry.connection import Connection
from bot.entry.socket import Socket
from bot.errors import ConfigurationError, SlackUnreachableError
from bot.slack import preflight as preflight_module
from bot.slack.client import open_web_client
from tests.unit.bot import socket_mode
from tests.unit.bot.socket_mode import Behaviour, Slack, socket_mode_server

SPOILT: dict[str, Callable[[], Behaviour]] = {
    "used before": lambda: socket_mode.refused(403),
    "gone": lambda: socket_mode.refused(404),
    "a server in trouble": lambda: socket_mode.refused(503),
    "no WebSocket": lambda: socket_mode.refused(200),
    "cut": lambda: socket_mode.cut,
    "no answer": lambda: socket_mode.hang,
    "no hello": lambda: socket_mode.says(),
    "closed at once": lambda: socket_mode.closes,
    "no JSON": lambda: socket_mode.says("<html>"),
    "told to go": lambda: socket_mode.says('{"type":"disconnect","reason":"too_many_websockets"}'),
}
NO_ADDRESS: dict[str, Any] = {
    "a name that is not there": {"ok": True, "url": "wss://nowhere.invalid/link"},
    "no URL": {"ok": True, "url": "nonsense"},
    "nothing": {"ok": True},
    "another scheme": {"ok": True, "url": "ftp://127.0.0.1/link"},
}


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "HANDSHAKE_SECONDS", 0.3)
    monkeypatch.setattr(tries_module, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(tries_module, "REJECTED_PAUSE", 0.02)
    monkeypatch.setattr(preflight_module, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(preflight_module, "PAUSE", 0.02)


@asynccontextmanager
async def socket_to(slack: Slack) -> AsyncIterator[Socket]:
    """A socket of the bot to this server, not connected yet."""
    async with open_web_client(slack.base_url, "xoxb-1", timeout=5) as client:
        nowhere: Any = None
        socket = Socket(nowhere, client, "xapp-1", local_store=None)
        try:
            yield socket
        finally:
            await socket.close()


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a condition, however busy the machine is."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # conditions of many kinds
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
async def test_at_the_start_each_try_has_an_address_of_its_own(
    spoilt: Callable[[], Behaviour],
) -> None:
    async with (
        socket_mode_server(Slack(handshakes=[spoilt(), spoilt()])) as slack,
        socket_to(slack) as socket,
    ):
        await socket.connect()
        assert socket.trouble() is None
        assert slack.used == ["/link/1", "/link/2", "/link/3"]
        assert slack.issued == 3


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
async def test_later_each_try_has_an_address_of_its_own(spoilt: Callable[[], Behaviour]) -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        slack.handshakes += [spoilt(), spoilt()]
        slack.connected.clear()
        await slack.sockets[-1].close()
        await until(slack.connected.is_set)
        await until(lambda: socket.trouble() is None)
        assert len(set(slack.used)) == len(slack.used) == 4


@pytest.mark.parametrize("answer", NO_ADDRESS.values(), ids=NO_ADDRESS)
async def test_an_address_that_is_none_is_asked_for_again(answer: Any) -> None:
    slack = Slack(addresses=[answer])
    async with socket_mode_server(slack), socket_to(slack) as socket:
        await socket.connect()
        slack.addresses.append(answer)
        slack.connected.clear()
        await slack.sockets[-1].close()
        await until(slack.connected.is_set)


async def test_while_it_is_not_connected_it_says_why() -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        assert socket.trouble() == "not connected to Slack"
        await socket.connect()
        slack.handshakes += [socket_mode.refused(503)] * 5
        await slack.sockets[-1].close()
        await until(lambda: "cannot be reached" in (socket.trouble() or ""))
        await until(lambda: socket.trouble() is None)


async def test_before_a_connection_is_recycled_the_next_one_stands() -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        (first,) = slack.sockets
        for reason in ("warning", "refresh_requested"):
            slack.connected.clear()
            await slack.send({"type": "disconnect", "reason": reason})
            await until(slack.connected.is_set)
            await until(lambda: len(slack.sockets) == 1)
            assert socket.trouble() is None
        assert first.closed


async def test_too_many_connections_close_before_the_next_opens() -> None:
    counts: list[int] = []

    async def counted(slack: Slack, request: web.Request) -> web.StreamResponse:
        counts.append(len(slack.sockets))
        return await socket_mode.welcome(slack, request)

    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        slack.handshakes.append(counted)
        await slack.send({"type": "disconnect", "reason": "too_many_websockets"})
        await until(lambda: counts)
        assert counts == [0]
        await until(lambda: socket.trouble() is None)


async def test_a_start_asks_for_one_address() -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        assert slack.issued == 1


@pytest.mark.parametrize("recycled", [False, True])
async def test_a_stop_asks_for_no_further_address(recycled: bool) -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        if recycled:
            await slack.connected.wait()
            slack.connected.clear()
            await slack.send({"type": "disconnect", "reason": "warning"})
            await until(slack.connected.is_set)
            await until(lambda: len(slack.sockets) == 1)
        issued = slack.issued
        await socket.close()
        await asyncio.sleep(0.2)
        assert (slack.issued, slack.sockets) == (issued, [])


async def test_a_pause_that_slack_asks_for_is_kept_and_said_and_does_not_use_up_the_patience() -> (
    None
):
    limited = web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}
    )
    async with socket_mode_server(Slack(addresses=[limited])) as slack, socket_to(slack) as socket:
        began = asyncio.get_running_loop().time()
        with capture_logs() as logs:
            await socket.connect(patience=0.5)
        assert asyncio.get_running_loop().time() - began >= 1
    (line,) = [line for line in logs if line["event"] == "slack.rate_limited"]
    assert (line["method"], line["wait_s"]) == ("apps.connections.open", 1.0)


async def test_a_rejected_app_token_ends_the_start_and_is_never_shown() -> None:
    rejected = {"ok": False, "error": "invalid_auth"}
    async with (
        socket_mode_server(Slack(addresses=[rejected])) as slack,
        socket_to(slack) as socket,
    ):
        with pytest.raises(ConfigurationError) as caught:
            await socket.connect()
    said = str(caught.value)
    assert "rejected SLACK_APP_TOKEN (apps.connections.open: invalid_auth)" in said
    assert "connections:write" in said
    assert "xapp-" not in said.replace("xapp-…", "")


async def test_a_slack_that_takes_no_handshake_ends_the_start_with_what_to_check() -> None:
    refusing = Slack(handshakes=[socket_mode.refused(503)] * 500)
    async with socket_mode_server(refusing) as slack, socket_to(slack) as socket:
        with pytest.raises(SlackUnreachableError, match="SLACK_API_URL"):
            await socket.connect(patience=0.2)


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive", "whatever"])
async def test_a_token_that_is_revoked_while_it_runs_is_said_once_and_comes_back(
    code: str,
) -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        slack.addresses += [{"ok": False, "error": code}] * 5
        slack.connected.clear()
        with capture_logs() as logs:
            await slack.sockets[-1].close()
            await until(lambda: "rejected SLACK_APP_TOKEN" in (socket.trouble() or ""))
            await until(slack.connected.is_set)
            await until(lambda: socket.trouble() is None)
    assert [line["event"] for line in logs] == ["slack.rejected", "slack.connected"]
    assert code in logs[0]["trouble"]


async def test_it_waits_longer_between_tries_while_a_token_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tries_module, "REJECTED_PAUSE", 600)
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        slack.addresses.append({"ok": False, "error": "token_revoked"})
        await slack.sockets[-1].close()
        await until(lambda: "token_revoked" in (socket.trouble() or ""))
        await asyncio.sleep(0.2)
        assert slack.issued == 2


async def test_connections_that_end_at_once_again_and_again_are_not_opened_without_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tries_module, "LONGEST_PAUSE", 600)

    async def greets_and_goes(slack: Slack, request: web.Request) -> web.StreamResponse:
        return await socket_mode.says('{"type":"hello"}', then_close=True)(slack, request)

    async with (
        socket_mode_server(Slack(handshakes=[greets_and_goes] * 500)) as slack,
        socket_to(slack) as socket,
    ):
        await socket.connect()
        await until(lambda: slack.issued >= 2)
        await asyncio.sleep(1)
        assert slack.issued < 10


async def test_closing_ends_a_try_that_is_under_way() -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        slack.handshakes.append(socket_mode.hang)
        await slack.sockets[-1].close()
        await until(lambda: len(slack.used) == 2)
        async with asyncio.timeout(5):
            await socket.close()


async def test_an_address_that_nobody_answers_is_given_up() -> None:
    with sockets.create_server(("127.0.0.1", 0), backlog=1) as silent:
        address = f"ws://127.0.0.1:{silent.getsockname()[1]}/link"
        slack = Slack(addresses=[{"ok": True, "url": address}])
        async with socket_mode_server(slack), socket_to(slack) as socket:
            await socket.connect()
            assert slack.used == ["/link/2"]


@pytest.mark.parametrize("count", ["Infinity", '"x"', "[1]", "null", "-1", "2.5"])
async def test_a_hello_that_counts_strangely_is_a_hello(count: str) -> None:
    hello = f'{{"type": "hello", "num_connections": {count}}}'
    async with (
        socket_mode_server(Slack(handshakes=[socket_mode.says(hello)])) as slack,
        socket_to(slack) as socket,
    ):
        await socket.connect()
        assert (socket.trouble(), slack.issued) == (None, 1)


async def test_what_nobody_thought_of_does_not_end_the_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        monkeypatch.setattr(Connection, "open", surprise)
        await slack.sockets[-1].close()
        await until(lambda: "never seen before" in (socket.trouble() or ""))
        monkeypatch.undo()
        await until(lambda: socket.trouble() is None)


async def surprise(*_: object) -> Connection:
    raise AttributeError("never seen before")


async def test_a_frame_that_cannot_be_read_ends_no_connection() -> None:
    async with socket_mode_server(Slack()) as slack, socket_to(slack) as socket:
        await socket.connect()
        await slack.connected.wait()
        with capture_logs() as logs:
            for frame in ("[" * 200_000, "hello", "7"):
                await slack.sockets[-1].send_str(frame)
            await slack.sockets[-1].send_bytes(b"{}")
            await until(lambda: len(logs) == 4)
        assert {line["event"] for line in logs} == {"slack.frame_not_read"}
        assert (socket.trouble(), slack.issued) == (None, 1)
