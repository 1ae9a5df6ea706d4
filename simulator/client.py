"""The controls of a simulator in another process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from inspect import signature
from typing import Any, Self, cast

import aiohttp
from pydantic import TypeAdapter

from simulator import errors
from simulator.control_http import HAPPENING, result_of, verbs
from simulator.controls import Controls
from simulator.slack import Slack
from simulator.values import Happening

ARGUMENTS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class RemoteControls:
    """Every verb of `Controls`, each sent as one request and answered by one value."""

    def __init__(self, http: aiohttp.ClientSession, control_url: str) -> None:
        self._http = http
        self._url = control_url
        self._verbs = verbs()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._verbs:
            raise AttributeError(name)
        return partial(self._call, name, self._verbs[name])

    async def _call(self, name: str, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        arguments = signature(verb).bind(None, *args, **kwargs).arguments
        arguments.pop("self")
        async with self._http.post(
            self._url + name,
            data=ARGUMENTS.dump_json(arguments),
            headers={"Content-Type": "application/json"},
        ) as response:
            body = await response.read()
            if response.status == 400:
                raise _error(await response.json())
            response.raise_for_status()
        return result_of(verb).validate_json(body)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Happening]]:
        async with self._http.ws_connect(self._url + "stream") as ws:
            await ws.receive_str()
            yield _Received(ws)


class _Received(AsyncIterator[Happening]):
    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws

    async def __anext__(self) -> Happening:
        message = await self._ws.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise StopAsyncIteration
        return HAPPENING.validate_json(message.data)


def _error(problem: dict[str, str]) -> Exception:
    kind = getattr(errors, problem["error"], ValueError)
    return cast(Exception, kind(problem["text"]))


class SimulatorClient(Slack):
    """A workspace served by `python -m simulator`, driven like one in this process."""

    @classmethod
    @asynccontextmanager
    async def connect(cls, base_url: str) -> AsyncIterator[Self]:
        """`base_url` as the simulator printed it: `http://127.0.0.1:PORT/api/`."""
        control_url = base_url.removesuffix("/").removesuffix("/api") + "/_control/"
        no_limit = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=no_limit) as http:
            controls = cast(Controls, RemoteControls(http, control_url))
            yield cls(controls, await controls.connection())
