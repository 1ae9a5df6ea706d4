"""Requests to the event port: who is let in, and what each is answered."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.entry import refusals
from bot.errors import ConfigurationError
from bot.turns.progress import STOP_ACTION
from tests.unit.bot.examples import ME
from tests.unit.bot.http_events import NOW, OLD_SECRET, Port, event_port, signed

Line = MutableMapping[str, Any]
EVENT = {
    "type": "event_callback",
    "team_id": ME.team_id,
    "event": {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hi"},
}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "team": {"id": ME.team_id},
    "actions": [{"type": "button", "action_id": STOP_ACTION, "block_id": "b", "action_ts": "1.1"}],
}
BODY = json.dumps(EVENT).encode()
PATHS = [f"/slack/{name}{slash}" for name in ("events", "interactivity") for slash in ("", "/")]


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    async with event_port() as opened:
        yield opened


@pytest.fixture
def server_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What aiohttp itself says; a traceback among it would be a bug of ours."""
    caplog.set_level(logging.WARNING)
    return caplog


@pytest.mark.parametrize("path", PATHS)
async def test_a_signed_event_is_taken_in_on_each_path(port: Port, path: str) -> None:
    assert await port.post(BODY, signed(BODY), path) == (200, "")
    assert port.story.seen == [EVENT]


@pytest.mark.parametrize("path", PATHS)
async def test_a_click_is_taken_in_on_each_path(port: Port, path: str) -> None:
    assert (await port.click(CLICK, path))[0] == 200
    assert port.story.seen == [CLICK]


async def test_both_secrets_count_while_one_is_renewed(port: Port) -> None:
    assert (await port.post(BODY, signed(BODY, secret=OLD_SECRET)))[0] == 200


async def test_slacks_challenge_is_answered(port: Port) -> None:
    answer = await port.deliver({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert answer == (200, "3eZbrw1a")


async def test_a_challenge_that_is_no_text_is_answered_as_well_as_it_can_be(port: Port) -> None:
    assert await port.deliver({"type": "url_verification", "challenge": "\ud800"}) == (200, "?")


async def test_a_challenge_that_is_not_signed_is_not_answered(port: Port) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1a"}'
    assert await port.post(body, {}) == (401, "not signed by Slack\n")


@pytest.mark.parametrize("status", [503, 500])
async def test_what_is_not_stored_is_503_so_that_slack_repeats_it(port: Port, status: int) -> None:
    port.story.status = status
    assert (await port.deliver(EVENT))[0] == 503


async def test_the_handlers_know_what_comes_again(port: Port) -> None:
    await port.deliver(EVENT)
    await port.deliver(EVENT, x_slack_retry_num="2", x_slack_retry_reason="http_timeout")
    assert port.story.came_again == [False, True]


async def test_deliveries_are_counted_by_attempt_and_reason(port: Port) -> None:
    await port.deliver(EVENT)
    await port.deliver(EVENT, x_slack_retry_num="1", x_slack_retry_reason="http_error")
    await port.deliver(EVENT, x_slack_retry_num="7", x_slack_retry_reason="x" * 1000)
    await port.post(BODY, {})
    with capture_logs() as logs:
        await port.http.close()
    (line,) = [line for line in logs if line["event"] == "http.closed"]
    assert line["deliveries"] == {"0": 1, "1 http_error": 1, "other other": 1}
    assert line["refused"] == {"no_signature": 1}


UNSIGNED: dict[str, tuple[bytes, dict[str, str], str]] = {
    "nothing at all": (BODY, {}, "no_signature"),
    "no timestamp": (BODY, {"x-slack-signature": "v0=" + "0" * 64}, "no_signature"),
    "no signature": (BODY, {"x-slack-request-timestamp": str(NOW)}, "no_signature"),
    "a timestamp in words": (
        BODY,
        signed(BODY) | {"x-slack-request-timestamp": "yesterday"},
        "no_signature",
    ),
    "a timestamp in other digits": (
        BODY,
        signed(BODY) | {"x-slack-request-timestamp": "١٧٠٠٠٠٠٠٠٠"},
        "no_signature",
    ),
    "a timestamp without end": (
        BODY,
        signed(BODY) | {"x-slack-request-timestamp": "9" * 6000},
        "no_signature",
    ),
    "an old request": (BODY, signed(BODY, at=NOW - 301), "too_old"),
    "a request ahead": (BODY, signed(BODY, at=NOW + 301), "ahead"),
    "a strange secret": (BODY, signed(BODY, secret="another"), "does_not_fit"),
    "another body": (BODY + b" ", signed(BODY), "does_not_fit"),
    "a signature with an accent": (
        BODY,
        signed(BODY) | {"x-slack-signature": "v0=é"},
        "does_not_fit",
    ),
    "bytes that are no text": (b"\xff\xfe\x00", signed(b"\xff\xfe\x00"), "does_not_fit"),
}


@pytest.mark.parametrize("name", UNSIGNED)
async def test_what_slack_did_not_sign_is_401_and_nobody_reads_it(
    port: Port, server_log: pytest.LogCaptureFixture, name: str
) -> None:
    body, headers, reason = UNSIGNED[name]
    with capture_logs() as logs:
        assert (await port.post(body, headers))[0] == 401
    assert port.story.seen == []
    (line,) = logs
    assert (line["event"], line["counts"]) == ("http.refused", {reason: 1})
    assert server_log.records == []


@pytest.mark.parametrize("seconds", [-300, 300])
async def test_a_request_of_five_minutes_is_not_too_old(port: Port, seconds: int) -> None:
    assert (await port.post(BODY, signed(BODY, at=NOW + seconds)))[0] == 200


async def test_a_clock_that_is_wrong_is_told_by_how_much(port: Port) -> None:
    with capture_logs() as logs:
        await port.post(BODY, signed(BODY, at=NOW - 4000))
    assert logs[0]["advice"] == "a request 4000 s old: check this machine's clock"


async def test_refusals_are_told_once_and_what_follows_a_minute_later(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "TOLD_EVERY_SECONDS", 0.3)
    with capture_logs() as logs:
        for _ in range(5):
            await port.post(BODY, {})
        await port.post(BODY, signed(BODY, secret="another"))
        assert [line["counts"] for line in logs] == [{"no_signature": 1}]
        async with asyncio.timeout(20):
            while len(logs) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
    assert logs[1]["counts"] == {"does_not_fit": 1, "no_signature": 4}
    assert "the secret is another app's or was renewed" in logs[1]["advice"]
    assert len(logs) == 2


TOO_LARGE = {
    "plain": (b"x" * (2**20 + 1), {}),
    "packed": (gzip.compress(b"x" * 2**24), {"content-encoding": "gzip"}),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
@pytest.mark.parametrize("is_signed", [True, False])
async def test_more_than_a_mebibyte_unpacked_is_413(
    port: Port, server_log: pytest.LogCaptureFixture, kind: str, is_signed: bool
) -> None:
    body, headers = TOO_LARGE[kind]
    with capture_logs() as logs:
        headers = headers | (signed(body) if is_signed else {})
        status, _ = await port.post(io.BytesIO(body), headers)
    assert status == 413
    (line,) = logs
    assert line["counts"] == {"too_large": 1}
    assert server_log.records == []


async def test_a_mebibyte_is_not_too_large(port: Port) -> None:
    body = json.dumps(EVENT).encode().ljust(2**20)
    assert (await port.post(io.BytesIO(body), signed(body)))[0] == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "whatever"])
async def test_a_body_that_is_not_packed_as_it_says_is_refused_without_a_traceback(
    port: Port, server_log: pytest.LogCaptureFixture, encoding: str
) -> None:
    with capture_logs() as logs:
        status, _ = await port.post(BODY, {"content-encoding": encoding})
    assert status in (400, 401)
    assert len(logs) <= 1
    assert server_log.records == []


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
BROKEN = {
    "a body that breaks off": HEAD + b"Content-Length: 10\r\n\r\nabc",
    "a piece that breaks off": HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
    "a piece of no length": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a length that is none": HEAD + b"Content-Length: many\r\n\r\n",
    "a header without end": HEAD + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\xfc\x03\x03",
    "a version of tomorrow": b"POST /slack/events HTTP/9.9\r\n\r\n",
}
NO_HTTP = {
    "TLS": bytes.fromhex("16030100a5010000a10303") + bytes(150),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method of tomorrow": b"BREW /slack/events HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a path with a space": b"POST /slack/events X HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", NO_HTTP)
async def test_bytes_that_are_no_http_request_are_counted_and_told(
    port: Port, server_log: pytest.LogCaptureFixture, name: str
) -> None:
    with capture_logs() as logs:
        reader, writer = await asyncio.open_connection("127.0.0.1", port.number)
        writer.write(NO_HTTP[name])
        assert b"400 Bad Request" in await asyncio.wait_for(reader.read(), 20)
        writer.close()
    (line,) = logs
    assert (line["event"], line["counts"]) == ("http.refused", {"no_http": 1})
    assert server_log.records == []


@pytest.mark.parametrize("name", BROKEN)
async def test_a_request_that_is_broken_leaves_no_traceback(
    port: Port, server_log: pytest.LogCaptureFixture, name: str
) -> None:
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection("127.0.0.1", port.number)
        writer.write(BROKEN[name])
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await port.post(BODY, signed(BODY)))[0] == 200
        await asyncio.sleep(0.1)
    assert len(logs) <= 1
    assert server_log.records == []


NO_OBJECT = [b"", b"[]", b"null", b"{", b'"text"', b"[" * 500_000, b"NaN", b"\xef\xbb\xbf{}x"]


@pytest.mark.parametrize("body", NO_OBJECT, ids=range(len(NO_OBJECT)))
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_signed_body_that_is_no_object_is_200_and_a_line(
    port: Port, server_log: pytest.LogCaptureFixture, body: bytes, content_type: str
) -> None:
    with capture_logs() as logs:
        assert (await port.post(body, signed(body, content_type=content_type)))[0] == 200
    assert [line["event"] for line in logs] == ["http.no_object"]
    assert server_log.records == []


UNUSED = {
    "another team": EVENT | {"team_id": "T0OTHER"},
    "an outer type of tomorrow": {"type": "whatever"},
    "an event of tomorrow": {"type": "event_callback", "event": {"type": "whatever"}},
    "a shortcut": {"type": "shortcut", "callback_id": "c", "user": {"id": "U1"}},
    "an empty object": {},
    "an event that is none": {"type": "event_callback", "event": 1},
    "an event whose type is a list": {"type": "event_callback", "event": {"type": ["message"]}},
    "an event whose type is an object": {"type": "event_callback", "event": {"type": {}}},
    "an object whose event's type is a list": {"type": "x", "event": {"type": ["message"]}},
}


@pytest.mark.parametrize("name", UNUSED)
async def test_what_slack_signs_and_we_do_not_use_is_200_and_a_line(port: Port, name: str) -> None:
    with capture_logs() as logs:
        assert (await port.deliver(UNUSED[name]))[0] == 200
        await asyncio.sleep(0.05)
    assert len(logs) == 1
    assert port.story.seen == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
async def test_what_is_no_post_is_counted_and_told_as_a_proxy_that_redirects(
    port: Port, method: str
) -> None:
    with capture_logs() as logs:
        async with port.session.request(method, port.url("/slack/events")) as answer:
            assert answer.status == 405
    (line,) = logs
    assert (line["event"], line["counts"]) == ("http.refused", {"not_posted": 1})
    assert "a proxy redirects it" in line["advice"]


@pytest.mark.parametrize(
    "path", ["/", "/metrics", "/livez", "/slack", "/slack/install", "/slack/oauth_redirect"]
)
async def test_any_other_path_is_404_and_told_once(port: Port, path: str) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            assert (await port.post(BODY, signed(BODY), path))[0] == 404
            async with port.session.get(port.url(path)) as answer:
                assert answer.status == 404
    (line,) = logs
    assert line["path"] == path
    assert "/slack/events and /slack/interactivity" in line["advice"]


async def test_a_scanner_does_not_fill_the_log(port: Port) -> None:
    with capture_logs() as logs:
        for number in range(50):
            await port.post(BODY, {}, f"/{number}")
    assert len(logs) == 10


async def test_with_the_clients_id_and_secret_set_bolt_adds_no_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "3")
    async with event_port() as port:
        for path in ("/slack/install", "/slack/oauth_redirect"):
            async with port.session.get(port.url(path)) as answer:
                assert answer.status == 404
        assert (await port.deliver(EVENT))[0] == 200
        assert port.story.seen == [EVENT]


async def test_every_address_is_ipv4_and_ipv6() -> None:
    async with event_port(address="::") as port:
        for host in ("127.0.0.1", "[::1]"):
            url = f"http://{host}:{port.number}/slack/events"
            async with port.session.post(url, data=BODY, headers=signed(BODY)) as answer:
                assert answer.status == 200


async def test_a_port_that_is_taken_is_named(port: Port) -> None:
    port.http.leave()
    with pytest.raises(ConfigurationError, match="HTTP_PORT="):
        await port.http.connect()


async def test_once_it_leaves_each_connection_is_closed_after_its_answer(port: Port) -> None:
    port.http.leave()
    async with port.session.post(port.url("/slack/events"), data=BODY) as answer:
        assert answer.headers["connection"] == "close"
