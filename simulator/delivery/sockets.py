"""The app's Socket Mode connections."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Literal

from aiohttp import web

from simulator.delivery.socket import AppSocket
from simulator.delivery.tickets import Tickets
from simulator.values import Json
from simulator.workspace.activity import Activity
from simulator.workspace.seed import APP_ID

MAX_SOCKETS = 10
DisconnectReason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
Pick = Literal["random", "round_robin"]


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

    @property
    def usable(self) -> list[AppSocket]:
        """The open ones that are not about to be closed."""
        return [socket for socket in self.open if not socket.leaving]

    def choose(self) -> AppSocket | None:
        """A socket for the next frame, or None while none is open."""
        usable = self.usable
        if not usable:
            return None
        if self._pick == "random":
            return self._chance.choice(usable)
        return usable[next(self._turn) % len(usable)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from its handshake to its end."""
        if not self.tickets.redeem(request.query.get("ticket", "")):
            # The status that clients report: https://github.com/slackapi/node-slack-sdk/issues/1472
            raise web.HTTPRequestTimeout(text="This address is used up or too old.")
        ws = web.WebSocketResponse(
            autoping=False, autoclose=False, max_msg_size=16 * 2**20, timeout=1.0
        )
        try:
            await ws.prepare(request)
        except ConnectionError:  # the app left during the handshake
            return web.Response(status=503)
        socket = AppSocket(next(self._numbers), ws, request, self.on_ack)
        socket.start()
        if len(self.usable) >= MAX_SOCKETS:
            self.disconnect("too_many_websockets", [socket])
        else:
            self._welcome(socket)
        timer = self._recycle_later(socket)
        try:
            with suppress(ConnectionError):
                await socket.read()
        finally:
            if timer:
                timer.cancel()
            self._forget(socket)
            await socket.finish()
        return ws

    def _welcome(self, socket: AppSocket) -> None:
        self.open.append(socket)
        socket.send(
            {
                "type": "hello",
                "num_connections": len(self.usable),
                "debug_info": {
                    "host": "applink-simulated",
                    "build_number": 1,
                    "approximate_connection_time": self._lifetime(socket),
                },
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._activity.tell("socket_opened", socket=socket.number)

    def _lifetime(self, socket: AppSocket) -> int:
        return round(self._debug_reconnect_seconds) if socket.debug_reconnects else 18060

    def _recycle_later(self, socket: AppSocket) -> asyncio.TimerHandle | None:
        if not socket.debug_reconnects:
            return None
        loop = asyncio.get_running_loop()
        return loop.call_later(
            self._debug_reconnect_seconds, self.disconnect, "refresh_requested", [socket]
        )

    def _forget(self, socket: AppSocket) -> None:
        if socket in self.open:
            self.open.remove(socket)
            self._activity.tell("socket_closed", socket=socket.number, word=socket.why_closed)

    def close(self) -> None:
        """Close every connection with a close frame."""
        for socket in self.open:
            socket.thaw()
            socket.why_closed = "the simulator stopped"
            socket.close_soon()

    def disconnect(self, reason: DisconnectReason, sockets: list[AppSocket]) -> None:
        """Tell the app to reconnect. A `warning` leaves the socket open for about ten seconds;
        the other reasons close it at once.
        """
        loop = asyncio.get_running_loop()
        for socket in sockets:
            socket.why_closed = reason
            socket.send(
                {
                    "type": "disconnect",
                    "reason": reason,
                    "debug_info": {"host": "applink-simulated"},
                }
            )
            if reason == "warning":
                loop.call_later(10.0, socket.close_soon)
            else:
                socket.close_soon()
