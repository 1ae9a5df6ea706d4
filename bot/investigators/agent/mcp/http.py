"""Reaches a tool server behind a URL, and keeps its answer if it refused."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from bot.investigators.agent.mcp.bounds import LONGEST_MESSAGE, MIB, Pace, pace_of_bytes
from bot.investigators.agent.mcp.config import McpServerConfig

_SECONDS = 30.0
_STREAM_SECONDS = 300.0
"""A server may hold a stream open."""
_PACKINGS = ("gzip", "deflate")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(slots=True)
class Statuses:
    """The HTTP errors of one connection: the MCP library does not tell them."""

    codes: set[int] = field(default_factory=set)

    @property
    def is_refusal(self) -> bool:
        """Whether the server wants another token, or one at all."""
        return bool({401, 403} & self.codes)

    @property
    def has_broken(self) -> bool:
        """Whether a server or gateway failed, and did not only refuse."""
        return any(code >= 500 for code in self.codes)

    async def note(self, response: httpx2.Response) -> None:
        """Note an answer that is an error."""
        if response.status_code >= 400:
            self.codes.add(response.status_code)


class _Bounded(httpx2.AsyncByteStream):
    """What a server answers, unpacked, at most so much of it and not faster than we may read."""

    def __init__(
        self, stream: httpx2.AsyncByteStream, most: float, pace: Pace, *, is_packed: bool
    ) -> None:
        self._stream = stream
        self._most = most
        self._pace = pace
        self._is_packed = is_packed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield what comes; raises `StreamError`, as the library expects it."""
        left = self._most
        async for piece in self._pieces():
            left -= len(piece)
            if left < 0:
                raise httpx2.StreamError("it sent more than is read of one answer")
            yield piece
            await asyncio.sleep(self._pace.add(len(piece)))

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Unpack in small steps: a few bytes can be many."""
        unpacker = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
        async for piece in self._stream:
            if not self._is_packed:
                yield piece
                continue
            while piece and not unpacker.eof:
                try:
                    yield unpacker.decompress(piece, MIB)
                except zlib.error as error:
                    raise httpx2.StreamError("it sent what cannot be unpacked") from error
                piece = unpacker.unconsumed_tail

    async def aclose(self) -> None:
        """Close what it reads from."""
        await self._stream.aclose()


def _bounded(response: httpx2.Response, pace: Pace) -> None:
    """Bound an answer before it is read; of a stream, the library bounds each event."""
    is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
    # Taken off, or the client would unpack it once more, and without a limit.
    is_packed = response.headers.pop("content-encoding", "").lower() in _PACKINGS
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    most = float("inf") if is_stream else LONGEST_MESSAGE
    response.stream = _Bounded(response.stream, most, pace, is_packed=is_packed)


def http_transport(
    config: McpServerConfig, statuses: Statuses
) -> StreamableHttpTransport | SSETransport:
    """Describe the connection: the older protocol is named, or the address ends in `/sse`."""
    pace = pace_of_bytes()

    async def bounded(response: httpx2.Response) -> None:
        _bounded(response, pace)

    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
        **_: Any,
    ) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            headers={"Accept-Encoding": ", ".join(_PACKINGS)} | (headers or {}),
            timeout=timeout or httpx2.Timeout(_SECONDS, read=_STREAM_SECONDS),
            auth=auth,
            event_hooks={"response": [statuses.note, bounded]},
        )

    url = str(config.url)
    is_older = config.type.lower() == "sse" or (
        not config.type and url.rstrip("/").endswith("/sse")
    )
    headers = dict(config.headers)
    if is_older:
        return SSETransport(url, headers=headers, httpx_client_factory=client)
    return StreamableHttpTransport(
        url,
        headers=headers,
        httpx_client_factory=client,
        max_sse_event_size=LONGEST_MESSAGE,
    )
