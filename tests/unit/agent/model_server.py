"""An OpenAI-compatible server on loopback that does what a script says.

https://platform.openai.com/docs/api-reference/chat: requests, answers and streamed chunks.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.serving import serving as serving_app

Step = Callable[["ModelServer", web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class ModelServer:
    """Answers each request with the script's next step, the last one for ever."""

    steps: Sequence[Step]
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    closed_by_client: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.asked.set()
        step = self.steps[min(len(self.requests), len(self.steps)) - 1]
        try:
            return await step(self, request, body)
        except (asyncio.CancelledError, ConnectionError):
            self.closed_by_client.set()
            raise

    def sent(self, number: int = -1) -> str:
        """All messages of one request, as text."""
        return json.dumps(self.requests[number]["messages"], ensure_ascii=False)


@asynccontextmanager
async def serving(*steps: Step) -> AsyncIterator[ModelServer]:
    """Run the server on a port of its own."""
    server = ModelServer(steps)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle)
    async with serving_app(app, handler_cancellation=True, shutdown_timeout=0.1) as address:
        server.url = f"{address}/v1"
        yield server


def calls(*wanted: tuple[str, Any], finish: str = "tool_calls", usage: bool = True) -> Step:
    """Answer with these tool calls, streamed if that is asked for."""

    async def step(
        server: ModelServer, request: web.Request, body: dict[str, Any]
    ) -> web.StreamResponse:
        made = [
            {
                "index": place,
                "id": f"call-{len(server.requests)}-{place}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": args if isinstance(args, str) else json.dumps(args),
                },
            }
            for place, (name, args) in enumerate(wanted)
        ]
        used = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
        if not body.get("stream"):
            message = {"role": "assistant", "content": None, "tool_calls": made}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            answer = {**_head("chat.completion"), "choices": [choice]}
            return web.json_response(answer | ({"usage": used} if usage else {}))
        delta = {"role": "assistant", "content": None, "tool_calls": made}
        chunks = [_chunk(delta), _chunk({}, finish)]
        if usage:
            chunks.append({**_head("chat.completion.chunk"), "choices": [], "usage": used})
        return await _stream(request, chunks)

    return step


def says(text: str, *, finish: str = "stop") -> Step:
    """Answer in plain text."""

    async def step(
        _: ModelServer, request: web.Request, body: dict[str, Any]
    ) -> web.StreamResponse:
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            return web.json_response({**_head("chat.completion"), "choices": [choice]})
        return await _stream(
            request, [_chunk({"role": "assistant", "content": text}), _chunk({}, finish)]
        )

    return step


def refuses(status: int, error: dict[str, Any], **headers: str) -> Step:
    """Answer with an error; `_` in a header's name stands for `-`."""

    async def step(_: ModelServer, __: web.Request, ___: dict[str, Any]) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"error": error}, status=status, headers=named)

    return step


def sends(
    *chunks: dict[str, Any] | bytes, status: int = 200, kind: str = "text/event-stream"
) -> Step:
    """Send these as they are, whatever was asked for, and end the answer."""

    async def step(_: ModelServer, request: web.Request, __: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": kind})
        await response.prepare(request)
        for chunk in chunks:
            if isinstance(chunk, bytes):
                await response.write(chunk)
            else:
                await _write(response, chunk)
        await response.write_eof()
        return response

    return step


def chunk_of(*made: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Make a chunk of a stream that holds these calls, or the pieces of them."""
    return _chunk({"role": "assistant", "content": None, "tool_calls": list(made)}, finish) | more


def piece(
    name: str | None, arguments: str, *, id: str | None = "c1", index: int | None = 0
) -> dict[str, Any]:
    """Make a call, or a piece of one."""
    function = {"arguments": arguments} | ({} if name is None else {"name": name})
    return {"index": index, "id": id, "type": "function", "function": function}


def breaks_off(name: str, begun: str) -> Step:
    """Begin a call, then close the connection in the middle of the stream."""

    async def step(_: ModelServer, request: web.Request, __: dict[str, Any]) -> web.StreamResponse:
        function = {"name": name, "arguments": begun}
        made = [{"index": 0, "id": "cut", "type": "function", "function": function}]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await _write(response, _chunk({"role": "assistant", "tool_calls": made}))
        assert request.transport is not None
        request.transport.abort()
        return response

    return step


def after(seconds: float, then: Step) -> Step:
    """Wait first."""

    async def step(
        server: ModelServer, request: web.Request, body: dict[str, Any]
    ) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(server, request, body)

    return step


def _head(kind: str) -> dict[str, Any]:
    return {"id": "answer", "object": kind, "created": 1, "model": "scripted"}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**_head("chat.completion.chunk"), "choices": [choice]}


async def _stream(request: web.Request, chunks: Sequence[dict[str, Any]]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for chunk in chunks:
        await _write(response, chunk)
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


async def _write(response: web.StreamResponse, chunk: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
