"""An MCP server over HTTP that can forget its sessions, and refuse a token.

https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http
"""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.support.serving import serving
from tests.unit.agent.mcp_server import answer_to

FLOOD = 512 * 1024 * 1024
"""Bytes that a flood consists of."""


@dataclass(slots=True)
class McpHttpServer:
    """Answers in plain JSON; counts the sessions that were opened."""

    mode: str = "plain"
    token: str | None = None
    url: str = ""
    opened: int = 0
    sessions: set[str] = field(default_factory=set)
    fault: str = ""
    faulty: str = ""
    """The method that the fault befalls."""
    packing: str = ""
    is_slow: bool = False
    """Answers in a stream of events, after signs of life and a notification."""
    sent: int = 0
    """Bytes that were taken of a flood."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        if request.method != "POST":
            return web.Response(status=405 if request.method == "GET" else 200)
        message = await request.json()
        method, number = message["method"], message.get("id")
        if method == self.faulty:
            return await self._faulty(request)
        session = request.headers.get("Mcp-Session-Id")
        if method == "initialize":
            self.opened += 1
            session = f"session-{self.opened}"
            self.sessions.add(session)
        elif method != "server/discover" and session not in self.sessions:
            error = {"code": -32600, "message": "Session not found"}
            body = {"jsonrpc": "2.0", "id": number or "server-error", "error": error}
            return web.json_response(body, status=404)
        if number is None:
            return web.Response(status=202)
        answer = answer_to(self.mode, method, message.get("params") or {})
        headers = {"Mcp-Session-Id": session} if session else {}
        response = web.json_response({"jsonrpc": "2.0", "id": number, **answer}, headers=headers)
        if self.is_slow:
            return await self._slowly(request, response)
        if self.packing:
            response.enable_compression(web.ContentCoding(self.packing))
        return response

    async def _faulty(self, request: web.Request) -> web.StreamResponse:
        """Answer as proxies, gateways and broken servers do."""
        match self.fault:
            case "page":
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            case "redirect":
                return web.Response(status=302, headers={"Location": "/login"})
            case "no json":
                return web.Response(text="{", content_type="application/json")
            case "reset":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "elsewhere":
                return web.Response(status=302, headers={"Location": "https://login.example.com"})
            case "401":
                return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
            case "flood json" | "flood events" | "flood packed":
                return await self._flood(request)
            case "hang":
                await asyncio.sleep(600)
            case "endless":
                response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
                await response.prepare(request)
                while True:
                    await response.write(b": still there\n\n")
                    await asyncio.sleep(0.05)
        return web.Response(status=int(self.fault), text="no")

    async def _slowly(self, request: web.Request, answer: web.Response) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        if session := answer.headers.get("Mcp-Session-Id"):
            stream.headers["Mcp-Session-Id"] = session
        await stream.prepare(request)
        progress = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"x": 1}}
        for piece in (b": still there\n\n", f"data: {json.dumps(progress)}\n\n".encode()) * 3:
            await stream.write(piece)
            await asyncio.sleep(0.1)
        assert answer.text is not None
        for line in ("event: message", f"data: {answer.text}", "", ""):
            await stream.write(line.encode() + b"\n")
        return stream

    async def _flood(self, request: web.Request) -> web.StreamResponse:
        kind = "text/event-stream" if self.fault == "flood events" else "application/json"
        response = web.StreamResponse(headers={"Content-Type": kind})
        piece, packer = b"x" * 64 * 1024, zlib.compressobj(wbits=31)
        if self.fault == "flood packed":
            response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        if self.fault == "flood events":
            await response.write(b"data: ")
        for _ in range(FLOOD // len(piece)):
            data = piece if self.fault != "flood packed" else packer.compress(piece * 64)
            await response.write(data)
            await asyncio.sleep(0)
            if request.transport is None or request.transport.is_closing():
                break
            self.sent += len(data)
        return response


@asynccontextmanager
async def serving_mcp(server: McpHttpServer) -> AsyncIterator[McpHttpServer]:
    """Run the server on a port of its own."""
    app = web.Application()
    app.router.add_route("*", "/mcp", server.handle)
    async with serving(app, shutdown_timeout=0.1) as address:
        server.url = f"{address}/mcp"
        yield server
