"""A stand-in for Slack: as much of the Web API and of Socket Mode as one mention needs.

It shares its event loop with the sender of the mentions, so that one clock times both ends.
"""

import asyncio
import json
import re
from collections import Counter
from time import perf_counter

from benchmarks.peers.wire import App, ServerConnection

TOKEN = re.compile(rb"tok[0-9a-f]{10}z")
"""Stands in each mention and in its answer."""
BOT_USER = "UBOT00001"
TEAM = "T00000001"
APP_ID = "A00000001"
CHANNEL = "C00000001"

_USER = re.compile(rb"user(?:=|%3D|\"\s*:\s*\")([UW][A-Z0-9]+)")
_ME = {
    "ok": True,
    "url": "http://slack.invalid/",
    "team": "bench",
    "team_id": TEAM,
    "user": "benchbot",
    "user_id": BOT_USER,
    "bot_id": "BBOT00001",
    "app_id": APP_ID,
    "is_enterprise_install": False,
}
_SCOPES = (
    b"x-oauth-scopes: app_mentions:read,assistant:write,channels:history,channels:read,chat:write,"
    b"files:read,files:write,groups:history,groups:read,im:history,im:read,im:write,mpim:history,"
    b"mpim:read,reactions:write,users:read\r\n"
)
_HELLO = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}}


class StandIn(App):
    """One workspace; a peer at a time is connected to it."""

    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self.calls: Counter[str] = Counter()
        self.answered_wrongly = 0
        """Posts that stand in another thread than their mention."""
        self.acks: dict[str, asyncio.Future[float]] = {}
        """By envelope id: who waits for its ack."""
        self._expected: dict[bytes, tuple[bytes, asyncio.Future[float]]] = {}
        self._posts = 0
        self._port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ServerConnection(self), "127.0.0.1", 0, backlog=512
        )
        self._port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()

    @property
    def api_url(self) -> str:
        """The Web API's base."""
        return f"http://127.0.0.1:{self._port}/api/"

    def expect(self, token: str, thread_ts: str) -> "asyncio.Future[float]":
        """Return what is done, with the time, when the mention's answer comes."""
        waiter: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._expected[token.encode()] = thread_ts.encode(), waiter
        return waiter

    def handle(self, connection: ServerConnection, target: bytes, body: bytes) -> None:
        """Answer a call of the Web API."""
        now = perf_counter()
        path, _, query = target.partition(b"?")
        method = path.rsplit(b"/", 1)[-1].decode()
        self.calls[method] += 1
        match method:
            case "chat.postMessage":
                self._posts += 1
                connection.reply(_posted(self._posts))
                self._note_answer(body + query, now)
            case "auth.test":
                connection.reply(json.dumps(_ME).encode(), headers=_SCOPES)
            case "users.info":
                connection.reply(_person(body + query))
            case "conversations.info":
                channel = {"id": CHANNEL, "name": "general", "is_channel": True}
                connection.reply(json.dumps({"ok": True, "channel": channel}).encode())
            case "conversations.replies" | "conversations.history":
                connection.reply(b'{"ok":true,"messages":[],"has_more":false}')
            case "apps.connections.open":
                url = f"ws://127.0.0.1:{self._port}/link/?ticket=x&app_id={APP_ID}"
                connection.reply(json.dumps({"ok": True, "url": url}).encode())
            case _:
                connection.reply(b'{"ok":true}')

    def socket_opened(self, connection: ServerConnection) -> None:
        """Say hello."""
        self.sockets.append(connection)
        connection.send(json.dumps(_HELLO).encode())

    def socket_said(self, connection: ServerConnection, payload: bytes) -> None:
        """Take an ack."""
        now = perf_counter()
        waiter = self.acks.pop(json.loads(payload).get("envelope_id", ""), None)
        if waiter is not None and not waiter.done():
            waiter.set_result(now)

    def closed(self, connection: ServerConnection) -> None:
        """Forget a socket."""
        if connection in self.sockets:
            self.sockets.remove(connection)

    def _note_answer(self, said: bytes, now: float) -> None:
        found = TOKEN.search(said)
        thread_ts, waiter = self._expected.pop(found[0], (b"", None)) if found else (b"", None)
        if waiter is None:
            return
        self.answered_wrongly += thread_ts not in said
        if not waiter.done():
            waiter.set_result(now)


def _posted(number: int) -> bytes:
    ts = f"1800000000.{number:06d}"
    message = {"type": "message", "user": BOT_USER, "text": "ok", "ts": ts}
    return json.dumps({"ok": True, "channel": CHANNEL, "ts": ts, "message": message}).encode()


def _person(asked: bytes) -> bytes:
    found = _USER.search(asked)
    user_id = found[1].decode() if found else "U00000001"
    profile = {"real_name": f"User {user_id}", "display_name": user_id.lower()}
    user = {"id": user_id, "team_id": TEAM, "name": user_id.lower(), "is_bot": False}
    return json.dumps({"ok": True, "user": user | {"profile": profile}}).encode()
