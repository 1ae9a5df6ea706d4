"""Delivery over HTTP, received by Bolt's own web server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web as server
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Options, Refused, Slack
from tests.support.serving import serving
from tests.unit.simulator.conftest import MANIFEST


@pytest.fixture
def slack_options() -> Options:
    return Options(
        manifest=MANIFEST, ack_timeout=3.0, time_scale=0.001, twin_order="mention_first"
    )


@pytest.fixture
async def heard() -> list[dict[str, str]]:
    return []


@pytest.fixture
async def url(
    slack: Slack, web: AsyncWebClient, heard: list[dict[str, str]]
) -> AsyncIterator[str]:
    bolt = AsyncApp(client=web, signing_secret=slack.connection.signing_secret)

    @bolt.event("app_mention")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text="Here."
        )

    @bolt.event("message")
    async def listen() -> None: ...

    @server.middleware
    async def keep(request: server.Request, handler: Any) -> server.StreamResponse:
        heard.append({name.lower(): value for name, value in request.headers.items()})
        response: server.StreamResponse = await handler(request)
        return response

    app = bolt.web_app(path="/slack/events")
    app.middlewares.append(keep)
    async with serving(app) as address:
        yield f"{address}/slack/events"


async def test_bolt_accepts_the_signature_and_answers(slack: Slack, url: str) -> None:
    await slack.deliver_to(url)
    mention = await slack.user("ann").mention("#incidents", "hello")
    await slack.wait_for_reply(mention)
    await slack.wait_quiet()

    assert {delivery.outcome for delivery in await slack.deliveries()} == {"acked"}
    assert {delivery.socket for delivery in await slack.deliveries()} == {None}


async def test_a_lost_request_comes_again_with_its_number_and_reason(
    slack: Slack, url: str, heard: list[dict[str, str]]
) -> None:
    await slack.deliver_to(url)
    await slack.ignore_acks(event="app_mention")
    mention = await slack.user("ann").mention("#incidents", "hello")
    await slack.wait_for_replies(mention, count=2)
    await slack.wait_quiet()

    retries = [headers for headers in heard if "x-slack-retry-num" in headers]
    assert [headers["x-slack-retry-num"] for headers in retries] == ["1"]
    assert [headers["x-slack-retry-reason"] for headers in retries] == ["http_timeout"]


@pytest.mark.parametrize(("headers", "attempts"), [({}, 4), ({"x-slack-no-retry": "1"}, 1)])
async def test_an_error_is_retried_unless_the_app_forbids_it(
    slack: Slack, headers: dict[str, str], attempts: int
) -> None:
    async def fail(request: server.Request) -> server.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return server.json_response({"challenge": body["challenge"]})
        return server.Response(status=500, headers=headers)

    app = server.Application()
    app.router.add_post("/", fail)
    async with serving(app) as address:
        await slack.deliver_to(address + "/")
        await slack.user("ann").say("#incidents", "hello")
        await slack.wait_quiet(0.5)

    reasons = [delivery.retry_reason for delivery in await slack.deliveries()]
    assert reasons == ["", *["http_error"] * (attempts - 1)]


async def test_a_url_that_fails_the_challenge_is_refused(slack: Slack) -> None:
    with pytest.raises(Refused, match="cannot be reached"):
        await slack.deliver_to("http://127.0.0.1:9/slack/events")
    with pytest.raises(Refused, match="stays on this machine"):
        await slack.deliver_to("https://example.com/slack/events")
