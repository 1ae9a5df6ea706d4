from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Options, Slack
from simulator.testkit import slack

__all__ = ["slack"]

MANIFEST = Path(__file__).with_name("manifest.yml")

Running = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]


@pytest.fixture
def slack_options() -> Options:
    return Options(manifest=MANIFEST, time_scale=0.001)


class App:
    """The barest app: one WebSocket, and only the acks the test asks for."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def next(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.ws.receive_json(timeout=5)
        return frame

    async def ack(self, envelope: dict[str, Any]) -> None:
        await self.ws.send_json({"envelope_id": envelope["envelope_id"]})

    async def ack_everything(self) -> None:
        """Until the connection ends, however it ends."""
        async for frame in self.ws:
            envelope = frame.json()
            if "envelope_id" in envelope:
                with suppress(ConnectionError):
                    await self.ack(envelope)


@asynccontextmanager
async def connected(slack: Slack, query: str = "") -> AsyncIterator[App]:
    web = AsyncWebClient(base_url=slack.base_url)
    opened = await web.apps_connections_open(app_token=slack.app_token)
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(opened["url"] + query, autoping=False) as ws,
    ):
        yield App(ws)


@pytest.fixture
async def web(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """The SDK's client with the bot's token; it does not retry."""
    async with aiohttp.ClientSession() as http:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.base_url, session=http)
        client.retry_handlers.clear()
        yield client


@pytest.fixture
def app(web: AsyncWebClient) -> AsyncApp:
    """A bare Bolt app that answers a mention in its thread and acks everything else."""
    bolt = AsyncApp(client=web)

    @bolt.event("app_mention")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        root = event.get("thread_ts") or event["ts"]
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=root, text=f"Heard: {event['text']}"
        )

    @bolt.event("message")
    async def listen(event: dict[str, Any]) -> None: ...

    return bolt


@pytest.fixture
def running(slack: Slack) -> Running:
    @asynccontextmanager
    async def run(app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.5)
        already = len(await slack.sockets())
        await handler.connect_async()
        await slack.wait_for_sockets(already + 1)
        try:
            yield handler
        finally:
            await handler.close_async()

    return run
