"""The Web API client: what may be asked again."""

import logging
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.slack.client import (
    TRANSPORT_ERRORS,
    error_code,
    is_temporary,
    read,
    retry_after,
)
from simulator import Simulator
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, scripted_api, web_client


@in_virtual_time
async def test_a_read_is_made_again_while_that_may_help() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.fail("auth.test", status=503)
        await slack.cut("auth.test")
        assert (await read(client.auth_test))["ok"]
        assert len(await slack.api_calls("auth.test")) == 3


@pytest.mark.parametrize("status", [200, 403, 404, 407, 502])
def test_a_read_that_a_proxy_answers_is_made_again(status: int) -> None:
    @in_virtual_time
    async def story() -> None:
        pages = iter([web.Response(text="<html>", status=status), web.json_response(NOTHING)])
        async with scripted_api(conversations_replies=lambda _: next(pages)) as (api, client):
            found = await read(lambda: client.conversations_replies(channel="C1", ts="1.0"))
            assert found["ok"]
            assert api.calls["conversations.replies"] == 2

    story()


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


@pytest.mark.parametrize("asked", [1, 45, 100])
def test_a_read_waits_as_long_as_slack_asks(asked: int) -> None:
    @in_virtual_time
    async def story() -> None:
        async with Simulator.start() as slack, connected(slack) as client:
            await slack.rate_limit("auth.test", retry_after=asked)
            began = now()
            await read(client.auth_test)
            assert asked <= now() - began <= asked * 1.2

    story()


@in_virtual_time
async def test_pauses_that_slack_asks_for_are_no_attempts() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.rate_limit("auth.test", retry_after=10, calls=5)
        assert (await read(client.auth_test))["ok"]
        assert len(await slack.api_calls("auth.test")) == 6


@in_virtual_time
async def test_a_read_does_not_begin_a_pause_that_is_too_long() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        await slack.rate_limit("auth.test", retry_after=300)
        began = now()
        with pytest.raises(SlackApiError, match="ratelimited"):
            await read(client.auth_test)
        assert now() - began < 5
        await slack.rate_limit("auth.test", retry_after=25, calls=None)
        with pytest.raises(SlackApiError, match="ratelimited"):
            await read(client.auth_test, limit_patience=60)
        assert 50 <= now() - began < 65


@in_virtual_time
async def test_a_connection_that_cannot_be_made_is_temporary() -> None:
    async with web_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        with pytest.raises(TRANSPORT_ERRORS) as caught:
            await client.auth_test()
        assert is_temporary(caught.value)
    assert not is_temporary(ValueError("x"))


NOON, IN_A_MINUTE = "Wed, 21 Oct 2026 12:00:00 GMT", "Wed, 21 Oct 2026 12:01:00 GMT"


NOTHING = {"ok": True, "messages": []}


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
        (Refusal(429, Retry_After="99999999"), 3600.0),
        (Refusal(429), 1.0),
        (Refusal(429, Retry_After="soon"), 1.0),
        (Refusal(429, Retry_After="nan"), 1.0),
        (Refusal(429, Retry_After="2.5"), 2.5),
        (Refusal(429, Retry_After="-3"), 0.1),
        (Refusal(429, Retry_After=IN_A_MINUTE, Date=NOON), 60.0),
        (Refusal(429, retry_after=NOON, date=IN_A_MINUTE), 0.1),
        (Refusal(429, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT", Date=NOON), 3600.0),
        (Refusal(429, Retry_After=IN_A_MINUTE), 1.0),
        (Refusal(429, Retry_After=IN_A_MINUTE, Date="today"), 1.0),
        (Refusal(503, Retry_After="7"), None),
    ],
)
def test_retry_after_is_read_from_a_429_alone(refusal: Refusal, seconds: float | None) -> None:
    assert retry_after(SlackApiError("x", refusal)) == seconds


def test_an_error_without_a_name_is_called_by_its_status() -> None:
    assert error_code(SlackApiError("x", Refusal(502))) == "http_502"


class NeverSpelledOut(dict[str, Any]):
    """Words of a post that nobody may write out for a log."""

    def __repr__(self) -> str:
        raise AssertionError("a call was spelled out")


@in_virtual_time
async def test_no_call_is_spelled_out_for_the_librarys_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "slack_sdk")
    async with scripted_api(api_test={"ok": True}) as (_, client):
        words = NeverSpelledOut(text="down")
        assert (await client.api_call("api.test", json={"blocks": [words]}))["ok"]
