"""Posting over real sockets: once, under the lease, within what Slack takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiohttp import web

from bot.errors import PostingError
from bot.slack.pacing import ChannelPacing
from bot.slack.parts import Part, plain
from bot.slack.posting import Label, Poster
from session import LockLostError, SessionId, SlackThread
from simulator import Simulator
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import ScriptedApi, connected, me_in, scripted_api

LABEL = Label(kind="answer", key="turn-1", part=1, of=1)
BLOCKS = Part(text="short", blocks=({"type": "markdown", "text": "**long**"},))


def allowed() -> None:
    """A guard that lets everything pass."""


@asynccontextmanager
async def posting() -> AsyncIterator[tuple[Simulator, Poster, SlackThread]]:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        thread = SlackThread(
            team_id=slack.connection.team_id, channel_id=root.channel, thread_ts=root.ts
        )
        yield slack, Poster(client, me_in(slack), ChannelPacing(now)), thread


async def posted(slack: Simulator, thread: SlackThread) -> list[str]:
    return [one.text for one in (await slack.messages(thread.channel_id, thread.thread_ts))[1:]]


@in_virtual_time
async def test_a_part_is_posted_into_the_thread_with_its_label() -> None:
    async with posting() as (slack, poster, thread):
        ts = await poster.post(thread, BLOCKS, LABEL, allowed)
        _, message = await slack.messages(thread.channel_id, thread.thread_ts)
        assert (message.ts, message.text, message.blocks) == (ts, "short", BLOCKS.blocks)
        assert message.metadata == LABEL.as_metadata()
        assert await poster.find(thread, LABEL) == ts
        assert await poster.find(thread, Label(kind="answer", key="turn-1", part=2, of=2)) is None


@pytest.mark.parametrize(
    "error", ["is_archived", "not_in_channel", "invalid_auth", "restricted_action"]
)
def test_what_slack_will_always_refuse_is_given_up_at_once(error: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as (slack, poster, thread):
            await slack.fail("chat.postMessage", error, calls=None)
            with pytest.raises(PostingError, match=error) as caught:
                await poster.post(thread, plain("x"), LABEL, allowed)
            assert caught.value.is_final
            assert len(await slack.api_calls("chat.postMessage")) == 1

    story()


@in_virtual_time
async def test_blocks_that_slack_refuses_are_left_away() -> None:
    async with posting() as (slack, poster, thread):
        bad = Part(text="short", blocks=({"type": "hologram"},))
        await poster.post(thread, bad, LABEL, allowed)
        assert await posted(slack, thread) == ["short"]
        assert [one.error for one in await slack.api_calls("chat.postMessage")] == [
            "invalid_blocks",
            None,
        ]


@in_virtual_time
async def test_a_text_that_is_refused_even_alone_is_given_up() -> None:
    async with posting() as (slack, poster, thread):
        await slack.fail("chat.postMessage", "msg_too_long", calls=None)
        with pytest.raises(PostingError, match="msg_too_long") as caught:
            await poster.post(thread, BLOCKS, LABEL, allowed)
        assert caught.value.is_final
        assert len(await slack.api_calls("chat.postMessage")) == 2


@in_virtual_time
async def test_a_post_that_was_applied_though_its_answer_was_lost_is_found_not_repeated() -> None:
    async with posting() as (slack, poster, thread):
        await slack.lose_answer("chat.postMessage")
        ts = await poster.post(thread, plain("once"), LABEL, allowed)
        assert await posted(slack, thread) == ["once"]
        assert ts == (await slack.messages(thread.channel_id, thread.thread_ts))[1].ts
        assert len(await slack.api_calls("chat.postMessage")) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_post_that_was_not_applied_is_looked_up_and_repeated(status: int) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as (slack, poster, thread):
            await slack.fail("chat.postMessage", status=status, calls=2)
            await poster.post(thread, plain("once"), LABEL, allowed)
            assert await posted(slack, thread) == ["once"]
            assert len(await slack.api_calls("conversations.replies")) == 2

    story()


@in_virtual_time
async def test_a_connection_cut_before_is_repeated() -> None:
    async with posting() as (slack, poster, thread):
        await slack.cut("chat.postMessage")
        await poster.post(thread, plain("once"), LABEL, allowed)
        assert await posted(slack, thread) == ["once"]


@in_virtual_time
async def test_if_nobody_can_tell_whether_it_was_applied_it_is_not_repeated() -> None:
    async with posting() as (slack, poster, thread):
        await slack.lose_answer("chat.postMessage")
        await slack.fail("conversations.replies", status=503, calls=None)
        with pytest.raises(PostingError) as caught:
            await poster.post(thread, plain("once"), LABEL, allowed)
        assert not caught.value.is_final
        assert await posted(slack, thread) == ["once"]


@in_virtual_time
async def test_a_rate_limit_is_waited_out_and_looks_nothing_up() -> None:
    async with posting() as (slack, poster, thread):
        await slack.rate_limit("chat.postMessage", retry_after=20, calls=2)
        began = now()
        await poster.post(thread, plain("late"), LABEL, allowed)
        assert await posted(slack, thread) == ["late"]
        assert 40 <= now() - began < 42
        assert await slack.api_calls("conversations.replies") == []


@in_virtual_time
async def test_a_rate_limit_for_ever_is_given_up_but_not_for_good() -> None:
    async with posting() as (slack, poster, thread):
        await slack.rate_limit("chat.postMessage", retry_after=1, calls=None)
        with pytest.raises(PostingError) as caught:
            await poster.post(thread, plain("never"), LABEL, allowed)
        assert not caught.value.is_final


@in_virtual_time
async def test_trouble_for_ever_is_given_up_but_not_for_good() -> None:
    async with posting() as (slack, poster, thread):
        await slack.fail("chat.postMessage", "internal_error", calls=None)
        with pytest.raises(PostingError, match="internal_error") as caught:
            await poster.post(thread, plain("never"), LABEL, allowed)
        assert not caught.value.is_final


@in_virtual_time
async def test_no_attempt_begins_that_the_lease_does_not_cover() -> None:
    async with posting() as (slack, poster, thread):
        await slack.fail("chat.postMessage", status=503, calls=None)
        looks = iter([True, True, False])

        def guard() -> None:
            if not next(looks):
                raise LockLostError(SessionId("s"), "req_1", 1)

        with pytest.raises(LockLostError):
            await poster.post(thread, plain("x"), LABEL, guard)
        assert len(await slack.api_calls("chat.postMessage")) == 2


@in_virtual_time
async def test_the_lease_is_looked_at_after_the_lookup_which_may_take_its_time() -> None:
    answers = iter([web.Response(status=503), {"ok": True, "ts": "1712.2"}])
    looked_at: list[dict[str, int]] = []
    async with scripted_api(
        chat_postMessage=lambda _: next(answers),
        conversations_replies={"ok": True, "messages": []},
    ) as (api, client):
        poster = Poster(client, ME, ChannelPacing(now))
        guard = partial(_note, api, looked_at)
        assert await poster.post(THREAD, plain("x"), LABEL, guard) == "1712.2"
    assert looked_at == [{}, {"chat.postMessage": 1, "conversations.replies": 1}]


def _note(api: ScriptedApi, looked_at: list[dict[str, int]]) -> None:
    looked_at.append(dict(api.calls))


@in_virtual_time
async def test_a_long_thread_is_looked_through_to_its_last_page() -> None:
    pages = {
        "": {"messages": [{"ts": "1", "user": "UANN"}], "cursor": "next"},
        "next": {
            "messages": [
                {"ts": "2", "user": "UBURROW", "metadata": LABEL.as_metadata()},
                {"ts": "3", "user": "UANN", "metadata": LABEL.as_metadata()},
            ],
            "cursor": "",
        },
    }

    def replies(arguments: dict[str, str]) -> dict[str, object]:
        page = pages[arguments.get("cursor", "")]
        return {
            "ok": True,
            "messages": page["messages"],
            "response_metadata": {"next_cursor": page["cursor"]},
        }

    async with scripted_api(conversations_replies=replies) as (_, client):
        poster = Poster(client, ME, ChannelPacing(now))
        assert await poster.find(THREAD, LABEL) == "2"
        assert [one["ts"] for one in await poster.ours(THREAD)] == ["2"]


@in_virtual_time
async def test_an_update_is_repeated_without_harm_and_refusals_are_final() -> None:
    async with posting() as (slack, poster, thread):
        ts = await poster.post(thread, BLOCKS, LABEL, allowed)
        await slack.fail("chat.update", status=503)
        await poster.update(thread.channel_id, ts, plain("Done."))
        _, message = await slack.messages(thread.channel_id, thread.thread_ts)
        assert (message.text, message.blocks) == ("Done.", ())
        with pytest.raises(PostingError, match="message_not_found") as caught:
            await poster.update(thread.channel_id, "1.000001", plain("x"))
        assert caught.value.is_final
