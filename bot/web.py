"""HTTP servers that wait for no client: one for each address and port, with its own paths only."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

from aiohttp import web, web_response
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.errors import ConfigurationError

HEADER_SECONDS = 5.0
"""From the first byte of a header to its end."""
BODY_SECONDS = 5.0
STOP_SECONDS = 2.0
"""How long open requests may take once we are to stop."""
LINGERING_SECONDS = 0.5
"""How long the rest of a body that nobody wants is read, so that its client sees the answer."""
IDLE_SECONDS = 650.0
"""Balancers reuse connections for up to 600 s, and ask servers to keep them for more than 620 s
(https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries)."""
MOST_CONNECTIONS = 500
LARGEST_BODY = 2**20

_BAD_REQUESTS = (HttpProcessingError, web.RequestPayloadError)

# aiohttp names its version and Python's in each answer and has no setting for it.
web_response.SERVER_SOFTWARE = "burrow"  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Paths to serve at one address and port. `::` is every address, IPv4 and IPv6.

    `setting` names what an operator changes if that fails. `refused` learns the path of each
    request that is refused with such a status, for its path, its size or its form; None for bytes
    that are no HTTP request.
    """

    address: str
    port: int
    routes: Sequence[web.RouteDef]
    setting: str
    refused: Callable[[str | None, int], None] = lambda _path, _status: None


@asynccontextmanager
async def listening(listeners: Sequence[Listener]) -> AsyncIterator[None]:
    """Serve while the context is open; listeners at one address and port share a server.

    A body is read before its handler runs. Raises `ConfigurationError` where an address cannot be
    used.
    """
    sites: defaultdict[tuple[str, int], list[Listener]] = defaultdict(list)
    for listener in listeners:
        sites[listener.address, listener.port].append(listener)
    async with AsyncExitStack() as stack:
        for sharing in sites.values():
            await stack.enter_async_context(_serving(sharing))
        yield


@asynccontextmanager
async def _serving(sharing: Sequence[Listener]) -> AsyncIterator[None]:
    site = _Site(sharing)
    try:
        await site.start(sharing[0])
        yield
    finally:
        await site.stop()


class _Site:
    """One server: its open connections and the requests that are being answered."""

    def __init__(self, sharing: Sequence[Listener]) -> None:
        self._sharing = sharing

        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._answer(request, handler)

        app = web.Application(middlewares=[answer], client_max_size=LARGEST_BODY)
        app.add_routes(route for listener in sharing for route in listener.routes)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_server_log(lambda: self._refuse(None, web.HTTPBadRequest.status_code)),
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGERING_SECONDS,
            shutdown_timeout=LINGERING_SECONDS,
        )
        self._server: asyncio.Server | None = None
        self._connections: dict[_Connection, None] = {}
        self._answering = 0
        self._quiet = asyncio.Event()

    async def start(self, listener: Listener) -> None:
        """Listen there; raises `ConfigurationError`."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._connection,
                None if listener.address == "::" else listener.address,
                listener.port,
            )
        except OSError as error:
            # A name that is not found has a negative number of its own.
            number = error.errno or 0
            why = os.strerror(number) if number > 0 else error.strerror or str(error)
            raise ConfigurationError(
                f"{listener.setting}={listener.port} on {listener.address} cannot be used ({why}):"
                " choose a free port and an address of this machine."
            ) from error

    async def stop(self) -> None:
        """Take no more, give open requests `STOP_SECONDS`, and end every connection."""
        if self._server is not None:
            self._server.close()
        self._quiet.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS if self._answering else 0):
                await self._quiet.wait()
        await self._runner.cleanup()

    def _connection(self) -> "_Connection":
        make = cast("Callable[[], web.RequestHandler]", self._runner.server)
        return _Connection(make(), self._connections)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have a request answered; its body is read before, within `BODY_SECONDS`."""
        connection = request.transport.get_protocol() if request.transport else None
        if not isinstance(connection, _Connection):
            raise web.HTTPBadRequest(text="the client is gone\n")
        self._answering += 1
        connection.header_came()
        try:
            await _read_body(request)
            return await handler(request)
        except web.HTTPException as refusal:
            self._refuse(request.path, refusal.status)
            raise
        finally:
            connection.is_answering = False
            self._answering -= 1
            if not self._answering:
                self._quiet.set()

    def _refuse(self, path: str | None, status: int) -> None:
        for listener in self._sharing:
            listener.refused(path, status)


async def _read_body(request: web.Request) -> None:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await request.read()
    except (web.RequestPayloadError, ConnectionError) as error:
        raise web.HTTPBadRequest(text="the body is not what its headers say\n") from error
    except TimeoutError:
        late = web.HTTPRequestTimeout()
        late.force_close()
        raise late from None


def _server_log(no_http: Callable[[], None]) -> logging.Logger:
    """Return aiohttp's log for one server, which alone learns of bytes that are no HTTP request.

    Each would bring a traceback; `no_http` is called instead.
    """

    def is_news(record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], _BAD_REQUESTS):
            no_http()
            return False
        return record.levelno >= logging.WARNING

    # Not from the registry of loggers: each server has its own. TLS on this port is told at DEBUG.
    server_log = logging.Logger("aiohttp.server", logging.DEBUG)
    server_log.parent = logging.getLogger("aiohttp.server")
    server_log.addFilter(is_news)
    return server_log


class _Connection(asyncio.Protocol):
    """aiohttp's connection, ended if a header does not come to its end in time."""

    def __init__(self, inner: web.RequestHandler, all_open: dict["_Connection", None]) -> None:
        self._inner = inner
        self._all_open = all_open
        self._timer: asyncio.TimerHandle | None = None
        self.is_answering = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inner.connection_made(transport)
        self._all_open[self] = None
        if len(self._all_open) > MOST_CONNECTIONS:
            self._longest_idle().force_close()

    def _longest_idle(self) -> "_Connection":
        """Return who gives way: strangers that say nothing must not keep Slack out."""
        return next((each for each in self._all_open if not each.is_answering), self)

    def force_close(self) -> None:
        """End the connection."""
        self._all_open.pop(self, None)
        self._inner.force_close()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and not self.is_answering:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(HEADER_SECONDS, self._inner.force_close)
        self._inner.data_received(data)

    def header_came(self) -> None:
        """Stop the clock: from here on the request's handler decides."""
        self.is_answering = True
        if self in self._all_open:
            # The order is that of the last request.
            self._all_open[self] = self._all_open.pop(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def eof_received(self) -> None:
        self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._all_open.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
        self._inner.connection_lost(exc)
