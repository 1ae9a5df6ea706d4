"""The measuring points: what counts as an error, what a call came to, what a turn has spent."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.observe.measuring import Measuring, spending, spent_here
from bot.slack.client import TRANSPORT_ERRORS, open_web_client
from session import LockLostError, NotStorableError, StorageError, measured
from tests.support.serving import serving
from tests.unit.bot.recording import Recording
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import in_memory, question, take_in
from tests.unit.bot.test_turns import finds
from tests.unit.bot.virtual_time import in_virtual_time
from tests.unit.bot.web_api import scripted_api


@pytest.mark.parametrize(
    ("error", "seconds", "reason"),
    [
        (None, 9.0, None),
        (LockLostError("s", "h", 1), 0.1, None),
        (NotStorableError("too large"), 0.1, None),
        (StorageError("disk full"), 0.1, "failed"),
        (KeyError("a fault of our own"), 0.1, "failed"),
        (asyncio.CancelledError(), 0.9, None),
        (asyncio.CancelledError(), 2.5, "given_up"),
    ],
)
def test_what_counts_as_an_error_of_the_store(
    error: BaseException | None, seconds: float, reason: str | None
) -> None:
    recording = Recording()
    Measuring(recording).store_operation("take_in", seconds, error)
    assert recording.times == {("store_operation", "take_in"): [seconds]}
    assert recording.counts == ({("store_errors", "take_in", reason): 1} if reason else {})


def limited(_: Any) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": "7"})


@pytest.mark.parametrize(
    ("answer", "status", "wait"),
    [
        ({"ok": True, "user": {}}, "ok", None),
        ({"ok": True}, "refused", None),
        ({"ok": False, "error": "channel_not_found"}, "refused", None),
        ({"ok": False, "error": "ratelimited"}, "rate_limited", 1.0),
        (limited, "rate_limited", 7.0),
        (lambda _: web.Response(status=503), "server_error", None),
        (lambda _: web.Response(text="<html>", content_type="text/html"), "refused", None),
    ],
)
async def test_a_call_is_counted_by_method_and_status(
    answer: Any, status: str, wait: float | None
) -> None:
    recording = Recording()
    async with (
        scripted_api(users_info=answer) as (api, _),
        open_web_client(
            api.base_url, "xoxb-1", timeout=5, measuring=Measuring(recording)
        ) as client,
    ):
        try:
            await client.users_info(user="U1")
        except SlackApiError:
            assert status != "ok"
    waits = {("slack_wait", "users.info"): wait} if wait else {}
    assert recording.counts == {("slack_calls", "users.info", status): 1} | waits
    assert len(recording.times["slack_call", "users.info"]) == 1


@pytest.mark.parametrize(("url", "status"), [("http://127.0.0.1:9/api/", "unreachable")])
async def test_a_call_that_does_not_arrive_is_counted(url: str, status: str) -> None:
    recording = Recording()
    measuring = Measuring(recording)
    async with open_web_client(url, "xoxb-1", timeout=5, measuring=measuring) as client:
        with pytest.raises(TRANSPORT_ERRORS):
            await client.auth_test()
    assert recording.counts == {("slack_calls", "auth.test", status): 1}


async def test_a_call_that_gets_no_answer_is_counted() -> None:
    recording, is_asked = Recording(), asyncio.Event()

    async def never(_: web.Request) -> web.Response:
        is_asked.set()
        await asyncio.sleep(60)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/api/{method}", never)
    measuring = Measuring(recording)
    async with (
        serving(app, shutdown_timeout=0.1) as address,
        open_web_client(f"{address}/api/", "xoxb-1", timeout=0.3, measuring=measuring) as client,
    ):
        with pytest.raises(TimeoutError):
            await client.auth_test()
        is_asked.clear()
        calling = asyncio.create_task(client.auth_test())
        await is_asked.wait()
        calling.cancel()
        await asyncio.wait([calling])
    assert recording.counts == {
        ("slack_calls", "auth.test", "timeout"): 1,
        ("slack_calls", "auth.test", "cancelled"): 1,
    }


async def test_what_is_spent_belongs_to_the_turn_and_the_tasks_that_it_starts() -> None:
    measuring = Measuring(Recording())

    async def note(seconds: float) -> None:
        measuring.store_operation("timeline", seconds, None)

    with spending() as spent:
        await asyncio.create_task(note(2))
        await note(3)
        measuring.slack_call("reactions.add", 1, "ok", None)
        assert spent_here() is spent
        assert spent.since_first_post() is None
        measuring.slack_call("chat.postMessage", 1, "refused", None)
        assert spent.since_first_post() is None
        measuring.slack_call("chat.postMessage", 1, "ok", None)
        assert spent.since_first_post() is not None
    await note(100)
    assert (spent.store, spent.slack) == (5, 3)


@in_virtual_time
async def test_the_closing_line_of_a_message_says_what_its_turn_spent() -> None:
    told: list[float] = []

    def note(name: str, seconds: float, error: BaseException | None) -> None:
        told.append(1.0)
        measuring.store_operation(name, 1.0, error)

    measuring = Measuring(Recording())
    room = Room(finds("a cold cache"))
    room.repository = measured(in_memory(), note)
    (asked,) = await take_in(room.repository, question("1"))
    told.clear()
    with capture_logs() as lines:
        await room.turn(asked.session_id)
    (closed,) = [line for line in lines if line["event"] == "message.closed"]
    assert closed["slack_s"] == 0
    assert 0 < closed["store_s"] <= len(told)
