import asyncio
import json
import time

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import MethodFault, Options, Slack
from tests.unit.simulator.conftest import MANIFEST, Running, connected


@pytest.fixture
def slack_options() -> Options:
    return Options(
        manifest=MANIFEST, ack_timeout=1.5, time_scale=0.001, twin_order="mention_first"
    )


async def test_a_method_fails_as_often_as_told(slack: Slack, web: AsyncWebClient) -> None:
    await slack.fail("auth.test", "invalid_auth", calls=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await web.auth_test()
    assert (await web.auth_test())["ok"]
    assert [call.error for call in await slack.api_calls("auth.test")] == ["invalid_auth"] * 2 + [
        None
    ]


async def test_no_connection_can_be_opened_until_the_fault_is_lifted(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.fail("apps.connections.open", "internal_error", calls=None)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="internal_error"):
            await web.apps_connections_open(app_token=slack.app_token)
    await slack.clear_faults()
    assert (await web.apps_connections_open(app_token=slack.app_token))["url"]


async def test_a_method_can_answer_http_500(slack: Slack, web: AsyncWebClient) -> None:
    await slack.fail("chat.postMessage", status=500)
    with pytest.raises(SlackApiError) as raised:
        await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    assert raised.value.response.status_code == 500


@pytest.mark.parametrize("status", [200, 403])
async def test_a_proxy_can_answer_with_a_page(
    slack: Slack, web: AsyncWebClient, status: int
) -> None:
    await slack.fail("chat.postMessage", status=status, page="<html>Blocked</html>")
    with pytest.raises(SlackApiError) as raised:
        await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    assert raised.value.response.status_code == status
    assert await slack.messages("#incidents") == []


async def test_a_rate_limit_says_when_to_come_back(slack: Slack, web: AsyncWebClient) -> None:
    await slack.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as raised:
        await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "7"
    assert await slack.messages("#incidents") == []


async def test_a_lost_answer_was_applied_and_a_cut_call_was_not(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.cut("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel="C0INCIDENTS", text="cut")
    await slack.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel="C0INCIDENTS", text="applied")

    assert [message.text for message in await slack.messages("#incidents")] == ["applied"]


async def test_a_held_method_takes_its_time(slack: Slack, web: AsyncWebClient) -> None:
    await slack.hold("auth.test", 0.2)
    started = time.monotonic()
    await web.auth_test()
    assert time.monotonic() - started >= 0.2


async def test_a_dropped_envelope_comes_again(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.drop(event="app_mention")
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_reply(mention)
        await slack.wait_quiet()

    tries = await slack.deliveries("app_mention")
    assert [delivery.outcome for delivery in tries] == ["missed", "acked"]
    assert tries[0].acked_at is None


async def test_a_duplicated_envelope_is_heard_twice(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.duplicate(event="app_mention")
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_replies(mention, count=2)

    assert len(await slack.deliveries("app_mention")) == 1


async def test_reordered_envelopes_change_places(slack: Slack) -> None:
    async with connected(slack) as app:
        await app.next()
        await slack.reorder(event="app_mention")
        await slack.user("ann").mention("#incidents", "hello")
        envelopes = [await app.next(), await app.next()]

    kinds = [envelope["payload"]["event"]["type"] for envelope in envelopes]
    assert kinds == ["message", "app_mention"]


async def test_a_delayed_envelope_comes_later(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.delay(0.15, event="app_mention")
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_reply(mention)
        await slack.wait_quiet()

    (delivery,) = await slack.deliveries("app_mention")
    assert (delivery.ack_seconds or 0) >= 0.15


async def test_an_ignored_ack_brings_the_event_again(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.ignore_acks(event="app_mention")
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_replies(mention, count=2)
        await slack.wait_quiet()

    first, second = await slack.deliveries("app_mention")
    assert (first.outcome, second.outcome) == ("missed", "acked")
    assert first.acked_at is not None


async def test_a_held_call_is_told_of_when_it_arrives(slack: Slack, web: AsyncWebClient) -> None:
    await slack.hold("auth.test", 0.2)
    async with slack.stream() as happenings:
        held = asyncio.create_task(web.auth_test())
        kinds = [(await anext(happenings)).kind for _ in range(2)]
        assert (await held)["ok"]
    assert kinds == ["call_held", "api_called"]


async def sent_and_left(slack: Slack, text: str) -> None:
    """Post `text`, and break the connection as a killed process does once the call has come."""
    host, port = slack.base_url.split("/")[2].split(":")
    body = json.dumps({"channel": "C0INCIDENTS", "text": text})
    async with slack.stream() as happenings:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"POST /api/chat.postMessage HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {slack.bot_token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        while (await anext(happenings)).kind != "call_held":
            pass
        writer.transport.abort()


async def test_a_post_on_the_wire_is_applied_after_its_sender_was_killed(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.hold("chat.postMessage", None)
    await sent_and_left(slack, "from the dead")
    await web.chat_postMessage(channel="C0INCIDENTS", text="from the successor")
    assert [message.text for message in await slack.messages("#incidents")] == [
        "from the successor"
    ]

    await slack.release()

    async def landed() -> bool:
        return len(await slack.messages("#incidents")) == 2

    await slack.wait_until(landed)
    assert (await slack.messages("#incidents"))[-1].text == "from the dead"


async def test_a_post_on_the_wire_lands_by_itself_after_a_while(slack: Slack) -> None:
    await slack.hold("chat.postMessage", 0.1)
    await sent_and_left(slack, "from the dead")

    async def landed() -> bool:
        return bool(await slack.messages("#incidents"))

    await slack.wait_until(landed)


async def test_a_fault_for_one_channel_spares_the_others(
    slack: Slack, web: AsyncWebClient
) -> None:
    here, there = await slack.add_channel("here"), await slack.add_channel("there")
    await slack.fail_method(
        MethodFault(method="chat.postMessage", channel=here.id, error="internal_error")
    )
    assert (await web.chat_postMessage(channel=there.id, text="hello"))["ok"]
    with pytest.raises(SlackApiError):
        await web.chat_postMessage(channel=here.id, text="hello")
    assert (await web.chat_postMessage(channel=here.id, text="again"))["ok"]
