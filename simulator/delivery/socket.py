"""One Socket Mode connection of the app."""

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import suppress

from aiohttp import WSMsgType, web

from simulator.values import Json

DEAD_AFTER_SECONDS = 30.0
CLOSING_SECONDS = 5.0
"""So long a close frame may stay unanswered."""
CLOSE_NORMALLY = (1000).to_bytes(2, "big")


class AppSocket:
    """One WebSocket: a writer that keeps the order, a reader of acks, and what can befall it."""

    def __init__(
        self,
        number: int,
        ws: web.WebSocketResponse,
        request: web.Request,
        take: Callable[[Json], None],
    ) -> None:
        self.number = number
        self.ws = ws
        self.leaving = False
        self.why_closed = "closed by the app"
        self.debug_reconnects = request.query.get("debug_reconnects") == "true"
        self._request = request
        self._take = take
        self._unread: list[Json] = []
        self._closing = False
        self._writing: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        self._thawed = asyncio.Event()
        self._thawed.set()

    def send(self, frame: Json) -> None:
        self._outgoing.put_nowait(json.dumps(frame, separators=(",", ":")))

    def freeze(self) -> None:
        """Half-open from now on: nothing is taken, nothing is sent, no ping is answered."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()
        while self._unread:
            self._take(self._unread.pop(0))

    def reset(self) -> None:
        """Break the connection with a TCP RST."""
        self.why_closed = "reset"
        transport = self._request.transport
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        transport.abort()
        self.thaw()

    def close_soon(self) -> None:
        """Close with a close frame once what is queued has gone out."""
        self.leaving = True
        self._outgoing.put_nowait(None)

    def start(self) -> None:
        """Begin to send what is queued, in order."""
        self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while (frame := await self._outgoing.get()) is not None:
            await self._thawed.wait()
            await self.ws.send_str(frame)
        self._closing = True
        await self.ws.send_frame(CLOSE_NORMALLY, WSMsgType.CLOSE)
        await asyncio.sleep(CLOSING_SECONDS)
        self._hang_up()

    def _hang_up(self) -> None:
        if self._request.transport is not None:
            self._request.transport.close()

    async def finish(self) -> None:
        """End the sending, once the connection has ended."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    async def read(self) -> None:
        """Take what the app sends until the connection ends: after a close frame of ours until
        the app's own has come. While frozen, pings stay unanswered and acks wait for the thaw.
        """
        while True:
            message = await self.ws.receive()
            match message.type:
                case WSMsgType.TEXT if self._thawed.is_set():
                    self._take(json.loads(message.data))
                case WSMsgType.TEXT:
                    self._unread.append(json.loads(message.data))
                case WSMsgType.PING if self._thawed.is_set():
                    with suppress(ConnectionResetError):
                        await self.ws.pong(message.data)
                case WSMsgType.PING | WSMsgType.PONG:
                    continue
                case WSMsgType.CLOSE:
                    await self._end_with_close()
                    return
                case _:
                    return

    async def _end_with_close(self) -> None:
        """Answer the app's close frame, unless it is an answer itself. While frozen nothing is
        answered, but the dead connection gets no envelopes either.
        """
        self.leaving = True
        if self._closing:
            self._hang_up()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._thawed.wait(), DEAD_AFTER_SECONDS)
        await self.ws.close()
