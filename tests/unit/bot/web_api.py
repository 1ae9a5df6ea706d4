"""A Web API over real sockets that answers what a test says, for what the simulator never does."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import open_web_client
from bot.slack.me import Me
from simulator import Slack
from tests.support.serving import serving
from tests.unit.bot.virtual_time import real_time


@dataclass(slots=True)
class ScriptedApi:
    """`answers` by method: JSON, a response, or a function of the call's arguments."""

    answers: dict[str, Any]
    calls: Counter[str] = field(default_factory=Counter)
    base_url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        answer = self.answers.get(method, {"ok": False, "error": "unknown_method"})
        if callable(answer):
            answer = answer({**request.query, **await request.post()})
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer)


@asynccontextmanager
async def scripted_api(**answers: Any) -> AsyncIterator[tuple[ScriptedApi, AsyncWebClient]]:
    """Serve until the context is left; `users_info=...` answers `users.info`."""
    api = ScriptedApi({name.replace("_", "."): answer for name, answer in answers.items()})
    app = web.Application()
    app.router.add_route("*", "/api/{method}", api.answer)
    async with serving(app) as address:
        api.base_url = f"{address}/api/"
        async with web_client(api.base_url, "xoxb-sim-1") as client:
            yield api, client


@asynccontextmanager
async def web_client(base_url: str, token: str) -> AsyncIterator[AsyncWebClient]:
    """The bot's own client; where time is virtual, it stands by while a call is under way."""

    async with open_web_client(base_url, token, timeout=20) as client:
        call = client.api_call

        async def in_real_time(*args: Any, **kwargs: Any) -> Any:
            with real_time():
                return await call(*args, **kwargs)

        client.api_call = in_real_time  # type: ignore[method-assign]
        assert client.session is not None
        send = client.session._request

        async def sent_in_real_time(*args: Any, **kwargs: Any) -> Any:
            with real_time():
                return await send(*args, **kwargs)

        client.session._request = sent_in_real_time  # type: ignore[method-assign]
        yield client


@asynccontextmanager
async def connected(slack: Slack, *, token: str | None = None) -> AsyncIterator[AsyncWebClient]:
    """A client of this simulator."""
    async with web_client(slack.base_url, token or slack.bot_token) as client:
        yield client


def me_in(slack: Slack) -> Me:
    """Who the bot is in this simulator."""
    known = slack.connection
    return Me(
        team_id=known.team_id,
        user_id=known.bot_user_id,
        bot_id=known.bot_id,
        url="https://acme.slack.com/",
    )
