"""A Socket Mode server over real sockets that misbehaves as a test says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.serving import serving

Behaviour = Callable[["Slack", web.Request], Awaitable[web.StreamResponse]]
HELLO = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}


@dataclass(slots=True)
class Slack:
    """`addresses`: what each call of `apps.connections.open` answers instead of an address.
    `handshakes`: what befalls each handshake. Both in order; then all goes well.
    """

    addresses: list[Any] = field(default_factory=list)
    handshakes: list[Behaviour] = field(default_factory=list)
    base_url: str = ""
    issued: int = 0
    used: list[str] = field(default_factory=list)
    """The address of each handshake, in order."""
    received: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    """Those that are open."""
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    async def issue(self, _: web.Request) -> web.Response:
        """Answer `apps.connections.open`."""
        self.issued += 1
        if self.addresses and (answer := self.addresses.pop(0)) is not None:
            return answer if isinstance(answer, web.Response) else web.json_response(answer)
        link = self.base_url.replace("http", "ws", 1).replace("/api/", "/link/")
        return web.json_response({"ok": True, "url": f"{link}{self.issued}"})

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Take a handshake; an address is good for one."""
        if request.path in self.used:
            return web.Response(status=403)
        self.used.append(request.path)
        if self.handshakes:
            return await self.handshakes.pop(0)(self, request)
        return await welcome(self, request)

    async def send(self, frame: dict[str, Any]) -> None:
        """Send a frame over the newest connection."""
        await self.sockets[-1].send_str(json.dumps(frame))


async def welcome(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Say hello, then read acks until the client closes."""
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    await ws.send_str(json.dumps(HELLO | {"num_connections": len(slack.sockets) + 1}))
    slack.sockets.append(ws)
    slack.connected.set()
    try:
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                slack.received.append(json.loads(message.data))
    finally:
        slack.sockets.remove(ws)
    return ws


def refused(status: int) -> Behaviour:
    """Answer the handshake with this status."""

    async def answer(_: Slack, __: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    return answer


async def cut(_: Slack, request: web.Request) -> web.StreamResponse:
    """Break the connection in the middle of the handshake."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(_: Slack, __: web.Request) -> web.StreamResponse:
    """Never answer the handshake."""
    await asyncio.sleep(600)
    return web.Response()


def says(*frames: str, then_close: bool = False) -> Behaviour:
    """Take the handshake, send these frames instead of hello, and wait for the end."""

    async def answer(_: Slack, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        for frame in frames:
            await ws.send_str(frame)
        if then_close:
            await ws.close()
        else:
            await ws.receive()
        return ws

    return answer


async def closes(_: Slack, request: web.Request) -> web.StreamResponse:
    """Take the handshake, and close at once."""
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    await ws.close()
    return ws


@asynccontextmanager
async def socket_mode_server(slack: Slack) -> AsyncIterator[Slack]:
    """Serve until the context is left."""
    app = web.Application()
    app.router.add_route("*", "/api/apps.connections.open", slack.issue)
    app.router.add_get("/link/{ticket}", slack.link)
    async with serving(app, shutdown_timeout=0.1) as address:
        slack.base_url = f"{address}/api/"
        yield slack
