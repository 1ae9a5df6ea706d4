"""A bot token that Slack takes no more is said once, and so is its return."""

import asyncio

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.slack.token_watch import PAUSE_SECONDS, TokenWatch
from tests.unit.bot.virtual_time import in_virtual_time
from tests.unit.bot.web_api import scripted_api

ACCEPTED = {"ok": True, "team_id": "T1", "user_id": "U1"}


class Answers:
    """What `auth.test` says now."""

    def __init__(self) -> None:
        self.now: object = ACCEPTED

    def __call__(self, _: object) -> object:
        return web.Response(status=self.now) if isinstance(self.now, int) else self.now


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_revoked_token_is_said_once_and_so_is_its_return(code: str) -> None:
    @in_virtual_time
    async def story() -> None:
        answers = Answers()
        async with scripted_api(auth_test=answers) as (api, client):
            watch = TokenWatch(client)
            running = asyncio.create_task(watch.run())
            with capture_logs() as logs:
                await asyncio.sleep(PAUSE_SECONDS * 1.5)
                assert watch.trouble() is None
                answers.now = {"ok": False, "error": code}
                await asyncio.sleep(PAUSE_SECONDS * 5)
                assert f"rejected SLACK_BOT_TOKEN (auth.test: {code})" in str(watch.trouble())
                answers.now = ACCEPTED
                await asyncio.sleep(PAUSE_SECONDS * 2)
                assert watch.trouble() is None
            running.cancel()
            assert [line["event"] for line in logs] == ["slack.rejected", "slack.token_accepted"]
            assert api.calls["auth.test"] <= 9

    story()


@pytest.mark.parametrize("answer", [503, 404, {"ok": False, "error": "internal_error"}])
def test_trouble_on_the_way_says_nothing_of_the_token(answer: object) -> None:
    @in_virtual_time
    async def story() -> None:
        answers = Answers()
        answers.now = answer
        async with scripted_api(auth_test=answers) as (_, client):
            watch = TokenWatch(client)
            running = asyncio.create_task(watch.run())
            await asyncio.sleep(PAUSE_SECONDS * 2.5)
            running.cancel()
            assert watch.trouble() is None

    story()
