"""The same verbs in process and over HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import (
    NoSuchThing,
    Refused,
    Simulator,
    SimulatorClient,
    Slack,
    WaitedInVain,
)
from tests.unit.simulator.conftest import Running


@pytest.fixture(params=["in process", "over HTTP"])
async def either(request: pytest.FixtureRequest, slack: Simulator) -> AsyncIterator[Slack]:
    if request.param == "in process":
        yield slack
        return
    async with SimulatorClient.connect(slack.base_url) as client:
        yield client


async def test_a_conversation_can_be_driven_and_read(
    either: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        ann = either.user("ann")
        mention = await ann.mention("#incidents", "hello")
        reply = await either.wait_for_reply(mention, containing="hello")
        await ann.react(reply, "tada")
        edited = await ann.edit(mention, "@burrow hello, please")
        await either.wait_for_replies(mention, count=2)
        await either.wait_quiet()

    assert [message.ts for message in await either.thread(mention)][:2] == [mention.ts, reply.ts]
    assert edited.edited_by == "U0ANN"
    assert (await either.reactions(reply))[0].users == ("U0ANN",)
    posts = await either.api_calls("chat.postMessage")
    assert posts[0].arguments["thread_ts"] == mention.ts
    assert posts[0].ended_at >= posts[0].started_at
    assert {delivery.outcome for delivery in await either.deliveries()} == {"acked"}


async def test_a_second_mention_waits_for_a_reply_of_its_own(
    either: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        first = await either.user("ann").mention("#incidents", "one")
        await either.wait_for_reply(first)
        second = await either.user("ann").mention("#incidents", "two", thread_ts=first.ts)
        reply = await either.wait_for_reply(second)

    assert "two" in reply.text


async def test_waiting_in_vain_shows_the_thread(either: Slack) -> None:
    mention = await either.user("ann").mention("#incidents", "is anybody there?")
    with pytest.raises(WaitedInVain, match="Ann Keller: @burrow is anybody there"):
        await either.wait_for_reply(mention, timeout=0.05)


async def test_waiting_until_something_holds(either: Slack) -> None:
    async def said() -> bool:
        return bool(await either.messages("#incidents"))

    with pytest.raises(WaitedInVain):
        await either.wait_until(said, timeout=0.1)
    await either.user("ann").say("#incidents", "now")
    await either.wait_until(said, timeout=5)


async def test_what_is_not_there_is_named(either: Slack) -> None:
    with pytest.raises(NoSuchThing, match="dora"):
        await either.user("dora").say("#incidents", "x")
    with pytest.raises(NoSuchThing, match="#nowhere"):
        await either.user("ann").say("#nowhere", "x")
    with pytest.raises(Refused, match="Pat Moreau is not in #incidents"):
        await either.user("pat").say("#incidents", "x")


async def test_everything_that_happens_is_told_as_it_happens(either: Slack) -> None:
    async with either.lines() as lines:
        ann = either.user("ann")
        message = await ann.say("#incidents", "disk <full> on @ben's machine")
        await either.user("ben").react(message, "eyes")
        await ann.edit(message, "disk full")
        await ann.delete(message)
        told = [await anext(lines) for _ in range(4)]

    assert told[0].endswith("Ann Keller: disk <full> on @ben's machine")
    assert "ben added :eyes: on: disk <full>" in told[1]
    assert "disk full (edited)" in told[2]
    assert "Ann Keller deleted: disk full" in told[3]


async def test_people_and_channels_can_be_added(either: Slack) -> None:
    await either.add_user("dora", "Dora Lind", restricted=True)
    await either.add_channel("billing", members=["dora", "ann"])
    message = await either.user("dora").say("#billing", "hi")
    assert message.user == "U0DORA"


async def test_a_burst_reports_each_mentions_ack_and_answer(
    either: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        burst = await either.burst(
            40, thread_count=10, channels=3, text="look at {n}.", answer_contains=" {n}."
        )

    assert len(burst.mentions) == 40
    assert len({(mention.channel, mention.thread_ts) for mention in burst.mentions}) == 10
    assert len({mention.channel for mention in burst.mentions}) == 3
    for mention in burst.mentions:
        assert mention.acked_at is not None
        assert mention.answered_at is not None
        assert mention.first_reply_at is not None
        assert mention.sent_at <= mention.acked_at
        assert mention.sent_at <= mention.first_reply_at <= mention.answered_at


async def test_prepared_threads_are_silent_history(either: Slack) -> None:
    roots = await either.prepare_threads(30, channels=2)
    assert len({root.ts for root in roots}) == 30
    assert await either.deliveries() == []
    assert len(await either.messages("#load-1")) == 15


async def test_mentions_can_be_spread_over_threads_that_exist(
    either: Slack, app: AsyncApp, running: Running
) -> None:
    roots = await either.prepare_threads(3)
    async with running(app):
        burst = await either.burst(6, threads=roots)

    assert sorted({mention.thread_ts for mention in burst.mentions}) == [root.ts for root in roots]


async def test_faults_can_be_set_and_lifted(either: Slack, web: AsyncWebClient) -> None:
    await either.fail("auth.test", "invalid_auth", calls=None)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await web.auth_test()
    await either.clear_faults()
    assert (await web.auth_test())["ok"]


async def test_a_mistake_in_a_verbs_arguments_is_a_value_error(slack: Simulator) -> None:
    async with SimulatorClient.connect(slack.base_url) as client:
        with pytest.raises(ValueError, match="mentions"):
            await client.burst("many")  # type: ignore[arg-type]


async def test_a_web_page_cannot_reach_the_simulator(slack: Simulator) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.get(slack.base_url + "auth.test", headers={"Host": "evil.example"}) as response,
    ):
        assert response.status == 403


async def test_what_slack_and_administrators_do_can_be_asked_for(either: Slack) -> None:
    ann = either.user("ann")
    said = await ann.say("#general", "logs", files=[{"name": "app.log", "content": "x"}])
    forwarded = await ann.forward(said, "#incidents", "look", mention=True)
    assert forwarded.attachments[0]["files"][0]["name"] == "app.log"
    shown = await either.unfurl(forwarded.channel, forwarded.ts, [{"title": "A page"}])
    assert shown.attachments == (*forwarded.attachments, {"title": "A page"})
    assert shown.edited_ts is None
    assert (await either.share("#general")).is_ext_shared
    assert (await either.archive("#general")).is_archived
    await either.set_channel_type("@ann", None)
    await either.lose_shares()
    await either.refuse_blocks(["plan"])
    event_id = await either.announce_change(forwarded.channel, forwarded.ts, "again")
    sent = await either.send_payload({"type": "app_rate_limited"})
    known = {delivery.event_id for delivery in await either.deliveries()}
    assert {event_id, sent} <= known
