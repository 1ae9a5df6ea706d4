"""Under Slack's limit for apps outside its Marketplace the bot answers with what one call gave."""

import re
import time

import pytest

from simulator import Options, Slack
from tests.e2e.conftest import StartBot, texts


@pytest.fixture
def slack_options() -> Options:
    return Options(outside_marketplace=True)


async def test_a_long_thread_is_answered_from_what_one_call_gave(
    slack: Slack, start_bot: StartBot
) -> None:
    root = await slack.user("ann").say("#incidents", "checkout is slow since the deploy")
    for number in range(239):
        await slack.user("ben").reply(root, f"host-{number}.example.com times out")
    await start_bot(investigator="brief")
    began = time.monotonic()
    asked = await slack.user("ann").reply(root, "what do we know?", mention=True)
    await slack.wait_for_reply(asked, containing="Case brief", timeout=40)
    assert time.monotonic() - began < 45
    assert len(await slack.api_calls("conversations.replies")) <= 3
    said = "\n".join(await texts(slack, asked))
    assert re.search(r"I could read 15 of 24\d messages of this thread\.", said), said
