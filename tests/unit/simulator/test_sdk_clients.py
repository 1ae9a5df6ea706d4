"""The Socket Mode clients of Slack's own Python SDK, each against the simulator."""

import asyncio
import gc
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Slack
from simulator.delivery.sockets import DisconnectReason

Heard = list[str]
PING_SECONDS = 1.0
"""Short, for a client in threads ends no sooner than its next ping."""


def client_of(variant: str) -> Callable[..., Any]:
    module = importlib.import_module(f"slack_sdk.socket_mode.{variant}")
    make: Callable[..., Any] = module.SocketModeClient
    return make


@asynccontextmanager
async def on_the_loop(slack: Slack, variant: str) -> AsyncIterator[Heard]:
    heard: Heard = []

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        heard.append(request.payload["event"]["text"])

    web = AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)
    client = client_of(variant)(
        app_token=slack.app_token, web_client=web, ping_interval=PING_SECONDS
    )
    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    try:
        yield heard
    finally:
        await client.close()


@asynccontextmanager
async def in_threads(slack: Slack, variant: str) -> AsyncIterator[Heard]:
    heard: Heard = []

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        heard.append(request.payload["event"]["text"])

    web = WebClient(token=slack.bot_token, base_url=slack.base_url)
    client = client_of(variant)(
        app_token=slack.app_token, web_client=web, ping_interval=PING_SECONDS
    )
    client.socket_mode_request_listeners.append(listen)
    await asyncio.to_thread(client.connect)
    try:
        yield heard
    finally:
        await asyncio.to_thread(client.close)


Listening = Callable[[Slack, str], AbstractAsyncContextManager[Heard]]


# The SDK's websocket_client leaves its old socket to the garbage collector, which must come by
# while the warning is expected, not in a later test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("variant", "listening"),
    [
        ("aiohttp", on_the_loop),
        ("websockets", on_the_loop),
        ("builtin", in_threads),
        # It waits up to ten seconds for itself to end.
        pytest.param("websocket_client", in_threads, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_it_hears_and_acks_and_comes_back_when_it_is_sent_away(
    slack: Slack, variant: str, listening: Listening, reason: DisconnectReason
) -> None:
    async with listening(slack, variant) as heard:
        await slack.wait_for_sockets()
        (first,) = await slack.sockets()
        await slack.user("ann").say("#incidents", "hello")
        await slack.wait_until(lambda: heard == ["hello"])
        await slack.wait_quiet()
        await slack.disconnect_sockets(reason)

        async def on_a_new_socket() -> bool:
            return any(number != first for number in await slack.sockets())

        await slack.wait_until(on_a_new_socket, timeout=30)
        await slack.user("ann").say("#incidents", "still there?")
        await slack.wait_until(lambda: "still there?" in heard, timeout=30)
        await slack.wait_quiet()
        acked = {delivery.ts for delivery in await slack.deliveries() if delivery.acked_at}
        assert len(acked) == 2
    gc.collect()
