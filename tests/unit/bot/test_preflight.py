"""The check before the start: Slack, the bot token, its scopes."""

import asyncio
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.errors import ConfigurationError, SlackUnreachableError
from bot.slack.preflight import may_pass, preflight, say_what_is_missing
from bot.slack.scopes import OPTIONAL_SCOPES
from simulator import Options, Simulator
from simulator.manifest import DEFAULT_MANIFEST
from tests.unit.bot.examples import ME
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, scripted_api, web_client


class Answer:
    """An answer as the SDK attaches it to an error."""

    def __init__(self, status: int, error: str | None = None) -> None:
        self.status_code = status
        self.headers: dict[str, str] = {}
        self.data = {"ok": False, "error": error} if error else {}


@in_virtual_time
async def test_preflight_learns_who_we_are() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        me = await preflight(client)
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
            await preflight(client)
        assert "rejected SLACK_BOT_TOKEN (auth.test: invalid_auth)" in str(caught.value)
        assert "xoxb-wrong" not in str(caught.value)


def test_missing_scopes_are_named_with_what_to_do(tmp_path: Path) -> None:
    @in_virtual_time
    async def story() -> None:
        fewer = manifest_without(tmp_path, "reactions:write", "users:read")
        async with Simulator.start(manifest=fewer) as slack, connected(slack) as client:
            with pytest.raises(ConfigurationError) as caught:
                await preflight(client)
        said = str(caught.value)
        assert "lacks the scopes reactions:write, users:read: paste the manifest (`" in said

    story()


@pytest.mark.parametrize("scope", OPTIONAL_SCOPES)
def test_without_an_optional_scope_the_bot_starts_and_says_what_it_cannot_do(
    scope: str, tmp_path: Path
) -> None:
    @in_virtual_time
    async def story() -> None:
        fewer = manifest_without(tmp_path, scope)
        async with Simulator.start(manifest=fewer) as slack, connected(slack) as client:
            me = await preflight(client)
        assert me.missing_scopes == {scope}
        with capture_logs() as logs:
            say_what_is_missing(me)
        (line,) = logs
        assert (line["event"], line["scopes"]) == ("slack.scopes_missing", [scope])
        assert line["cannot"] == OPTIONAL_SCOPES[scope]

    story()


def test_with_every_scope_nothing_is_said_of_them() -> None:
    with capture_logs() as logs:
        say_what_is_missing(ME)
    assert logs == []


@in_virtual_time
async def test_an_installation_for_a_whole_organisation_is_refused_at_the_start() -> None:
    org_wide = Options(enterprise=True, org_wide=True)
    async with Simulator.start(org_wide) as slack, connected(slack) as client:
        with pytest.raises(ConfigurationError, match="whole organisation, which Burrow does not"):
            await preflight(client)


@in_virtual_time
async def test_an_installation_in_one_workspace_of_an_organisation_is_served() -> None:
    async with Simulator.start(Options(enterprise=True)) as slack, connected(slack) as client:
        assert (await preflight(client)).team_id == slack.connection.team_id


@in_virtual_time
async def test_slack_that_comes_back_within_the_patience_is_waited_for() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.fail("auth.test", status=503, calls=2)
        await slack.cut("auth.test", calls=1)
        await preflight(client)
        assert len(await slack.api_calls("auth.test")) == 4


@in_virtual_time
async def test_a_pause_that_slack_asks_for_is_kept_and_does_not_use_up_the_patience() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.rate_limit("auth.test", retry_after=90, calls=2)
        await slack.fail("auth.test", status=503)
        began = now()
        with capture_logs() as logs:
            await preflight(client, patience=60)
        assert now() - began == pytest.approx(182, abs=1)
        assert len(await slack.api_calls("auth.test")) == 4
    *pauses, _ = logs
    assert [(line["event"], line["wait_s"]) for line in pauses] == [
        ("slack.rate_limited", 90.0)
    ] * 2


@in_virtual_time
async def test_short_pauses_that_slack_asks_for_again_and_again_grow() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.rate_limit("auth.test", retry_after=1, calls=None)
        trying = asyncio.create_task(preflight(client))
        await asyncio.sleep(60)
        assert len(await slack.api_calls("auth.test")) < 15
        await slack.clear_faults()
        await trying


@in_virtual_time
async def test_a_command_does_not_sit_out_a_long_pause() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.rate_limit("auth.test", retry_after=90)
        with pytest.raises(SlackUnreachableError, match="pause of 90 s"):
            await preflight(client, patience=10, waits_out_limits=False)


@in_virtual_time
async def test_slack_that_stays_away_is_given_up_with_what_to_check() -> None:
    async with web_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        with pytest.raises(SlackUnreachableError) as caught:
            await preflight(client, patience=10)
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
                await preflight(client)
            assert f"SLACK_API_URL={api.base_url}" in str(caught.value)
            assert "TOKEN" not in str(caught.value)

    story()


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/json"])
def test_a_proxys_error_page_is_trouble_that_may_pass(content_type: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(auth_test=lambda _: page(502, content_type)) as (api, client):
            with pytest.raises(SlackUnreachableError):
                await preflight(client, patience=5)
            assert api.calls["auth.test"] > 1

    story()


SLACKS, ANOTHER = "https://slack.com/api/", "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    ("answer", "at_slacks", "elsewhere"),
    [
        (Answer(403), True, False),
        (Answer(407), True, False),
        (Answer(200), True, False),
        (Answer(503), True, True),
        (Answer(200, "invalid_auth"), False, False),
        (Answer(200, "token_revoked"), False, False),
        (Answer(200, "internal_error"), True, True),
        (Answer(200, "team_added_to_org"), True, True),
        (Answer(200, "error_of_tomorrow"), False, False),
    ],
)
def test_what_does_not_speak_against_the_settings_may_pass(
    answer: Answer, at_slacks: bool, elsewhere: bool
) -> None:
    """A start that ends with 2 is not tried again by systemd, and a proxy's trouble passes."""
    error = SlackApiError("x", answer)
    assert (may_pass(error, SLACKS), may_pass(error, ANOTHER)) == (at_slacks, elsewhere)


def manifest_without(folder: Path, *scopes: str) -> Path:
    manifest = yaml.safe_load(DEFAULT_MANIFEST.read_text())
    asked = manifest["oauth_config"]["scopes"]
    asked["bot"] = sorted(set(asked["bot"]) - set(scopes))
    fewer = folder / "manifest.yml"
    fewer.write_text(yaml.safe_dump(manifest))
    return fewer


def page(status: int, content_type: str) -> web.Response:
    return web.Response(text="<html>Oh dear</html>", status=status, content_type=content_type)
