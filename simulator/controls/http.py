"""The controls over HTTP: `POST /_control/{verb}` and the stream at `GET /_control/stream`."""

import asyncio
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from aiohttp import WSMsgType, web
from pydantic import TypeAdapter, ValidationError, validate_call

from simulator.controls.contract import Controls
from simulator.errors import SimulatorError
from simulator.values import Happening

HAPPENING: TypeAdapter[Happening] = TypeAdapter(Happening)


@cache
def verbs() -> dict[str, Callable[..., Any]]:
    """The verbs of `Controls` that travel as one request and one answer."""
    members = inspect.getmembers(Controls, inspect.iscoroutinefunction)
    return {name: verb for name, verb in members if not name.startswith("_")}


@cache
def result_of(verb: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(verb)["return"])


@cache
def checked(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb, with its arguments made from JSON; built when first used, for that takes time."""
    return validate_call(verb)


class ControlRoutes:
    """The routes of one workspace."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/_control/{verb}", self._call)
        app.router.add_get("/_control/stream", self._stream)

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["verb"]
        if name not in verbs() or request.content_type != "application/json":
            raise web.HTTPNotFound(text=f"There is no control verb {name!r} taking JSON.")
        try:
            handler = checked(getattr(type(self._controls), name))
            result = await handler(self._controls, **await request.json())
        except SimulatorError as error:
            problem = {"error": type(error).__name__, "text": str(error)}
            return web.json_response(problem, status=400)
        except (ValidationError, TypeError, ValueError) as error:
            return web.json_response({"error": "ValueError", "text": str(error)}, status=400)
        body = result_of(verbs()[name]).dump_json(result)
        return web.Response(body=body, content_type="application/json")

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(timeout=1.0)
        await ws.prepare(request)
        async with self._controls.stream() as happenings:
            await ws.send_str("ready")
            feeder = asyncio.create_task(_feed(ws, happenings))
            try:
                while (await ws.receive()).type is WSMsgType.TEXT:
                    pass
            finally:
                feeder.cancel()
                await asyncio.gather(feeder, return_exceptions=True)
        return ws


async def _feed(ws: web.WebSocketResponse, happenings: Any) -> None:
    async for happening in happenings:
        await ws.send_bytes(HAPPENING.dump_json(happening))
