"""The demo's incident: a thread that is 41 minutes old, and three mentions of the bot in it."""

import asyncio
from collections.abc import Sequence

from bot.commands.incident_thread import THREAD, Said
from simulator import Slack
from simulator.values import Message

HELD_SECONDS = 4.0
"""How long the first look at the thread takes, so that the second question has to wait."""
CHANNEL = "#incidents"


async def play(slack: Slack) -> Message:
    """Play it to the end and return the alert, which is the thread's root."""
    ann, ben, chloe = slack.user("ann"), slack.user("ben"), slack.user("chloe")
    alert = await _tell(slack, THREAD)
    await slack.wait_quiet(1.0, timeout=30)

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


async def _tell(slack: Slack, thread: Sequence[Said]) -> Message:
    """Write what stands in the thread already, and return the alert, its root."""
    first, *others = thread
    alert = await slack.post_alert(first.who, CHANNEL, first.text, ago=first.minutes * 60)
    for said in others:
        await slack.post(said.who, CHANNEL, said.text, thread_ts=alert.ts, ago=said.minutes * 60)
    return alert
