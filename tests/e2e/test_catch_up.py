"""Whoever joins an incident is caught up alone."""

from bot import words
from simulator import Slack
from tests.e2e.conftest import StartBot, texts


async def test_who_asks_to_be_caught_up_is_told_by_direct_message(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    root = await slack.user("ben").say("#incidents", "185.220.101.34 hammers the login page")
    await slack.user("ann").reply(root, "catch me up", mention=True)
    await slack.wait_until(lambda: _has_been_told(slack))
    await slack.user("gil").reply(root, "catch me up", mention=True)
    await slack.wait_until(lambda: _is_refused(slack))
    await slack.wait_quiet()
    (direct,) = await slack.messages("@ann")
    assert "Case brief" in direct.text
    assert "185[.]220[.]101[.]34" in direct.text
    assert await texts(slack, root) == []
    assert len(await slack.api_calls("conversations.replies")) == 1


async def _has_been_told(slack: Slack) -> bool:
    return bool(await slack.messages("@ann"))


async def _is_refused(slack: Slack) -> bool:
    return any(words.REFUSED_EXTERNAL in it.text for it in await slack.ephemerals("gil"))
