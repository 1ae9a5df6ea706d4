"""The Web API client: what may be asked again, and the check before the start."""

from pathlib import Path

import pytest
import yaml
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.errors import ConfigurationError, SlackUnreachableError
from bot.slack.client import (
    TRANSPORT_ERRORS,
    error_code,
    is_temporary,
    preflight,
    read,
    retry_after,
)
from simulator import Simulator
from simulator.manifest import DEFAULT_MANIFEST
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, scripted_api, web_client


@in_virtual_time
async def test_preflight_learns_who_we_are() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        me = await preflight(client, slack.app_token)
        known = slack.connection
        assert (me.team_id, me.user_id, me.bot_id) == (
            known.team_id,
            known.bot_user_id,
            known.bot_id,
        )
        assert me.url.startswith("http")
        assert me.team


@in_virtual_time
async def test_a_rejected_bot_token_is_named_and_never_shown() -> None:
    async with Simulator.start() as slack, connected(slack, token="xoxb-wrong") as client:
        with pytest.raises(ConfigurationError) as caught:
            await preflight(client, slack.app_token)
        assert "rejected SLACK_BOT_TOKEN (auth.test: invalid_auth)" in str(caught.value)
        assert "xoxb-wrong" not in str(caught.value)


@in_virtual_time
async def test_a_rejected_app_token_is_named_and_never_shown() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        with pytest.raises(ConfigurationError) as caught:
            await preflight(client, "xapp-wrong")
        said = str(caught.value)
        assert "rejected SLACK_APP_TOKEN (apps.connections.open: invalid_auth)" in said
        assert "connections:write" in said
        assert "xapp-wrong" not in said


def test_missing_scopes_are_named_with_what_to_do(tmp_path: Path) -> None:
    manifest = yaml.safe_load(DEFAULT_MANIFEST.read_text())
    scopes = manifest["oauth_config"]["scopes"]
    scopes["bot"] = sorted(set(scopes["bot"]) - {"reactions:write", "users:read"})
    fewer = tmp_path / "manifest.yml"
    fewer.write_text(yaml.safe_dump(manifest))

    @in_virtual_time
    async def story() -> None:
        async with Simulator.start(manifest=fewer) as slack, connected(slack) as client:
            with pytest.raises(ConfigurationError) as caught:
                await preflight(client, slack.app_token)
        said = str(caught.value)
        assert "lacks the scopes reactions:write, users:read: paste manifest.yml" in said

    story()


@in_virtual_time
async def test_slack_that_comes_back_within_the_patience_is_waited_for() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.fail("auth.test", status=503, calls=2)
        await slack.cut("apps.connections.open", calls=1)
        began = now()
        await preflight(client, slack.app_token, patience=60, pause=2)
        assert now() - began == pytest.approx(6, abs=0.5)


@in_virtual_time
async def test_slack_that_stays_away_is_given_up_with_what_to_check() -> None:
    async with web_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        with pytest.raises(SlackUnreachableError) as caught:
            await preflight(client, "xapp-1", patience=10, pause=2)
        said = str(caught.value)
        assert "http://127.0.0.1:9/api/" in said
        assert "could not be reached for 10 s" in said
        assert "SLACK_API_URL" in said


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
def test_an_address_that_is_not_slacks_is_named_not_the_token(content_type: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(auth_test=lambda _: page(404, content_type)) as (api, client):
            with pytest.raises(ConfigurationError) as caught:
                await preflight(client, "xapp-1")
            assert f"SLACK_API_URL={api.base_url}" in str(caught.value)
            assert "TOKEN" not in str(caught.value)

    story()


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
def test_a_proxys_error_page_is_trouble_that_may_pass(content_type: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(auth_test=lambda _: page(502, content_type)) as (api, client):
            with pytest.raises(SlackUnreachableError):
                await preflight(client, "xapp-1", patience=5)
            assert api.calls["auth.test"] > 1

    story()


@in_virtual_time
async def test_a_read_is_made_again_while_that_may_help() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.fail("auth.test", status=503)
        await slack.cut("auth.test")
        assert (await read(client.auth_test))["ok"]
        assert len(await slack.api_calls("auth.test")) == 3


@in_virtual_time
async def test_a_read_that_is_refused_is_not_made_again() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        with pytest.raises(SlackApiError, match="user_not_found"):
            await read(lambda: client.users_info(user="UNOBODY"))
        assert len(await slack.api_calls("users.info")) == 1


@in_virtual_time
async def test_a_read_is_given_up_after_its_attempts() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.fail("auth.test", "internal_error", calls=None)
        with pytest.raises(SlackApiError, match="internal_error"):
            await read(client.auth_test, attempts=2)
        assert len(await slack.api_calls("auth.test")) == 2


@in_virtual_time
async def test_a_read_waits_as_long_as_slack_asks_but_never_over_half_a_minute() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        for asked, least, most in ((10, 10, 13), (300, 30, 38)):
            await slack.rate_limit("auth.test", retry_after=asked)
            began = now()
            await read(client.auth_test)
            assert least <= now() - began <= most


@in_virtual_time
async def test_a_connection_that_cannot_be_made_is_temporary() -> None:
    async with web_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        with pytest.raises(TRANSPORT_ERRORS) as caught:
            await client.auth_test()
        assert is_temporary(caught.value)
    assert not is_temporary(ValueError("x"))


def page(status: int, content_type: str) -> web.Response:
    return web.Response(text="<html>Oh dear</html>", status=status, content_type=content_type)


class Refusal:
    """An answer as the SDK attaches it to an error."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (Refusal(429, Retry_After="7"), 7.0),
        (Refusal(429, retry_after="0"), 0.1),
        (Refusal(429), 1.0),
        (Refusal(429, Retry_After="soon"), 1.0),
        (Refusal(503, Retry_After="7"), None),
    ],
)
def test_retry_after_is_read_from_a_429_alone(refusal: Refusal, seconds: float | None) -> None:
    assert retry_after(SlackApiError("x", refusal)) == seconds


def test_an_error_without_a_name_is_called_by_its_status() -> None:
    assert error_code(SlackApiError("x", Refusal(502))) == "http_502"
