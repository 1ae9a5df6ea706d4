"""The app's Socket Mode connections."""

import asyncio
import json
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Literal

from aiohttp import WSMsgType, web

from simulator.activity import Activity
from simulator.seed import APP_ID
from simulator.tickets import Tickets
from simulator.values import Json

MAX_SOCKETS = 10
DEAD_AFTER_SECONDS = 30.0
DisconnectReason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
Pick = Literal["random", "round_robin"]


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

    async def write(self) -> None:
        """Send what is queued, in order, until the socket is to be closed."""
        while (frame := await self._outgoing.get()) is not None:
            await self._thawed.wait()
            await self.ws.send_str(frame)
        await self.ws.close()

    async def read(self) -> None:
        """Take what the app sends until the connection ends. While frozen, pings stay unanswered
        and acks wait for the thaw.
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
                    await self._answer_close()
                    return
                case _:
                    return

    async def _answer_close(self) -> None:
        """While frozen nothing is answered, but the dead connection gets no envelopes either."""
        self.leaving = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._thawed.wait(), DEAD_AFTER_SECONDS)
        await self.ws.close()


class Sockets:
    """All open connections of the app, at most ten; each frame goes to any one of them."""

    def __init__(
        self,
        activity: Activity,
        chance: random.Random,
        pick: Pick,
        tickets: Tickets,
        *,
        debug_reconnect_seconds: float = 30.0,
    ) -> None:
        self.tickets = tickets
        self.open: list[AppSocket] = []
        self.on_ack: Callable[[Json], None] = lambda frame: None
        self._activity = activity
        self._chance = chance
        self._pick = pick
        self._debug_reconnect_seconds = debug_reconnect_seconds
        self._numbers = count(1)
        self._turn = count()

    def choose(self) -> AppSocket | None:
        """A socket for the next frame, or None while none is open."""
        usable = [one for one in self.open if not one.leaving]
        if not usable:
            return None
        if self._pick == "random":
            return self._chance.choice(usable)
        return usable[next(self._turn) % len(usable)]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its handshake to its end."""
        if not self.tickets.redeem(request.query.get("ticket", "")):
            raise web.HTTPRequestTimeout(text="This address is used up or too old.")
        ws = web.WebSocketResponse(
            autoping=False, autoclose=False, max_msg_size=16 * 2**20, timeout=1.0
        )
        await ws.prepare(request)
        one = AppSocket(next(self._numbers), ws, request, self.on_ack)
        writer = asyncio.create_task(one.write())
        if len(self.open) >= MAX_SOCKETS:
            self.disconnect("too_many_websockets", [one])
        else:
            self._welcome(one)
        timer = self._recycle_later(one)
        try:
            with suppress(ConnectionError):
                await one.read()
        finally:
            if timer:
                timer.cancel()
            self._forget(one)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return ws

    def _welcome(self, one: AppSocket) -> None:
        self.open.append(one)
        one.send(
            {
                "type": "hello",
                "num_connections": len(self.open),
                "debug_info": {
                    "host": "applink-simulated",
                    "build_number": 1,
                    "approximate_connection_time": self._lifetime(one),
                },
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._activity.tell("socket_opened", socket=one.number)

    def _lifetime(self, one: AppSocket) -> int:
        return round(self._debug_reconnect_seconds) if one.debug_reconnects else 18060

    def _recycle_later(self, one: AppSocket) -> asyncio.TimerHandle | None:
        if not one.debug_reconnects:
            return None
        loop = asyncio.get_running_loop()
        return loop.call_later(
            self._debug_reconnect_seconds, self.disconnect, "refresh_requested", [one]
        )

    def _forget(self, one: AppSocket) -> None:
        if one in self.open:
            self.open.remove(one)
            self._activity.tell("socket_closed", socket=one.number, word=one.why_closed)

    def close(self) -> None:
        """Close every connection with a close frame."""
        for one in self.open:
            one.thaw()
            one.why_closed = "the simulator stopped"
            one.close_soon()

    def disconnect(self, reason: DisconnectReason, sockets: list[AppSocket]) -> None:
        """Tell the app to reconnect. A `warning` leaves the socket open for about ten seconds;
        the other reasons close it at once.
        """
        loop = asyncio.get_running_loop()
        for one in sockets:
            one.why_closed = reason
            one.send(
                {
                    "type": "disconnect",
                    "reason": reason,
                    "debug_info": {"host": "applink-simulated"},
                }
            )
            if reason == "warning":
                loop.call_later(10.0, one.close_soon)
            else:
                one.close_soon()
