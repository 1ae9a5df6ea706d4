"""One Socket Mode connection, from its handshake to its end."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp
import structlog

from bot.slack.proxies import proxy_for

log = structlog.get_logger(__name__)
Frame = dict[str, Any]

PING_SECONDS = 4.0
"""A broken connection is noticed after one and a half of these."""
HANDSHAKE_SECONDS = 10.0
CLOSE_SECONDS = 2.0
_LARGEST_FRAME = 16 * 2**20


class NoHelloError(Exception):
    """Slack took the handshake, and then did not say hello."""


class Connection:
    """A WebSocket that has said hello: `receive` hands on its envelopes until it ends.

    https://docs.slack.dev/apis/events-api/using-socket-mode
    """

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, hello: Frame) -> None:
        self.hello = hello
        self.ending = asyncio.Event()
        """Set when Slack asks for another connection, or this one is gone."""
        self.gives_way = False
        """Slack counts too many connections: this one must close before the next opens."""
        self._ws = ws

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, address: str) -> Self:
        """Connect to an address that Slack has just issued; it is good for one handshake.

        Raises `NoHelloError`, `TimeoutError`, `aiohttp.ClientError` or `OSError`.
        """
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            ws = await session.ws_connect(
                address,
                heartbeat=PING_SECONDS,
                proxy=proxy_for(address),
                max_msg_size=_LARGEST_FRAME,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
            try:
                first = _frame(await ws.receive())
                if first is None or first.get("type") != "hello":
                    raise NoHelloError(f"no hello, but {_named(first)}")
                return cls(ws, first)
            except BaseException:
                await ws.close()
                raise

    @property
    def is_open(self) -> bool:
        """Whether frames can go both ways."""
        return not self._ws.closed

    async def receive(self, take: Callable[["Connection", Frame], Awaitable[None]]) -> None:
        """Hand on each envelope to `take` until the connection ends."""
        try:
            while (message := await self._ws.receive()).type not in _ENDS:
                frame = _frame(message)
                if frame is None:
                    log.warning("slack.frame_not_read", type=message.type.name)
                elif frame.get("type") == "disconnect":
                    self._replace(str(frame.get("reason")))
                else:
                    await take(self, frame)
        finally:
            self.ending.set()

    async def send(self, frame: Frame) -> bool:
        """Send a frame; False if the connection is gone."""
        try:
            await self._ws.send_str(json.dumps(frame, separators=(",", ":")))
        except (ConnectionError, aiohttp.ClientError):
            return False
        return True

    async def close(self) -> None:
        """Close with a close frame; bounded by `CLOSE_SECONDS`."""
        self.ending.set()
        await self._ws.close()

    def _replace(self, reason: str) -> None:
        log.info("slack.reconnecting", reason=reason)
        self.gives_way = reason == "too_many_websockets"
        self.ending.set()


_ENDS = frozenset(
    {
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.CLOSED,
        aiohttp.WSMsgType.ERROR,
    }
)


def _frame(message: aiohttp.WSMessage) -> Frame | None:
    """Read a text frame; None if it is no JSON object."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return None
    try:
        frame = json.loads(message.data)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _named(frame: Frame | None) -> str:
    if frame is None:
        return "the connection ended"
    return " ".join(str(frame[key]) for key in ("type", "reason") if key in frame) or "a frame"
