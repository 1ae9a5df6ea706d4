"""The bot's event port with a handler of the test's own, and requests signed as Slack signs."""

import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.bolt import build_bolt
from bot.entry.dispatch import Dispatch
from bot.entry.http import HttpEvents
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.slack.client import open_web_client
from tests.unit.bot.examples import ME

SECRET, OLD_SECRET = "the-new-secret", "the-old-secret"
NOW = 1_700_000_000


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Story:
    """The handlers' side: keeps what came through, and answers with a status."""

    status: int = 200
    seen: list[dict[str, Any]] = field(default_factory=list)
    came_again: list[bool] = field(default_factory=list)

    async def message(self, body: Mapping[str, Any], *, is_again: bool = False) -> BoltResponse:
        self.seen.append(dict(body))
        self.came_again.append(is_again)
        if self.status == 500:
            raise ValueError("a fault of our own")
        return BoltResponse(status=self.status)

    async def click(self, request: AsyncBoltRequest) -> BoltResponse:
        return await self.message(request.body)

    decision = slacks_stop = click


def signed(
    body: bytes, *, secret: str = SECRET, at: int = NOW, content_type: str = "application/json"
) -> dict[str, str]:
    """Return the headers of a request from Slack."""
    base = f"v0:{at}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": str(at),
        "x-slack-signature": f"v0={digest}",
    }


@dataclass(frozen=True, slots=True)
class Port:
    """The open port; `post` returns the status and the text of the answer."""

    session: aiohttp.ClientSession
    number: int
    story: Story
    http: HttpEvents

    async def post(
        self, body: bytes | BytesIO, headers: Mapping[str, str], path: str = "/slack/events"
    ) -> tuple[int, str]:
        async with self.session.post(self.url(path), data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def deliver(self, payload: Any, **headers: str) -> tuple[int, str]:
        """Post an event as Slack does."""
        body = json.dumps(payload).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post(body, signed(body) | named)

    async def click(self, payload: Any, path: str = "/slack/interactivity") -> tuple[int, str]:
        """Post a click as Slack does."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        headers = signed(body, content_type="application/x-www-form-urlencoded")
        return await self.post(body, headers, path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.number}{path}"


@asynccontextmanager
async def event_port(
    *, address: str = "127.0.0.1", recorder: Recorder = NO_RECORDER
) -> AsyncIterator[Port]:
    """Open a port whose messages come to a `Story`."""
    number, story = free_port(), Story()
    async with (
        open_web_client("http://127.0.0.1:9/api/", "xoxb-1", timeout=1) as client,
        aiohttp.ClientSession(auto_decompress=False) as session,
    ):
        given: Any = story
        http = HttpEvents(
            Dispatch(build_bolt(client, ME, given), ME, given),
            (OLD_SECRET, SECRET),
            address=address,
            port=number,
            now=lambda: float(NOW),
            recorder=recorder,
        )
        await http.connect()
        try:
            yield Port(session, number, story, http)
        finally:
            await http.close()
