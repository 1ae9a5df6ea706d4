"""A thread is read whole, or as far as Slack gives it, and the count says which."""

from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.slack import replies as replies_module
from bot.slack.replies import Reading, Replies, read_on, replies
from session import SlackThread
from simulator import Simulator
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, scripted_api

THREAD = SlackThread(team_id="T1", channel_id="C1", thread_ts="1.0")
Answer = dict[str, Any]


def page(*ts: str, cursor: str = "") -> Answer:
    """One page; the root, which counts 239 replies, is on each."""
    root = {"ts": "1.0", "text": "root", "reply_count": 239}
    messages = [root, *({"ts": which, "text": which} for which in ts)]
    return {"ok": True, "messages": messages, "response_metadata": {"next_cursor": cursor}}


def limited(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


class Pages:
    """Answers one after the other, the last one again and again."""

    def __init__(self, *answers: Answer | int) -> None:
        """A number is a 429 that asks for so many seconds."""
        self._answers = list(answers)

    def __call__(self, _: object) -> Answer | web.Response:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return limited(answer) if isinstance(answer, int) else answer


def told(read: Replies) -> tuple[list[str], bool, int]:
    return [message["ts"] for message in read.messages], read.is_complete, read.count


@in_virtual_time
async def test_all_pages_make_the_whole_thread_and_the_root_stands_in_it_once() -> None:
    pages = Pages(page("2.0", cursor="a"), page("3.0", cursor="b"), page("4.0"))
    async with scripted_api(conversations_replies=pages) as (_, client):
        read = await replies(client, THREAD)
    assert told(read) == (["1.0", "2.0", "3.0", "4.0"], True, 4)


@in_virtual_time
async def test_under_slacks_limit_of_one_call_a_minute_one_call_must_do() -> None:
    pages = Pages(page("2.0", "3.0", cursor="a"), 60)
    async with scripted_api(conversations_replies=pages) as (api, client):
        began = now()
        read = await replies(client, THREAD)
        assert now() - began < 5
        assert api.calls["conversations.replies"] == 2
    assert told(read) == (["1.0", "2.0", "3.0"], False, 240)


@in_virtual_time
async def test_the_first_call_waits_as_long_as_slack_asks() -> None:
    pages = Pages(60, page("2.0"))
    async with scripted_api(conversations_replies=pages) as (_, client):
        began = now()
        assert (await replies(client, THREAD)).is_complete
        assert now() - began >= 60


@in_virtual_time
async def test_a_reading_that_a_pause_ended_goes_on_where_it_was() -> None:
    pages = Pages(page("2.0", cursor="a"), 60, page("3.0", cursor="b"), 60, page("4.0"))
    async with scripted_api(conversations_replies=pages) as (api, client):
        reading, pauses = Reading(), 0
        began = now()
        while not reading.is_complete:
            try:
                await read_on(client, THREAD, reading, 10)
            except SlackApiError:
                pauses += 1
        assert pauses == 2
        assert now() - began < 5
        assert api.calls["conversations.replies"] == 5
    assert list(reading.found) == ["1.0", "2.0", "3.0", "4.0"]


@in_virtual_time
async def test_a_cursor_that_comes_again_ends_the_reading() -> None:
    pages = Pages(page("2.0", cursor="a"), page("3.0", cursor="b"), page("4.0", cursor="a"))
    async with scripted_api(conversations_replies=pages) as (api, client):
        read = await replies(client, THREAD)
        assert api.calls["conversations.replies"] == 3
    assert told(read) == (["1.0", "2.0", "3.0", "4.0"], False, 240)


@pytest.mark.parametrize("odd", [None, "text", 7, {"text": "no ts"}, {"ts": None}, {"ts": "x"}])
def test_what_is_no_message_in_a_page_is_left_out(odd: object) -> None:
    @in_virtual_time
    async def story() -> None:
        answer = page("2.0")
        answer["messages"].append(odd)
        async with scripted_api(conversations_replies=answer) as (_, client):
            assert told(await replies(client, THREAD)) == (["1.0", "2.0"], True, 2)

    story()


@in_virtual_time
async def test_pages_without_end_end_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies_module, "MOST_PAGES", 7)
    count = 0

    def next_page(_: object) -> Answer:
        nonlocal count
        count += 1
        return page(cursor=str(count))

    async with scripted_api(conversations_replies=next_page) as (api, client):
        read = await replies(client, THREAD)
        assert api.calls["conversations.replies"] == 7
    assert told(read) == (["1.0"], False, 240)


@in_virtual_time
async def test_trouble_that_is_no_limit_is_raised_not_taken_for_a_short_thread() -> None:
    pages = Pages(page("2.0", cursor="a"), {"ok": False, "error": "channel_not_found"})
    async with scripted_api(conversations_replies=pages) as (_, client):
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await replies(client, THREAD)


@in_virtual_time
async def test_a_thread_of_the_simulator_is_read_whole() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        asked = await slack.user("ann").say("#incidents", "it is slow")
        for number in range(5):
            await slack.user("ben").reply(asked, f"reply {number}")
        channel = (await slack.thread(asked))[0].channel
        thread = SlackThread(team_id="T1", channel_id=channel, thread_ts=asked.ts)
        read = await replies(client, thread)
    assert (len(read.messages), read.is_complete, read.count) == (6, True, 6)
