"""Posting over real sockets: once, under the lease, within what Slack takes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot import words
from bot.document.markdown import document_of
from bot.document.posts import Action, File, Label, Posted
from bot.document.sentences import sentence
from bot.errors import Hope, LabelsHiddenError, PostingError
from bot.slack.labels import OwnPosts
from bot.slack.pacing import ChannelPacing
from bot.slack.people import People
from bot.slack.posting import SlackPosts, Writer, has_left_its_thread
from bot.surfaces.slack import SlackParts, SlackSurface
from session import Lock, LockLostError, SlackThread
from simulator import Simulator
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.stories import TTL, in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in, scripted_api

LABEL = Label(kind="answer", key="turn-1", part=1, of=1)
METADATA = {
    "event_type": "burrow_answer",
    "event_payload": {"key": "turn-1", "part": 1, "of": 1},
}
LONG = document_of("**long** and [a link](https://example.com)")
MARGIN = 2.0


async def a_lock() -> Lock:
    repository = in_memory()
    (message,) = await take_in(repository, question("1"))
    return await lock_of(repository, message.session_id)


@dataclass(frozen=True, slots=True)
class Desk:
    """A thread in the simulator, and the pen of its holder."""

    slack: Simulator
    posts: SlackPosts
    thread: SlackThread
    lock: Lock

    async def texts(self) -> list[str]:
        return [message.text for message in (await self.messages())[1:]]

    async def messages(self) -> Any:
        return await self.slack.messages(self.thread.channel_id, self.thread.thread_ts)

    async def calls(self, method: str) -> int:
        return len(await self.slack.api_calls(method))


def file_of(name: str) -> File:
    return File(name=name, title=name, media_type="text/markdown", text="text")


async def never() -> bool:
    return False


@asynccontextmanager
async def posting() -> AsyncIterator[Desk]:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        thread = SlackThread(
            team_id=slack.connection.team_id, channel_id=root.channel, thread_ts=root.ts
        )
        writer = Writer(client, OwnPosts(client, me_in(slack)), ChannelPacing(now), MARGIN)
        lock = await a_lock()
        yield Desk(slack, SlackPosts(writer, thread, lock), thread, lock)


@in_virtual_time
async def test_a_part_is_posted_into_the_thread_with_its_label() -> None:
    async with posting() as desk:
        posted = await desk.posts.post(LONG, LABEL)
        _, message = await desk.messages()
        assert message.ts == posted.id
        assert message.text == "long and a link (https://example.com)"
        assert message.blocks
        assert message.metadata == METADATA
        (found,) = await desk.posts.ours(LABEL)
        assert (found.id, found.label) == (posted.id, LABEL)
        assert await desk.posts.ours(Label(kind="answer", key="turn-2")) == []


@pytest.mark.parametrize(
    ("error", "hope"),
    [
        ("is_archived", Hope.NONE),
        ("cannot_reply_to_message", Hope.NONE),
        ("thread_not_found", Hope.NONE),
        ("not_in_channel", Hope.REPAIRABLE),
        ("invalid_auth", Hope.REPAIRABLE),
        ("token_revoked", Hope.REPAIRABLE),
        ("missing_scope", Hope.REPAIRABLE),
        ("restricted_action", Hope.REPAIRABLE),
    ],
)
def test_what_slack_will_always_refuse_is_given_up_at_once(error: str, hope: Hope) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as desk:
            await desk.slack.fail("chat.postMessage", error, calls=None)
            with pytest.raises(PostingError, match=error) as caught:
                await desk.posts.post(sentence("x"), LABEL)
            assert caught.value.hope is hope
            assert await desk.calls("chat.postMessage") == 1

    story()


@pytest.mark.parametrize(
    "error", ["external_channel_migrating", "rate_limited", "an_error_of_next_year"]
)
def test_an_error_that_nobody_knows_may_pass(error: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as desk:
            await desk.slack.fail("chat.postMessage", error, calls=2)
            await desk.posts.post(sentence("at last"), LABEL)
            assert await desk.texts() == ["at last"]
            await desk.slack.fail("chat.postMessage", error, calls=None)
            with pytest.raises(PostingError) as caught:
                await desk.posts.post(sentence("x"), LABEL)
            assert caught.value.hope is Hope.PASSING

    story()


def _body(body: bytes, content_type: str = "application/json", status: int = 200) -> web.Response:
    headers = {"Content-Type": content_type}
    return web.Response(status=status, body=body, headers=headers)


PAGE = b"<html>Sign in</html>"
NOT_FROM_SLACK = {
    "a page": _body(PAGE, "text/html"),
    "a page, refused": _body(PAGE, "text/html", 403),
    "a page, sign in first": _body(PAGE, "text/html", 407),
    "a page, no gateway": _body(PAGE, "text/html", 502),
    "a page that says it is JSON": _body(PAGE),
    "plain text": _body(b"OK", "text/plain"),
    "JSON that says it is plain text": _body(b'{"ok": true, "ts": "1.1"}', "text/plain"),
    "nothing": _body(b""),
    "nothing at all": web.Response(status=204),
    "half of JSON": _body(b'{"ok": true, "ts": "17'),
    "a list": _body(b"[]"),
    "a string": _body(b'"ok"'),
    "a number": _body(b"1"),
    "null": _body(b"null"),
    "no ts": _body(b'{"ok": true}'),
    "a ts that is a number": _body(b'{"ok": true, "ts": 17.1}'),
    "no error": _body(b'{"ok": false}'),
    "no text": _body(b"\xff\xfe{", "application/json; charset=utf-8"),
    "nested without end": _body(b"[" * 100_000),
    "something zipped": _body(b"\x1f\x8b", "application/gzip"),
    "Slack's answer, refused on the way": _body(b'{"ok": true, "ts": "1.1"}', status=403),
}


@pytest.mark.parametrize("answer", NOT_FROM_SLACK.values(), ids=NOT_FROM_SLACK)
def test_what_is_not_slacks_answer_may_pass_and_is_looked_behind(answer: web.Response) -> None:
    @in_virtual_time
    async def story() -> None:
        answers: list[Any] = [answer, {"ok": True, "ts": "1712.2"}]
        async with scripted_api(
            chat_postMessage=lambda _: answers.pop(0),
            conversations_replies={"ok": True, "messages": []},
        ) as (api, client):
            writer = Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN)
            posts = SlackPosts(writer, THREAD, await a_lock())
            assert (await posts.post(sentence("x"), LABEL)).id == "1712.2"
            assert api.calls["conversations.replies"] == 1

    story()


def under_slacks_limit(*pages: list[dict[str, Any]]) -> Callable[[dict[str, str]], Any]:
    """Give one page a minute, and the pages from the first one on by their cursors."""
    given_at: list[float] = []

    def replies(arguments: dict[str, str]) -> Any:
        if given_at and now() - given_at[-1] < 60:
            left = str(round(given_at[-1] + 60 - now()))
            return web.Response(status=429, headers={"Retry-After": left})
        given_at.append(now())
        number = int(arguments.get("cursor") or 0)
        cursor = str(number + 1) if number + 1 < len(pages) else ""
        page = {"messages": pages[number], "response_metadata": {"next_cursor": cursor}}
        return {"ok": True, **page}

    return replies


@in_virtual_time
async def test_under_slacks_limit_a_search_holds_no_turn_up_and_reads_on_the_next_time() -> None:
    root: dict[str, Any] = {"ts": "1712.1", "user": "UANN"}
    ours = {"ts": "1712.4", "user": "UBURROW", "metadata": METADATA}
    pages = [root, {"ts": "1712.2"}], [root, {"ts": "1712.3"}], [root, ours]
    async with scripted_api(
        chat_postMessage={"ok": True}, conversations_replies=under_slacks_limit(*pages)
    ) as (api, client):
        writer = Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN)
        posts = SlackPosts(writer, THREAD, await a_lock())
        for search in (posts.post(sentence("once"), LABEL), posts.ours(LABEL)):
            began = now()
            with pytest.raises(PostingError) as caught:
                await search
            assert now() - began < 2
            assert (caught.value.hope, caught.value.again_in) == (Hope.PASSING, 60)
            await asyncio.sleep(60)
        assert [posted.id for posted in await posts.ours(LABEL)] == ["1712.4"]
        assert api.calls["chat.postMessage"] == 1


@in_virtual_time
async def test_a_long_pause_that_slack_asks_for_is_left_to_whoever_owes_the_post() -> None:
    async with posting() as desk:
        await desk.slack.rate_limit("chat.postMessage", retry_after=600)
        began = now()
        for _ in range(2):
            with capture_logs(), pytest.raises(PostingError) as caught:
                await desk.posts.post(sentence("later"), LABEL)
            assert caught.value.hope is Hope.PASSING
            assert caught.value.again_in == pytest.approx(600, abs=20)
        assert now() - began < 20
        assert await desk.calls("chat.postMessage") == 1


@pytest.mark.parametrize(
    "refusal", ["invalid_blocks", "invalid_attachments", "msg_blocks_too_long"]
)
def test_blocks_that_slack_refuses_go_out_as_their_plain_text_complete(refusal: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as desk:
            await desk.slack.fail("chat.postMessage", refusal)
            with capture_logs():
                await desk.posts.post(sentence("word " * 2_000), LABEL)
            (text,) = await desk.texts()
            assert text.split() == ["word"] * 2_000

    story()


@in_virtual_time
async def test_a_text_that_is_refused_even_alone_is_given_up() -> None:
    async with posting() as desk:
        await desk.slack.fail("chat.postMessage", "msg_too_long", calls=None)
        with capture_logs(), pytest.raises(PostingError, match="msg_too_long") as caught:
            await desk.posts.post(LONG, LABEL)
        assert caught.value.hope is Hope.NONE
        assert await desk.calls("chat.postMessage") == 2


@in_virtual_time
async def test_a_post_that_was_applied_though_its_answer_was_lost_is_found_not_repeated() -> None:
    async with posting() as desk:
        await desk.slack.lose_answer("chat.postMessage")
        posted = await desk.posts.post(sentence("once"), LABEL)
        assert await desk.texts() == ["once"]
        assert posted.id == (await desk.messages())[1].ts
        assert await desk.calls("chat.postMessage") == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_post_that_was_not_applied_is_looked_up_and_repeated(status: int) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as desk:
            await desk.slack.fail("chat.postMessage", status=status, calls=2)
            await desk.posts.post(sentence("once"), LABEL)
            assert await desk.texts() == ["once"]
            assert await desk.calls("conversations.replies") == 2

    story()


@in_virtual_time
async def test_a_connection_cut_before_is_repeated() -> None:
    async with posting() as desk:
        await desk.slack.cut("chat.postMessage")
        await desk.posts.post(sentence("once"), LABEL)
        assert await desk.texts() == ["once"]


@in_virtual_time
async def test_if_nobody_can_tell_whether_it_was_applied_it_is_not_repeated() -> None:
    async with posting() as desk:
        await desk.slack.lose_answer("chat.postMessage")
        await desk.slack.fail("conversations.replies", status=503, calls=None)
        with pytest.raises(PostingError) as caught:
            await desk.posts.post(sentence("once"), LABEL)
        assert caught.value.hope is Hope.PASSING
        assert await desk.texts() == ["once"]


@in_virtual_time
async def test_a_post_that_left_its_thread_is_taken_back_and_given_up() -> None:
    async with posting() as desk:
        root = (await desk.messages())[0]
        await desk.slack.user("ann").delete(root)
        with capture_logs(), pytest.raises(PostingError) as caught:
            await desk.posts.post(sentence("for few"), LABEL)
        assert caught.value.hope is Hope.NONE
        assert await desk.calls("chat.postMessage") == 1
        assert await desk.calls("chat.delete") == 1
        history = await desk.slack.messages(desk.thread.channel_id)
        assert "for few" not in [message.text for message in history]


@in_virtual_time
async def test_once_a_post_has_left_the_thread_nothing_more_is_posted_or_attached() -> None:
    async with posting() as desk:
        await desk.slack.user("ann").delete((await desk.messages())[0])
        with capture_logs(), pytest.raises(PostingError):
            await desk.posts.post(sentence("the notice"), LABEL)
        with pytest.raises(PostingError) as caught:
            await desk.posts.post(sentence("the answer"), replace(LABEL, part=2))
        assert caught.value.hope is Hope.NONE
        with pytest.raises(PostingError) as caught:
            await desk.posts.attach(file_of("a.md"), is_stopped=never)
        assert caught.value.hope is Hope.NONE
        assert await desk.calls("chat.postMessage") == 1
        assert await desk.calls("files.getUploadURLExternal") == 0


@in_virtual_time
async def test_a_post_that_left_its_thread_and_cannot_be_deleted_loses_its_words() -> None:
    async with posting() as desk:
        await desk.slack.user("ann").delete((await desk.messages())[0])
        await desk.slack.fail("chat.delete", "compliance_exports_prevent_deletion", calls=None)
        with capture_logs(), pytest.raises(PostingError) as caught:
            await desk.posts.post(sentence("for few"), LABEL)
        assert caught.value.hope is Hope.NONE
        history = await desk.slack.messages(desk.thread.channel_id)
        assert [it.text for it in history if it.bot_id] == [words.LEFT_ITS_THREAD]
        assert "for few" not in str([message.blocks for message in history])


@pytest.mark.parametrize(
    ("message", "with_blocks", "has_left"),
    [
        ({"ts": "1.2", "blocks": [{}], "thread_ts": "1.1"}, True, False),
        ({"ts": "1.2", "blocks": [{}], "thread_ts": "1.0"}, True, True),
        ({"ts": "1.2", "blocks": [{}]}, True, True),
        ({"ts": "1.2", "text": "plain"}, False, True),
        ({"ts": "1.2", "text": "ok"}, True, False),
        (None, True, False),
    ],
    ids=[
        "a reply",
        "in another thread",
        "in the channel",
        "plain, in the channel",
        "not what we sent",
        "nothing",
    ],
)
def test_only_a_whole_message_shows_that_it_left_its_thread(
    message: object, with_blocks: bool, has_left: bool
) -> None:
    assert has_left_its_thread(message, "1.1", with_blocks=with_blocks) is has_left


@in_virtual_time
async def test_a_rate_limit_is_waited_out_and_looks_nothing_up() -> None:
    async with posting() as desk:
        await desk.slack.rate_limit("chat.postMessage", retry_after=5, calls=2)
        began = now()
        await desk.posts.post(sentence("late"), LABEL)
        assert await desk.texts() == ["late"]
        assert 10 <= now() - began < 12
        assert await desk.calls("conversations.replies") == 0


@in_virtual_time
async def test_a_rate_limit_for_ever_is_given_up_but_not_for_good() -> None:
    async with posting() as desk:
        await desk.slack.rate_limit("chat.postMessage", retry_after=1, calls=None)
        with pytest.raises(PostingError) as caught:
            await desk.posts.post(sentence("never"), LABEL)
        assert caught.value.hope is Hope.PASSING


@in_virtual_time
async def test_trouble_for_ever_is_given_up_but_not_for_good() -> None:
    async with posting() as desk:
        await desk.slack.fail("chat.postMessage", "internal_error", calls=None)
        with pytest.raises(PostingError, match="internal_error") as caught:
            await desk.posts.post(sentence("never"), LABEL)
        assert caught.value.hope is Hope.PASSING


@in_virtual_time
async def test_no_attempt_begins_that_the_lease_does_not_cover() -> None:
    async with posting() as desk:
        await asyncio.sleep(TTL.total_seconds() - MARGIN - 0.1)
        await desk.posts.post(sentence("in time"), LABEL)
        await asyncio.sleep(0.1)
        with pytest.raises(LockLostError):
            await desk.posts.post(sentence("too late"), LABEL)
        with pytest.raises(LockLostError):
            await desk.posts.update(Posted(id="1.1", label=LABEL), sentence("too late"))
        assert await desk.calls("chat.postMessage") == 1


@in_virtual_time
async def test_the_lease_is_looked_at_after_the_lookup_which_may_take_its_time() -> None:
    lock = await a_lock()
    posted: list[str] = []

    def post(_: Any) -> web.Response:
        posted.append("x")
        return web.Response(status=503)

    def look(_: Any) -> dict[str, Any]:
        lock.deadline = now()
        return {"ok": True, "messages": []}

    async with scripted_api(chat_postMessage=post, conversations_replies=look) as (_, client):
        posts = SlackPosts(
            Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN), THREAD, lock
        )
        with pytest.raises(LockLostError):
            await posts.post(sentence("x"), LABEL)
    assert posted == ["x"]


@in_virtual_time
async def test_a_long_thread_is_looked_through_to_its_last_page() -> None:
    pages = {
        "": {"messages": [{"ts": "1.0", "user": "UANN"}], "cursor": "next"},
        "next": {
            "messages": [
                {"ts": "2.0", "user": "UBURROW", "metadata": METADATA},
                {"ts": "3.0", "user": "UANN", "metadata": METADATA},
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
        writer = Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN)
        posts = SlackPosts(writer, THREAD, await a_lock())
        assert [posted.id for posted in await posts.ours(LABEL)] == ["2.0"]


@pytest.mark.parametrize(
    "metadata",
    [
        "text",
        ["burrow_answer"],
        {"event_type": "burrow_answer"},
        {"event_type": "burrow_answer", "event_payload": "turn-1"},
        {"event_type": "burrow_answer", "event_payload": {"part": 1}},
        {"event_type": 5, "event_payload": {"key": "turn-1"}},
    ],
)
def test_metadata_of_another_form_is_no_label_of_ours(metadata: object) -> None:
    @in_virtual_time
    async def story() -> None:
        odd = {"ts": "1.0", "user": "UBURROW", "metadata": metadata}
        payload = {"key": "turn-1", "part": "x", "of": None}
        ours = {"ts": "2.0", "user": "UBURROW", "metadata": METADATA | {"event_payload": payload}}
        page = {"ok": True, "messages": [odd, ours]}
        async with scripted_api(conversations_replies=page) as (_, client):
            writer = Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN)
            found = await SlackPosts(writer, THREAD, await a_lock()).ours(LABEL)
            assert [(posted.id, posted.label) for posted in found] == [("2.0", LABEL)]

    story()


@in_virtual_time
async def test_posts_of_ours_that_show_no_label_are_an_error_of_their_own() -> None:
    unlabelled = {"ok": True, "messages": [{"ts": "1.0", "user": "UBURROW"}]}
    async with scripted_api(conversations_replies=unlabelled) as (_, client):
        writer = Writer(client, OwnPosts(client, ME), ChannelPacing(now), MARGIN)
        posts = SlackPosts(writer, THREAD, await a_lock())
        with pytest.raises(LabelsHiddenError):
            await posts.ours(LABEL)


@in_virtual_time
async def test_an_update_is_repeated_without_harm_and_refusals_say_whether_there_is_hope() -> None:
    async with posting() as desk:
        posted = await desk.posts.post(LONG, LABEL)
        await desk.slack.fail("chat.update", status=503)
        await desk.posts.update(posted, sentence("Done."))
        assert await desk.texts() == ["Done."]
        with pytest.raises(PostingError, match="message_not_found") as caught:
            await desk.posts.update(Posted(id="1.000001", label=LABEL), sentence("x"))
        assert caught.value.hope is Hope.NONE


@pytest.mark.parametrize("refusal", ["invalid_blocks", "msg_blocks_too_long"])
def test_where_the_look_of_a_card_is_refused_its_words_and_buttons_stay(refusal: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with posting() as desk:
            approve = Action(id="burrow_approve_1", text="Approve", value="0a1b2c3d/1")
            await desk.slack.fail("chat.postMessage", refusal)
            posted = await desk.posts.post(LONG, LABEL, actions=[approve])
            await desk.slack.fail("chat.update", refusal)
            await desk.posts.update(posted, sentence("one & two"), actions=[approve])
            _, message = await desk.messages()
            words, buttons = message.blocks
            assert words["text"]["text"] == "one & two"
            assert [it["action_id"] for it in buttons["elements"]] == ["burrow_approve_1"]
            await desk.slack.fail("chat.update", refusal)
            await desk.posts.update(posted, sentence("decided"))
            _, message = await desk.messages()
            assert (message.text, list(message.blocks)) == ("decided", [])

    story()


@in_virtual_time
async def test_a_card_is_found_and_revised_without_the_lease() -> None:
    async with posting() as desk:
        client, me = desk.posts._writer.client, me_in(desk.slack)
        surface = SlackSurface(
            SlackParts.of(client, me, People(client, me, now), call_seconds=1), desk.thread
        )
        first, last = replace(LABEL, of=2), replace(LABEL, part=2, of=2)
        await desk.posts.post(sentence("part 1"), first)
        posted = await desk.posts.post(sentence("part 2"), last)
        assert await surface.find(LABEL) == posted.id
        assert await surface.find(Label(kind="answer", key="turn-2")) is None
        await desk.lock.release()
        assert await surface.revise(posted.id, sentence("decided"))
        assert await desk.texts() == ["part 1", "decided"]
        assert not await surface.revise("1.000001", sentence("x"))
        await desk.slack.fail("conversations.replies", "fatal_error", calls=None)
        assert await surface.find(LABEL) is None
