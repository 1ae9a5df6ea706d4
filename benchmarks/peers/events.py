"""Mentions as Slack sends them, and the two ways on which they reach a bot."""

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import time
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from benchmarks.peers.stand_in import APP_ID, BOT_USER, CHANNEL, TEAM, StandIn
from benchmarks.peers.wire import ClientConnection

SECRET = "0123456789abcdef0123456789abcdef"
_PEOPLE = 50
_NUMBERS = itertools.count(1)
_SALT = int.from_bytes(os.urandom(2), "big")


class Delivered(NamedTuple):
    """When an event was sent and acked, and how."""

    status: int
    sent_at: float
    acked_at: float


class Driver(Protocol):
    """A way on which events reach one bot."""

    async def deliver(self, payload: dict[str, Any]) -> Delivered:
        """Send an event and wait for its ack."""

    def close(self) -> None:
        """Close what was opened for it."""


def new_token() -> str:
    """Make a token that no other mention has."""
    return f"tok{(_SALT << 24 | next(_NUMBERS)) & 0xFF_FFFF_FFFF:010x}z"


def new_ts() -> str:
    """Make a `ts` that no other message has."""
    number = next(_NUMBERS)
    return f"{1_700_000_000 + number // 1_000_000}.{number % 1_000_000:06d}"


def mention(token: str, ts: str, thread_ts: str | None) -> dict[str, Any]:
    """Write an `app_mention` (https://docs.slack.dev/reference/events/app_mention)."""
    said = f"please look at {token}"
    elements = [
        {"type": "user", "user_id": BOT_USER},
        {"type": "text", "text": f" {said}"},
    ]
    section = {"type": "rich_text_section", "elements": elements}
    event = {
        "type": "app_mention",
        "user": f"U{int(token[3:13], 16) % _PEOPLE + 10_000_000}",
        "ts": ts,
        "event_ts": ts,
        "client_msg_id": f"00000000-0000-4000-8000-{token[3:13]}00",
        "text": f"<@{BOT_USER}> {said}",
        "team": TEAM,
        "blocks": [{"type": "rich_text", "block_id": f"b{token[3:8]}", "elements": [section]}],
        "channel": CHANNEL,
    }
    if thread_ts is not None:
        event |= {"thread_ts": thread_ts, "parent_user_id": "U99999999"}
    authorization = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    return {
        "type": "event_callback",
        "token": "unused",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP_ID,
        "event": event,
        "event_id": f"Ev{token[3:13].upper()}",
        "event_time": int(time.time()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{token}",
    }


class HttpDriver(Driver):
    """Signed requests to a bot's port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[ClientConnection] = []

    async def deliver(self, payload: dict[str, Any]) -> Delivered:
        """Send it on a connection of its own for the time."""
        raw = _signed(self._port, json.dumps(payload).encode())
        connection = await self._connection()
        sent_at = perf_counter()
        answer = await connection.request(raw)
        if not connection.is_closed:
            self._idle.append(connection)
        return Delivered(answer.status, sent_at, answer.at)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._idle:
            connection.transport.close()

    async def _connection(self) -> ClientConnection:
        while self._idle:
            if not (idle := self._idle.pop()).is_closed:
                return idle
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(ClientConnection, "127.0.0.1", self._port)
        return connection


class SocketDriver(Driver):
    """Envelopes over the connection that a bot has opened."""

    def __init__(self, slack: StandIn) -> None:
        self._slack = slack

    async def deliver(self, payload: dict[str, Any]) -> Delivered:
        """Send it in an envelope of its own."""
        name = f"{payload['event_id']}-{next(_NUMBERS)}"
        envelope = {
            "envelope_id": name,
            "payload": payload,
            "type": "events_api",
            "accepts_response_payload": False,
            "retry_attempt": 0,
            "retry_reason": "",
        }
        acked: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._slack.acks[name] = acked
        raw = json.dumps(envelope).encode()
        sent_at = perf_counter()
        self._slack.sockets[-1].send(raw)
        return Delivered(200, sent_at, await acked)

    def close(self) -> None:
        """The connection is the bot's."""


def _signed(port: int, body: bytes) -> bytes:
    """Sign as Slack does (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    at = str(int(time.time()))
    base = f"v0:{at}:".encode() + body
    signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nX-Slack-Signature: {signature}\r\n"
        f"X-Slack-Request-Timestamp: {at}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
