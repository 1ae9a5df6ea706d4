"""The Socket Mode connection tells when another copy of the app is connected."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.entry.socket import Socket
from simulator import Simulator
from tests.unit.bot.web_api import connected

Line = MutableMapping[str, Any]
Connect = Callable[[str | None], Awaitable[Socket]]


@pytest.fixture
async def connect(slack: Simulator) -> AsyncIterator[Connect]:
    """Open one more connection of the same app, over the store that is described."""
    async with AsyncExitStack() as open_things:
        count = 0

        async def open_another(local_store: str | None) -> Socket:
            nonlocal count
            client = await open_things.enter_async_context(connected(slack))
            nowhere: Any = None
            socket = Socket(nowhere, client, slack.app_token, local_store=local_store)
            open_things.push_async_callback(socket.close)
            await socket.connect()
            count += 1
            await slack.wait_for_sockets(count)
            return socket

        yield open_another


async def said(slack: Simulator, logs: list[Line], event: str, count: int) -> list[Line]:
    """Wait until that many such lines were logged."""

    def lines() -> list[Line]:
        return [line for line in logs if line["event"] == event]

    await slack.wait_until(lambda: len(lines()) >= count)
    return lines()


async def test_a_second_connection_over_a_local_store_is_warned_of_once(
    connect: Connect, slack: Simulator
) -> None:
    with capture_logs() as logs:
        await connect("the SQLite file /a.db")
        await connect("the SQLite file /b.db")
        (warning,) = await said(slack, logs, "slack.other_connection", 1)
        assert warning["log_level"] == "warning"
        assert (warning["connections"], warning["store"]) == (2, "the SQLite file /b.db")
        assert "stop one of them, or set SESSION_STORE" in str(warning["advice"])

        await slack.disconnect_sockets("refresh_requested")
        await said(slack, logs, "slack.connected", 4)
        stores = [line["store"] for line in logs if line["event"] == "slack.other_connection"]
        assert len(stores) == len(set(stores))


async def test_a_connection_alone_warns_of_nothing(connect: Connect, slack: Simulator) -> None:
    with capture_logs() as logs:
        socket = await connect("the SQLite file /a.db")
        await said(slack, logs, "slack.connected", 1)
        assert socket.trouble() is None
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == []


async def test_over_a_shared_store_more_connections_are_as_it_should_be(
    connect: Connect, slack: Simulator
) -> None:
    with capture_logs() as logs:
        await connect(None)
        await connect(None)
        await said(slack, logs, "slack.connected", 2)
    assert "slack.other_connection" not in [line["event"] for line in logs]
