from slack_bolt.async_app import AsyncApp

from simulator import Slack
from tests.unit.simulator.conftest import Running


async def test_a_mention_is_acked_and_answered_in_its_thread(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        mention = await slack.user("ann").mention("#incidents", "why is checkout slow?")
        reply = await slack.wait_for_reply(mention)
        await slack.wait_quiet()

    assert reply.thread_ts == mention.ts
    assert "why is checkout slow?" in reply.text
    assert {delivery.outcome for delivery in await slack.deliveries()} == {"acked"}


async def test_a_mention_comes_twice_as_mention_and_as_message(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_reply(mention)
        await slack.wait_quiet()

    twins = [delivery for delivery in await slack.deliveries() if delivery.ts == mention.ts]
    assert sorted(delivery.event for delivery in twins) == ["app_mention", "message"]
    assert len({delivery.event_id for delivery in twins}) == 2


async def test_a_direct_message_comes_once_and_as_message(
    slack: Slack, app: AsyncApp, running: Running
) -> None:
    async with running(app):
        await slack.user("ann").dm("are you there, @burrow?")
        await slack.wait_quiet()

    assert [delivery.event for delivery in await slack.deliveries()] == ["message"]


async def test_the_thread_reads_as_in_slack(slack: Slack, app: AsyncApp, running: Running) -> None:
    async with running(app):
        mention = await slack.user("ann").mention("#incidents", "hello")
        await slack.wait_for_reply(mention)

    lines = (await slack.transcript(mention)).split("\n")
    assert lines[0].endswith("Ann Keller: @burrow hello")
    assert lines[1].startswith("    ")
    assert lines[1].endswith("Burrow: Heard: @burrow hello")
