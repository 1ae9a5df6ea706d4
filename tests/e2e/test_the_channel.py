"""A mention at a channel's root is answered from the channel."""

from simulator import Slack
from tests.e2e.conftest import StartBot, texts


async def test_a_mention_at_the_root_is_answered_from_the_channel(
    slack: Slack, start_bot: StartBot
) -> None:
    ben = slack.user("ben")
    alert = await ben.say("#incidents", "checkout answers 502 since the deploy of 3f2a9c1")
    await ben.reply(alert, "db-7.shop-bank.com refuses connections from 185.220.101.34")
    await start_bot(investigator="brief")
    asked = await slack.user("ann").mention("#incidents", "what is going on?")
    await slack.wait_for_reply(asked, containing="Case brief")
    await slack.user("ben").say("#incidents", "rolled back, 198.51.100.23 still hammers it")
    again = await slack.user("ann").reply(asked, "and now?", mention=True)
    await slack.wait_for_reply(again, containing="1 new message")
    await slack.wait_quiet()
    said = "\n".join(await texts(slack, asked))
    assert "#incidents since" in said
    assert "185[.]220[.]101[.]34" in said
    assert "198[.]51[.]100[.]23" in said
    history = await slack.api_calls("conversations.history")
    assert len(history) == 2


async def test_with_nothing_there_the_asker_is_told_what_to_ask(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(investigator="brief")
    asked = await slack.user("ann").mention("#incidents", "")
    await slack.wait_for_reply(asked, containing="You can ask me")
    assert "nothing in #incidents since" in "\n".join(await texts(slack, asked))


async def test_a_log_that_somebody_attaches_is_read(slack: Slack, start_bot: StartBot) -> None:
    await start_bot(investigator="brief")
    log = {"name": "access.log", "content": "GET /pay 502 from 185.220.101.34\n" * 40}
    root = await slack.user("ben").say("#incidents", "the log", files=[log, {"name": "shot.png"}])
    asked = await slack.user("ann").reply(root, "who is 185.220.101.34?", mention=True)
    await slack.wait_for_reply(asked, containing="Case brief")
    said = "\n".join(await texts(slack, asked))
    assert "Files read: access.log." in said
    assert "Files not read: shot.png (an image)." in said
    assert "1 file here on 185[.]220[.]101[.]34" in said
