"""From a mention to its answer."""

from bot import words
from simulator import Slack
from tests.e2e.conftest import StartBot, texts


async def test_a_mention_is_answered_after_one_notice(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "why is checkout slow?")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet()
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: why is checkout slow?"]
    assert {one.outcome for one in await slack.deliveries()} == {"acked"}


async def test_a_second_mention_goes_on_in_the_same_session(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.user("ben").reply(asked, "second", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2")
    await slack.wait_quiet()
    assert await texts(slack, asked) == [
        words.STARTING,
        "answer 1 to: first",
        "answer 2 to: second",
    ]
