"""The Chat SDK's Python port, over HTTP: a shared HTTP session, state in memory or in Redis.

It runs in an environment of its own (`make bench-peers`), so nothing of ours is imported here.
"""

import asyncio
import logging
import os
import re
from typing import Any

import aiohttp
import redis.asyncio as redis
from aiohttp import web
from chat_sdk import Chat, MemoryStateAdapter
from chat_sdk.adapters.slack import adapter, create_slack_adapter
from chat_sdk.adapters.slack.types import SlackAdapterConfig
from chat_sdk.state.redis import RedisStateAdapter
from chat_sdk.types import WebhookOptions

_TOKEN = re.compile(r"tok[0-9a-f]{10}z")
_MOST_CONNECTIONS = 64
_ENVIRONMENT = os.environ


class Request:
    """What the SDK takes for a web request."""

    method = "POST"

    def __init__(self, request: web.Request, raw: bytes) -> None:
        self.headers = dict(request.headers)
        self.url = str(request.url)
        self.body = raw

    async def text(self) -> str:
        """Return the body."""
        return self.body.decode()


def _use(session: aiohttp.ClientSession) -> None:
    """Point its clients at the stand-in, for which it has no setting, and at one session."""
    original = adapter.SlackAdapter._get_client

    def get_client(self: Any, token: str | None = None) -> Any:
        client = original(self, token)
        client.base_url, client.session = _ENVIRONMENT["SLACK_API_URL"], session
        return client

    adapter.SlackAdapter._get_client = get_client


def _state() -> Any:
    if "REDIS_URL" not in _ENVIRONMENT:
        return MemoryStateAdapter()
    # The default pool refuses past its limit, which loses mentions; this one waits.
    pool = redis.BlockingConnectionPool.from_url(
        _ENVIRONMENT["REDIS_URL"],
        decode_responses=True,
        max_connections=_MOST_CONNECTIONS,
        timeout=30,
    )
    return RedisStateAdapter(client=redis.Redis(connection_pool=pool))


async def main() -> None:
    """Serve until ended."""
    logging.disable(logging.CRITICAL)
    _use(aiohttp.ClientSession())
    config = SlackAdapterConfig(
        signing_secret=_ENVIRONMENT["SLACK_SIGNING_SECRET"],
        bot_token=_ENVIRONMENT["SLACK_BOT_TOKEN"],
    )
    slack = create_slack_adapter(config)
    bot = Chat(adapters={"slack": slack}, state=_state(), user_name="benchbot", concurrency="drop")

    async def on_mention(thread: Any, message: Any, context: Any = None) -> None:
        found = _TOKEN.search(message.text)
        assert found is not None
        await thread.post(f"re: {found[0]}")

    bot.on_mention(on_mention)
    await bot.initialize()
    tasks: set[asyncio.Future[Any]] = set()

    def wait_until(work: Any) -> None:
        task = asyncio.ensure_future(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def events(request: web.Request) -> web.Response:
        wanted = Request(request, await request.read())
        answer = await bot.webhooks["slack"](wanted, WebhookOptions(wait_until=wait_until))
        return web.Response(text=answer.get("body") or "", status=answer.get("status", 200))

    app = web.Application()
    app.router.add_post("/slack/events", events)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(_ENVIRONMENT["PORT"])).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
