"""Uploads over real sockets: looked for, never twice, never outside their thread."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.document.posts import File
from bot.errors import Hope, PostingError
from bot.slack.labels import OwnPosts
from bot.slack.people import People
from bot.slack.uploads import LOOK_SECONDS, Uploads
from bot.surfaces.slack import SlackParts, SlackSurface
from session import LockLostError, SlackThread
from simulator import Simulator
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in

FILE = File(name="answer-1.md", title="Answer 1", media_type="text/markdown", text="# all of it")
COMPLETE = "files.completeUploadExternal"


@dataclass(slots=True)
class Thread:
    """A thread in the simulator, and its uploads."""

    slack: Simulator
    thread: SlackThread
    uploads: Uploads
    is_covered: list[bool] = field(default_factory=lambda: [True])

    async def attach(self, *, stopped_after: float | None = None) -> None:
        began = now()

        async def is_stopped() -> bool:
            return stopped_after is not None and now() - began >= stopped_after

        with capture_logs():
            await self.uploads.attach(FILE, is_stopped=is_stopped)

    async def files(self) -> list[Any]:
        messages = await self.slack.messages(self.thread.channel_id, self.thread.thread_ts)
        return [file.get("title") for message in messages for file in message.files]

    async def calls(self, method: str) -> int:
        return len(await self.slack.api_calls(method))


@asynccontextmanager
async def a_thread() -> AsyncIterator[Thread]:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        thread = SlackThread(
            team_id=slack.connection.team_id, channel_id=root.channel, thread_ts=root.ts
        )
        is_covered = [True]

        def check_lease() -> None:
            if not is_covered[0]:
                raise LockLostError("s", "req_1", 1)

        yield Thread(
            slack,
            thread,
            Uploads(client, OwnPosts(client, me_in(slack)), thread, check_lease),
            is_covered,
        )


@in_virtual_time
async def test_a_file_is_uploaded_and_stands_in_its_thread_before_we_go_on() -> None:
    async with a_thread() as here:
        await here.attach()
        assert await here.files() == ["Answer 1"]
        assert await here.uploads.attached() == {"Answer 1"}


@in_virtual_time
async def test_the_steps_that_show_nothing_are_repeated() -> None:
    async with a_thread() as here:
        await here.slack.fail("files.getUploadURLExternal", status=503, calls=2)
        await here.attach()
        assert await here.files() == ["Answer 1"]


@in_virtual_time
async def test_a_share_that_slack_lost_is_tried_once_more_after_half_a_minute() -> None:
    async with a_thread() as here:
        await here.slack.lose_shares()
        began = now()
        await here.attach()
        assert LOOK_SECONDS <= now() - began < 2 * LOOK_SECONDS
        assert await here.files() == ["Answer 1"]
        assert await here.calls("files.delete") == 1


@in_virtual_time
async def test_a_share_that_slack_lost_twice_is_given_up() -> None:
    async with a_thread() as here:
        await here.slack.lose_shares(2)
        with pytest.raises(PostingError) as caught:
            await here.attach()
        assert caught.value.hope is Hope.PASSING
        assert await here.calls(COMPLETE) == 2
        assert await here.calls("files.delete") == 2


@in_virtual_time
async def test_a_share_whose_answer_was_lost_is_found_and_not_repeated() -> None:
    async with a_thread() as here:
        await here.slack.lose_answer(COMPLETE)
        await here.attach()
        assert await here.files() == ["Answer 1"]
        assert await here.calls(COMPLETE) == 1


@in_virtual_time
async def test_a_file_whose_thread_is_gone_is_deleted_and_given_up() -> None:
    async with a_thread() as here:
        root, *_ = await here.slack.messages(here.thread.channel_id, here.thread.thread_ts)
        await here.slack.user("ann").delete(root)
        with pytest.raises(PostingError) as caught:
            await here.attach()
        assert caught.value.hope is Hope.NONE
        await asyncio.sleep(1)
        shown = await here.slack.messages(here.thread.channel_id)
        assert not [file for message in shown for file in message.files if "title" in file]
        assert await here.calls(COMPLETE) == 1


@in_virtual_time
async def test_a_refused_share_is_not_looked_for() -> None:
    async with a_thread() as here:
        await here.slack.fail(COMPLETE, "not_in_channel")
        with pytest.raises(PostingError, match="not_in_channel"):
            await here.attach()
        assert await here.calls("conversations.replies") == 0


@in_virtual_time
async def test_where_nobody_can_look_what_slack_said_is_believed() -> None:
    async with a_thread() as here:
        await here.slack.fail("conversations.replies", status=503, calls=None)
        await here.attach()
        assert await here.calls(COMPLETE) == 1
        assert await here.calls("files.delete") == 0


@in_virtual_time
async def test_a_stop_ends_the_looking_within_seconds() -> None:
    async with a_thread() as here:
        await here.slack.lose_shares(2)
        began = now()
        await here.attach(stopped_after=1)
        assert now() - began < 6
        assert await here.calls(COMPLETE) == 1


@in_virtual_time
async def test_nothing_is_uploaded_without_the_lease() -> None:
    async with a_thread() as here:
        here.is_covered[0] = False
        with pytest.raises(LockLostError):
            await here.attach()
        assert await here.calls("files.getUploadURLExternal") == 0


@pytest.mark.parametrize(
    ("missing", "takes_files"), [({"files:write"}, False), ({"files:read"}, True), (set(), True)]
)
def test_a_thread_takes_files_where_the_app_has_the_scope(
    missing: set[str], takes_files: bool
) -> None:
    me = replace(ME, missing_scopes=frozenset(missing))
    client = AsyncWebClient()
    parts = SlackParts.of(client, me, People(client, me, now), call_seconds=1)
    assert SlackSurface(parts, THREAD).takes_files() is takes_files


@in_virtual_time
async def test_an_image_is_uploaded_as_its_bytes() -> None:
    image = File(name="a.png", title="Image 1", media_type="image/png", data=b"\x89PNG\0\xff")

    async def is_stopped() -> bool:
        return False

    async with a_thread() as thread:
        with capture_logs():
            await thread.uploads.attach(image, is_stopped=is_stopped)
        (_, reply) = await thread.slack.messages(thread.thread.channel_id, thread.thread.thread_ts)
        (about,) = reply.files
        assert (about["title"], about["size"]) == ("Image 1", 6)
