"""The floor: Bolt for Python over Socket Mode, with one shared HTTP session and no state."""

import asyncio
import logging
import os
import re
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

_TOKEN = re.compile(r"tok[0-9a-f]{10}z")


async def main() -> None:
    """Serve until ended."""
    logging.basicConfig(level=logging.ERROR)
    client = AsyncWebClient(
        token=os.environ["SLACK_BOT_TOKEN"],
        base_url=os.environ["SLACK_API_URL"],
        session=aiohttp.ClientSession(),
    )
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    @app.event("app_mention")
    async def on_mention(event: dict[str, Any], say: Any) -> None:
        found = _TOKEN.search(event["text"])
        assert found is not None
        await say(text=f"re: {found[0]}", thread_ts=event.get("thread_ts") or event["ts"])

    @app.event("message")
    async def on_message() -> None:
        """Bolt acks it before this runs."""

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
