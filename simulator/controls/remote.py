"""A workspace that another process serves."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from inspect import signature
from typing import Any, Self, cast

import aiohttp
from pydantic import TypeAdapter

from simulator import errors
from simulator.controls.contract import Connection
from simulator.controls.http import HAPPENING, result_of, verbs
from simulator.controls.slack import Slack
from simulator.values import Happening

ARGUMENTS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class Received(AsyncIterator[Happening]):
    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws

    async def __anext__(self) -> Happening:
        message = await self._ws.receive()
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise StopAsyncIteration
        return HAPPENING.validate_json(message.data)


class Line:
    """Sends a verb as one request; its value is the answer."""

    def __init__(self, http: aiohttp.ClientSession, control_url: str) -> None:
        self._http = http
        self._url = control_url

    async def call(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        arguments = signature(verb).bind(None, *args, **kwargs).arguments
        arguments.pop("self")
        async with self._http.post(
            self._url + verb.__name__,
            data=ARGUMENTS.dump_json(arguments),
            headers={"Content-Type": "application/json"},
        ) as response:
            body = await response.read()
            if response.status == 400:
                raise _error(await response.json())
            response.raise_for_status()
        return result_of(verb).validate_json(body)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Received]:
        async with self._http.ws_connect(self._url + "stream") as ws:
            await ws.receive_str()
            yield Received(ws)


def _error(problem: dict[str, str]) -> Exception:
    kind = getattr(errors, problem["error"], ValueError)
    return cast(Exception, kind(problem["text"]))


class SimulatorClient(Slack):
    """A workspace served by `python -m simulator`, driven like one in this process."""

    def __init__(self, line: Line, connection: Connection) -> None:
        self._line = line
        self._described = connection

    @property
    def connection(self) -> Connection:
        return self._described

    def stream(self) -> AbstractAsyncContextManager[AsyncIterator[Happening]]:
        return self._line.stream()

    @classmethod
    @asynccontextmanager
    async def connect(cls, base_url: str) -> AsyncIterator[Self]:
        """`base_url` as the simulator printed it: `http://127.0.0.1:PORT/api/`."""
        control_url = base_url.removesuffix("/").removesuffix("/api") + "/_control/"
        no_limit = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=no_limit) as http:
            line = Line(http, control_url)
            yield cls(line, await line.call(verbs()["describe"]))


def _sent(verb: Callable[..., Any]) -> Callable[..., Any]:
    async def send(self: SimulatorClient, *args: Any, **kwargs: Any) -> Any:
        return await self._line.call(verb, *args, **kwargs)

    return send


for name, verb in verbs().items():
    setattr(SimulatorClient, name, _sent(verb))
