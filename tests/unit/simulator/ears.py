"""An app that acks everything and keeps what it got."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Slack


class Ear:
    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    async def listen(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in ws:
            envelope = frame.json()
            if "envelope_id" in envelope:
                self.payloads.append(envelope["payload"])
                await ws.send_json({"envelope_id": envelope["envelope_id"]})

    @property
    def events(self) -> list[dict[str, Any]]:
        return [payload["event"] for payload in self.payloads]

    @property
    def kinds(self) -> list[str]:
        """Sorted, for the order of a mention's twins is left to chance."""
        return sorted(event.get("subtype", event["type"]) for event in self.events)


@asynccontextmanager
async def listening(slack: Slack) -> AsyncIterator[Ear]:
    """An ear on one socket, until the context is left."""
    opened = await AsyncWebClient(base_url=slack.base_url).apps_connections_open(
        app_token=slack.app_token
    )
    async with aiohttp.ClientSession() as http, http.ws_connect(opened["url"]) as ws:
        ear = Ear()
        task = asyncio.create_task(ear.listen(ws))
        await slack.wait_for_sockets()
        yield ear
        await ws.close()
        await task
