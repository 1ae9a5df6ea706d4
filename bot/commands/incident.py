"""The demo's incident: an alert, people who look into it, and three mentions of the bot."""

import asyncio

from simulator import Slack
from simulator.values import Message

HELD_SECONDS = 4.0
"""How long the first look at the thread takes, so that the second question has to wait."""
_BEAT = 0.8


async def play(slack: Slack) -> Message:
    """Play it to the end and return the alert, which is the thread's root."""
    ann, ben, chloe = slack.user("ann"), slack.user("ben"), slack.user("chloe")
    alert = await slack.alert(
        "#incidents",
        "checkout-api: p99 latency 4.8 s (threshold 1 s), 5xx rate 7 %",
        attachments=[
            {
                "title": "HighLatency checkout-api prod",
                "text": "Error: upstream connect error: connection refused to 10.20.3.17:5432\n"
                "instance i-0abc12de34f567890, release 9f2c1e7",
            }
        ],
    )
    await _beat()
    await ann.reply(alert, "I'm on it.")
    await _beat()
    await ben.reply(alert, "SEC-42 changed the payment-db firewall at 9 this morning.")
    await _beat()
    await ann.reply(alert, "Who has approved SEC-42?")
    await _beat()

    await slack.hold("conversations.replies", HELD_SECONDS)
    first = await ann.reply(alert, "what do we know so far?", mention=True)
    await asyncio.sleep(1)
    await ben.reply(alert, "is 10.20.3.17 the database or the proxy?", mention=True)
    await slack.wait_for_replies(first, count=3, timeout=30)
    await slack.wait_quiet(1.0, timeout=30)

    last = await chloe.reply(
        alert,
        "since SEC-42 the proxy asks 8.8.4.4 instead of our resolver, and logs"
        " `NXDOMAIN payment-db.northwind.example`. what is new?",
        mention=True,
    )
    await slack.wait_for_reply(last, timeout=30)
    await slack.wait_quiet(1.0, timeout=30)
    return alert


async def _beat() -> None:
    await asyncio.sleep(_BEAT)
