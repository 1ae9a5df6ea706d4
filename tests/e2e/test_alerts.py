"""Alerts begin a case: one thread each, with its repeats, its recovery, and people in it."""

from typing import Any

from bot import words
from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot, texts
from tests.unit.bot.alert_shapes import attached

FIRING = attached("[FIRING:1] HighErrorRate checkout (web-1 prod)", color="danger")
RESOLVED = attached("[RESOLVED] HighErrorRate checkout (web-1 prod)", color="good")
ALERTS = {"alerts": "C0INCIDENTS:B0PAGER"}


async def fire(slack: Slack, message: dict[str, Any] = FIRING, **how: Any) -> Message:
    return await slack.alert(
        "#incidents", message["text"], attachments=message["attachments"], **how
    )


async def posted_at_the_root(slack: Slack) -> list[str]:
    me = slack.connection.bot_user_id
    return [it.text for it in await slack.messages("#incidents") if it.user == me]


async def asked_about(slack: Slack) -> set[str]:
    """The users whom the bot has asked Slack about."""
    calls = await slack.api_calls()
    return {call.arguments["user"] for call in calls if call.method == "users.info"}


async def test_an_alert_is_briefed_in_its_thread_which_hears_of_its_repeats_and_its_recovery(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(**ALERTS)
    first = await fire(slack)
    await slack.wait_for_reply(first, containing="Case brief")
    second = await fire(slack, is_classic=False)
    await slack.wait_for_reply(first, containing="Seen again once more")
    await slack.update_alert(
        "pager", "#incidents", second.ts, "", attachments=RESOLVED["attachments"]
    )
    await slack.wait_for_reply(first, containing="Resolved after")
    await slack.wait_quiet()
    said = await texts(slack, first)
    assert (said[0], len(said)) == (words.STARTING, 4)
    assert "web-1" in said[1]
    assert await texts(slack, second) == []
    assert await posted_at_the_root(slack) == []
    assert await asked_about(slack) == set()
    assert {one.outcome for one in await slack.deliveries()} == {"acked"}


async def test_people_take_an_alerts_thread_over_by_a_mention(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(**ALERTS)
    first = await fire(slack)
    await slack.wait_for_reply(first, containing="Case brief")
    ann = slack.user("ann")
    await ann.reply(first, "who is on this?")
    await slack.wait_quiet()
    assert len(await texts(slack, first)) == 2
    await ann.reply(first, "what do you make of it?", mention=True)
    await slack.wait_for_reply(first, containing="answer 1 to: what do you make of it?")
    await ann.reply(first, "and now?")
    await slack.wait_for_reply(first, containing="answer 2 to: and now?")
    await ann.reply(first, "mute", mention=True)
    await slack.wait_for_reply(first, containing="Muted.")
    await fire(slack)
    await fire(slack, RESOLVED)
    await slack.wait_quiet()
    assert (await texts(slack, first))[-1] == words.MUTED_ALERT.replace("`", "")


async def test_what_alerts_does_not_name_begins_nothing(slack: Slack, start_bot: StartBot) -> None:
    await start_bot(alerts="C0GENERAL,C0INCIDENTS:A0ELSE")
    mention = f"disk full <@{slack.connection.bot_user_id}>"
    asked = await slack.alert("#incidents", mention)
    watched = await slack.alert("#general", "disk full on db-1")
    await slack.wait_for_reply(watched, containing="Case brief")
    reply = await slack.alert("#general", mention, thread_ts=watched.ts)
    await slack.wait_quiet()
    assert await texts(slack, asked) == []
    assert await slack.reactions(reply) == []
    assert len(await texts(slack, watched)) == 2


async def test_two_instances_make_one_case_of_a_flapping_alert(
    slack: Slack, start_bot: StartBot
) -> None:
    for _ in range(2):
        await start_bot(**ALERTS)
    await slack.duplicate(3)
    first = await fire(slack)
    await slack.wait_for_reply(first, containing="Case brief")
    for _ in range(6):
        await fire(slack)
    await slack.wait_for_reply(first, containing="Seen again")
    await fire(slack, RESOLVED)
    await slack.wait_for_reply(first, containing="Resolved after")
    await slack.wait_quiet()
    starts = [text.splitlines()[0][:12] for text in await texts(slack, first)]
    assert sorted(starts) == ["Case brief", "Starting a n", "✅ Resolved a", "🔁 Seen again"]
    assert await posted_at_the_root(slack) == []
