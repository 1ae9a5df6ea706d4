import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from simulator import Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST, Running, connected


def impatient(ack_timeout: float) -> AbstractAsyncContextManager[Simulator]:
    return Simulator.start(manifest=MANIFEST, ack_timeout=ack_timeout, time_scale=0.001)


async def test_the_first_frame_says_hello(slack: Slack) -> None:
    async with connected(slack) as first, connected(slack) as second:
        hello = await first.next()
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"]["app_id"]
        assert hello["debug_info"]["approximate_connection_time"] == 18060
        assert (await second.next())["num_connections"] == 2


async def test_an_envelope_carries_the_whole_event(slack: Slack) -> None:
    async with connected(slack) as app:
        await app.next()
        root = await slack.user("ben").say("#incidents", "it is slow")
        envelope = await app.next()
        payload = envelope["payload"]

    assert envelope["type"] == "events_api"
    assert envelope["retry_attempt"] == 0
    assert envelope["accepts_response_payload"] is False
    assert payload["type"] == "event_callback"
    assert payload["team_id"] == slack.connection.team_id
    assert payload["authorizations"][0]["user_id"] == slack.connection.bot_user_id
    assert payload["is_ext_shared_channel"] is False
    event = payload["event"]
    assert (event["type"], event["channel_type"], event["ts"]) == ("message", "channel", root.ts)
    assert (event["user"], event["text"]) == ("U0BEN", "it is slow")
    assert event["blocks"][0]["type"] == "rich_text"
    assert "thread_ts" not in event


async def test_without_an_ack_the_event_comes_three_times_more() -> None:
    async with impatient(0.1) as slack, connected(slack) as app:
        await app.next()
        await slack.user("ann").say("#incidents", "hello")
        envelopes = [await app.next() for _ in range(4)]
        await slack.wait_quiet(0.5)
        deliveries = await slack.deliveries()

    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert [envelope["retry_reason"] for envelope in envelopes] == [
        "",
        "timeout",
        "timeout",
        "timeout",
    ]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert [delivery.outcome for delivery in deliveries] == ["missed"] * 4


async def test_an_ack_in_time_ends_it() -> None:
    async with impatient(1.5) as slack, connected(slack) as app:
        await app.next()
        await slack.user("ann").say("#incidents", "hello")
        await app.next()
        await app.ack(await app.next())
        await slack.wait_quiet()
        deliveries = await slack.deliveries()

    assert [delivery.outcome for delivery in deliveries] == ["missed", "acked"]
    assert (deliveries[1].ack_seconds or 9) < 1.5


async def test_an_ack_counts_on_whichever_socket_it_comes(slack: Slack) -> None:
    async with connected(slack) as first, connected(slack) as second:
        await first.next()
        await second.next()
        await slack.user("ann").say("#incidents", "hello")
        number = (await slack.deliveries())[0].socket
        got, silent = (first, second) if number == 1 else (second, first)
        await silent.ack(await got.next())
        await slack.wait_quiet()

    assert [delivery.outcome for delivery in await slack.deliveries()] == ["acked"]


async def test_what_no_socket_could_take_comes_again_as_a_retry(slack: Slack) -> None:
    await slack.user("ann").say("#incidents", "anybody there?")
    async with connected(slack) as app:
        await app.next()
        envelope = await app.next()

    assert envelope["retry_attempt"] > 0
    assert (await slack.deliveries())[0].outcome == "no_socket"


async def test_each_envelope_goes_to_one_socket_only(slack: Slack) -> None:
    async with connected(slack) as first, connected(slack) as second:
        await first.next()
        await second.next()
        ann = slack.user("ann")
        said = {(await ann.say("#incidents", str(number))).ts for number in range(20)}
        used = {delivery.socket for delivery in await slack.deliveries()}
        tries = [item for item in await slack.deliveries() if item.attempt == 0]

    assert used == {1, 2}
    assert {item.ts for item in tries} == said
    assert len(tries) == 20


async def test_the_eleventh_socket_is_refused(slack: Slack) -> None:
    apps = [connected(slack) for _ in range(11)]
    opened = [await app.__aenter__() for app in apps]
    try:
        first = [await app.next() for app in opened]
        assert [frame["type"] for frame in first] == ["hello"] * 10 + ["disconnect"]
        assert first[-1]["reason"] == "too_many_websockets"
        assert len(await slack.sockets()) == 10
    finally:
        for app in apps:
            await app.__aexit__(None, None, None)


async def test_debug_reconnects_shortens_the_life_of_a_connection() -> None:
    async with (
        Simulator.start(debug_reconnect_seconds=0.1) as slack,
        connected(slack, "&debug_reconnects=true") as app,
    ):
        assert (await app.next())["type"] == "hello"
        assert (await app.next())["reason"] == "refresh_requested"
        assert (await app.ws.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "warning"])
async def test_bolt_reconnects_when_told_to(
    slack: Slack, app: AsyncApp, running: Running, reason: str
) -> None:
    async with running(app):
        before = await slack.sockets()
        await slack.disconnect_sockets(reason)  # type: ignore[arg-type]

        async def on_a_new_socket() -> bool:
            return any(number not in before for number in await slack.sockets())

        await slack.wait_until(on_a_new_socket)
        mention = await slack.user("ann").mention("#incidents", "still there?")
        await slack.wait_for_reply(mention)


async def test_bolt_comes_back_after_a_tcp_reset(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.reset_sockets()

        async def gone() -> bool:
            return not await slack.sockets()

        await slack.wait_until(gone)
        await slack.wait_for_sockets()
        mention = await slack.user("ann").mention("#incidents", "still there?")
        await slack.wait_for_reply(mention)


async def test_bolt_leaves_a_half_open_socket(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        frozen = (await slack.sockets())[0]
        await slack.freeze_sockets()

        async def on_a_new_socket() -> bool:
            return any(number != frozen for number in await slack.sockets())

        await slack.wait_until(on_a_new_socket, timeout=20)
        for number in range(5):
            mention = await slack.user("ann").mention("#incidents", f"again {number}")
            await slack.wait_for_reply(mention)

    assert frozen not in {delivery.socket for delivery in await slack.deliveries()}


async def test_through_all_faults_an_event_is_acked_or_was_tried_four_times() -> None:
    async with impatient(0.5) as slack, connected(slack) as lasting, connected(slack) as doomed:
        acking = [asyncio.create_task(app.ack_everything()) for app in (lasting, doomed)]
        await slack.wait_for_sockets(2)
        await slack.drop(4)
        await slack.ignore_acks(4)
        await slack.duplicate(4)
        await slack.delay(0.05, 4)
        await slack.reorder(4)
        for number in range(30):
            await slack.user("ann").mention("#incidents", str(number))
            if number == 15:
                await slack.reset_sockets(2)
        await slack.wait_quiet(timeout=30)
        await lasting.ws.close()
        await asyncio.gather(*acking)
        attempts: dict[str, list[str]] = {}
        for delivery in await slack.deliveries():
            outcomes = attempts.setdefault(delivery.event_id, [])
            assert delivery.attempt == len(outcomes)
            outcomes.append(delivery.outcome)

    assert len(attempts) == 60
    for outcomes in attempts.values():
        assert outcomes[-1] == "acked" or len(outcomes) == 4
        assert "acked" not in outcomes[:-1]


async def test_a_frozen_socket_answers_no_ping(slack: Slack) -> None:
    async with connected(slack) as app:
        await app.next()
        await app.ws.ping(b"one")
        assert (await app.ws.receive(timeout=5)).type is aiohttp.WSMsgType.PONG
        await slack.freeze_sockets()
        await app.ws.ping(b"two")
        with pytest.raises(TimeoutError):
            await app.ws.receive(timeout=0.2)
        await slack.thaw_sockets()


async def test_tcp_lives_until_the_app_has_answered_the_close_frame(slack: Slack) -> None:
    web = AsyncWebClient(base_url=slack.base_url)
    opened = await web.apps_connections_open(app_token=slack.app_token)
    async with raw_socket(opened["url"]) as (reader, writer):
        await slack.wait_for_sockets()
        await slack.disconnect_sockets("refresh_requested")
        frames = await reader.readuntil(CLOSE_FRAME)
        assert b"refresh_requested" in frames
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
        assert not reader.at_eof()

        writer.write(MASKED_CLOSE_FRAME)
        assert await asyncio.wait_for(reader.read(), 5) == b""


CLOSE_FRAME = b"\x88\x02\x03\xe8"
"""A server's close frame with the status 1000: https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1"""
MASKED_CLOSE_FRAME = b"\x88\x82\0\0\0\0\x03\xe8"


@asynccontextmanager
async def raw_socket(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A WebSocket by hand, for what a library hides."""
    target = URL(url)
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        writer.write(
            f"GET {target.raw_path_qs} HTTP/1.1\r\nHost: {target.host}:{target.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_web_page_can_open_neither_socket_nor_stream(slack: Slack, origin: str) -> None:
    web = AsyncWebClient(base_url=slack.base_url)
    opened = await web.apps_connections_open(app_token=slack.app_token)
    stream = slack.base_url.replace("/api/", "/_control/stream").replace("http", "ws", 1)
    async with aiohttp.ClientSession() as http:
        for url in (opened["url"], stream):
            with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
                await http.ws_connect(url, headers={"Origin": origin})
            assert raised.value.status == 403
        assert not await slack.sockets()


@pytest.mark.parametrize(
    ("payload", "kind", "event"),
    [
        ({"type": "app_rate_limited", "minute_rate_limited": 1}, "events_api", "app_rate_limited"),
        ({"type": "shortcut", "callback_id": "ask"}, "interactive", "shortcut"),
        ({"command": "/burrow", "text": "hi"}, "slash_commands", "/burrow"),
        ({"surprise": True}, "what_comes_next", "what_comes_next"),
    ],
)
async def test_any_outer_type_can_be_sent(
    slack: Slack, payload: dict[str, object], kind: str, event: str
) -> None:
    async with connected(slack) as app:
        await app.next()
        event_id = await slack.send_payload(payload, kind=kind)
        envelope = await app.next()
        await app.ack(envelope)
        await slack.wait_quiet(0.1)

    assert (envelope["type"], envelope["payload"]) == (kind, payload)
    (delivery,) = await slack.deliveries(event)
    assert (delivery.event_id, delivery.outcome) == (event_id, "acked")
