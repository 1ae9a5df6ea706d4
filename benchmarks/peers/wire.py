"""A very small HTTP/1.1 server and client, with WebSockets on the server's side.

Made for a load harness, which must cost much less than what it measures: it reads only what
Slack-like traffic on loopback needs.
"""

import asyncio
import base64
import hashlib
import struct
from collections import deque
from time import perf_counter
from typing import NamedTuple, Protocol

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""https://www.rfc-editor.org/rfc/rfc6455#section-1.3"""
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_HEAD_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """What a server said to one request, and when it was read."""

    status: int
    body: bytes
    at: float


class App(Protocol):
    """What a server is for."""

    def handle(self, connection: "ServerConnection", target: bytes, body: bytes) -> None:
        """Deal with a request; answer it by `connection.reply`, at once or later."""

    def socket_opened(self, connection: "ServerConnection") -> None:
        """Note that a connection has become a WebSocket."""

    def socket_said(self, connection: "ServerConnection", payload: bytes) -> None:
        """Deal with a message of a WebSocket."""

    def closed(self, connection: "ServerConnection") -> None:
        """Note that a connection has ended."""


class _Connection(asyncio.Protocol):
    """Collects bytes and cuts them into requests or answers."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def next_message(self) -> tuple[bytes, bytes] | None:
        """Take the next head and body out of the buffer; None while it is not whole."""
        end = self.buffer.find(_HEAD_END)
        if end < 0:
            return None
        head, rest = self.buffer[:end], end + len(_HEAD_END)
        length = _header(head, b"content-length")
        if length is not None:
            used = rest + int(length)
            if len(self.buffer) < used:
                return None
            body = self.buffer[rest:used]
        elif (_header(head, b"transfer-encoding") or b"").lower() == b"chunked":
            found = _unchunked(self.buffer, rest)
            if found is None:
                return None
            body, used = found
        else:
            body, used = b"", rest
        self.buffer = self.buffer[used:]
        return head, body


class ServerConnection(_Connection):
    """One connection to us."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app
        self._is_socket = False

    def connection_lost(self, exc: Exception | None) -> None:
        self._app.closed(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self._is_socket and (message := self.next_message()) is not None:
            head, body = message
            target = head.split(b" ", 2)[1]
            if (_header(head, b"upgrade") or b"").lower() == b"websocket":
                self._open_socket(head)
            else:
                self._app.handle(self, target, body)
        while self._is_socket and self._take_frame():
            pass

    def reply(
        self, body: bytes, *, headers: bytes = b"", kind: bytes = b"application/json"
    ) -> None:
        """Answer the oldest request that is not answered; `headers` are whole lines."""
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n%b\r\n%b"
                % (kind, len(body), headers, body)
            )

    def send(self, payload: bytes, opcode: int = _TEXT) -> None:
        """Send a frame."""
        length = len(payload)
        if length < 126:
            head = bytes((0x80 | opcode, length))
        elif length < 2**16:
            head = struct.pack("!BBH", 0x80 | opcode, 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, length)
        self.transport.write(head + payload)

    def _open_socket(self, head: bytes) -> None:
        key = _header(head, b"sec-websocket-key") or b""
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
        )
        self._is_socket = True
        self._app.socket_opened(self)

    def _take_frame(self) -> bool:
        """Deal with one frame of a client, which masks all that it sends."""
        found = _frame_in(self.buffer)
        if found is None:
            return False
        opcode, payload, used = found
        self.buffer = self.buffer[used:]
        if opcode == _PING:
            self.send(payload, _PONG)
        elif opcode == _CLOSE:
            self.send(payload[:2], _CLOSE)
            self.transport.close()
        elif opcode in (_TEXT, _BINARY):
            self._app.socket_said(self, payload)
        return True


class ClientConnection(_Connection):
    """A connection of ours, kept open; answers come in the order of the requests."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self.is_closed = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(ConnectionError(str(exc)))

    def request(self, raw: bytes) -> "asyncio.Future[Answer]":
        """Send a request as it is."""
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self.transport.write(raw)
        return waiter

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (message := self.next_message()) is not None:
            head, body = message
            if (_header(head, b"connection") or b"").lower() == b"close":
                self.is_closed = True
                self.transport.close()
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(Answer(int(head[9:12]), body, perf_counter()))


def _header(head: bytes, name: bytes) -> bytes | None:
    """Return a header's value; `name` is in lower case."""
    start = head.lower().find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def _unchunked(data: bytes, start: int) -> tuple[bytes, int] | None:
    """Read a chunked body: the body, and where it ends; None while it is not whole."""
    chunks: list[bytes] = []
    while (line_end := data.find(b"\r\n", start)) >= 0:
        size, start = int(data[start:line_end].split(b";")[0], 16), line_end + 2
        if len(data) < start + size + 2:
            return None
        if size == 0:
            return b"".join(chunks), start + 2
        chunks.append(data[start : start + size])
        start += size + 2
    return None


def _frame_in(data: bytes) -> tuple[int, bytes, int] | None:
    """Read a masked frame: opcode, payload, and how many bytes it took."""
    if len(data) < 2:
        return None
    length, start = data[1] & 0x7F, 2
    if length == 126:
        start = 4
        length = struct.unpack_from("!H", data, 2)[0] if len(data) >= start else 0
    elif length == 127:
        start = 10
        length = struct.unpack_from("!Q", data, 2)[0] if len(data) >= start else 0
    used = start + 4 + length
    if len(data) < used:
        return None
    mask = data[start : start + 4]
    whole = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    payload = int.from_bytes(data[start + 4 : used], "big") ^ whole
    return data[0] & 0x0F, payload.to_bytes(length, "big"), used
