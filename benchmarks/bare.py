"""The floor: a bare Bolt handler without any state, as fast as Bolt for Python goes.

`python -m benchmarks.bare BASE_URL BOT_TOKEN APP_TOKEN`. One shared HTTP session instead of one
for each call, and `auth.test` asked once before the first event: Bolt as documented does neither,
and is about half as fast.
"""

import asyncio
import signal
import sys
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.same_calls import NOTICE, answer, post_of


def build(client: AsyncWebClient, me: Any) -> AsyncApp:
    """Make the app: one handler, and an ack for everything else."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=me["team_id"],
        bot_user_id=me["user_id"],
        bot_id=me["bot_id"],
        bot_token=client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return known

    app = AsyncApp(client=client, authorize=authorize, signing_secret="")

    @app.event("app_mention")
    async def on_mention(event: dict[str, Any], client: AsyncWebClient) -> None:
        channel, root = event["channel"], event.get("thread_ts") or event["ts"]
        await client.chat_postMessage(
            channel=channel, **post_of(NOTICE, "notice", root, as_blocks=False)
        )
        thread = await client.conversations_replies(channel=channel, ts=root, limit=999)
        text = answer(len(thread["messages"]))
        await client.chat_postMessage(
            channel=channel, **post_of(text, "answer", root, as_blocks=True)
        )

    @app.event("message")
    async def on_message() -> None:
        """Bolt acks it before this runs."""

    return app


async def serve(base_url: str, bot_token: str, app_token: str) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    connector = aiohttp.TCPConnector(limit=100)
    async with aiohttp.ClientSession(connector=connector) as http:
        client = AsyncWebClient(token=bot_token, base_url=base_url, session=http)
        me = await client.auth_test()
        handler = AsyncSocketModeHandler(build(client, me), app_token)
        await handler.connect_async()
        await stop.wait()
        await handler.close_async()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
