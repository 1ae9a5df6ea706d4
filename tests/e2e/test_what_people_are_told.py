"""What a thread is told is true, seen over real sockets."""

from functools import partial

import pytest

from bot import words
from bot.turns.progress import STOP_ACTION
from session import Outcome
from simulator import Message, Slack
from tests.e2e.conftest import StartBot, has_reaction, texts, was_told


async def a_turn(slack: Slack, by: str = "ann", seconds: float = 30) -> Message:
    """Have a turn run whose progress message has a stop button."""
    asked = await slack.user(by).mention("#incidents", f"sleep {seconds:g}")
    await slack.wait_for_reply(asked, containing="Sleeping on it", timeout=30)
    return asked


async def progress_in(slack: Slack, asked: Message) -> Message:
    thread = await slack.thread(asked)
    return next(post for post in thread if STOP_ACTION in str(post.blocks))


async def told(slack: Slack, user: str) -> list[str]:
    return [whisper.text for whisper in await slack.ephemerals(user)]


async def test_after_a_stop_the_questions_of_others_are_answered(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await a_turn(slack)
    for user in ("ben", "chloe"):
        await slack.user(user).reply(asked, f"{user} asks", mention=True)
        await slack.wait_until(partial(was_told, slack, user))
    await slack.user("ann").reply(asked, "please stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped by ann.")
    await slack.wait_for_reply(asked, containing="ben asks | chloe asks", timeout=30)


async def test_a_click_on_an_old_button_does_not_stop_the_turn_that_runs_now(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await a_turn(slack)
    old = await progress_in(slack, asked)
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped by ann.")
    await slack.wait_for_reply(asked, containing="Stopped after")
    await slack.user("ann").reply(asked, "sleep 9", mention=True)
    await slack.wait_for_reply(asked, containing="Sleeping on it", timeout=30)
    await slack.send_payload(_click_on(slack, old, "U0BEN"), kind="interactive")
    await slack.wait_until(lambda: was_told(slack, "ben"))
    assert await told(slack, "ben") == [words.OLD_BUTTON.replace("`", "")]
    await slack.wait_for_reply(asked, containing="answer 1 to: sleep 9", timeout=30)
    session = (await burrow.repository.scan_sessions())[0]
    outcomes = {
        entry.text.split()[-1]: entry.outcome
        for entry in await burrow.repository.timeline(session.id)
        if entry.kind == "question"
    }
    assert outcomes == {"30": Outcome.STOPPED, "9": Outcome.ANSWERED}


def _click_on(slack: Slack, message: Message, user_id: str) -> dict[str, object]:
    (actions,) = [block for block in message.blocks if block["type"] == "actions"]
    (button,) = actions["elements"]
    return {
        "type": "block_actions",
        "team": {"id": slack.connection.team_id},
        "user": {"id": user_id},
        "container": {
            "type": "message",
            "channel_id": message.channel,
            "message_ts": message.ts,
            "thread_ts": message.thread_ts,
        },
        "actions": [{**button, "action_ts": "1795800000.000100"}],
    }


async def test_a_guest_can_stop_nothing_by_a_click(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await a_turn(slack, seconds=6)
    await slack.user("gil").click(STOP_ACTION, await progress_in(slack, asked))
    await slack.wait_for_reply(asked, containing="answer 1 to: sleep 6", timeout=30)


@pytest.mark.parametrize("text", ["hello", "help me", "what can you do?"])
async def test_a_greeting_in_a_direct_message_is_helped(
    slack: Slack, start_bot: StartBot, text: str
) -> None:
    burrow = await start_bot()
    await slack.user("ann").dm(text)
    await slack.wait_until(lambda: was_told(slack, "ann"))
    assert "Mention me in a thread" in (await told(slack, "ann"))[0]
    assert await burrow.repository.scan_sessions() == []


async def test_in_a_group_message_help_and_status_come_too(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await slack.user("ann").mention("#war-room", "help")
    await slack.wait_until(lambda: was_told(slack, "ann"))
    assert len(await told(slack, "ann")) == 1


@pytest.mark.parametrize("channel_type", ["channel", "app_home", None])
async def test_a_direct_message_is_one_whatever_its_channel_type_says(
    slack: Slack, start_bot: StartBot, channel_type: str | None
) -> None:
    await start_bot()
    first = await slack.user("ann").dm("first")
    await slack.wait_for_reply(first, containing="answer 1")
    await slack.set_channel_type(first.channel, channel_type)
    second = await slack.user("ann").dm("second")
    await slack.wait_for_reply(second, containing="answer 1 to: second")


async def test_slackbot_is_not_answered(slack: Slack, start_bot: StartBot) -> None:
    burrow = await start_bot()
    bot_id = slack.connection.bot_user_id
    await slack.send_event(
        {
            "type": "app_mention",
            "channel": "C0INCIDENTS",
            "user": "USLACKBOT",
            "ts": "1795800000.000100",
            "text": f"<@{bot_id}> reminder: standup",
        }
    )
    await slack.wait_quiet(0.5)
    assert await burrow.repository.scan_sessions() == []


async def test_a_forwarded_message_is_read_with_its_words(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    alert = await slack.user("ben").say("#general", "checkout-api is down since 9:14")
    forwarded = await slack.user("ann").forward(alert, "#incidents", mention=True)
    await slack.wait_for_reply(forwarded, containing="checkout-api is down since 9:14")


async def test_a_queued_question_is_answered_as_it_was_edited(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await a_turn(slack, seconds=4)
    queued = await slack.user("ben").reply(asked, "is it the cash?", mention=True)
    await slack.wait_until(lambda: was_told(slack, "ben"))
    await slack.user("ben").edit(queued, "@burrow is it the cache?")
    await slack.unfurl(queued.channel, queued.ts)
    await slack.wait_for_reply(asked, containing="answer 2 to: is it the cache?", timeout=30)


async def test_a_queued_question_that_is_edited_into_a_command_is_that_command(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await start_bot()
    asked = await a_turn(slack, seconds=4)
    by_ben = await slack.user("ben").reply(asked, "is it the cash?", mention=True)
    by_chloe = await slack.user("chloe").reply(asked, "and me?", mention=True)
    await slack.wait_until(lambda: has_reaction(slack, by_ben, "hourglass_flowing_sand"))
    await slack.wait_until(lambda: has_reaction(slack, by_chloe, "hourglass_flowing_sand"))
    await slack.user("ben").edit(by_ben, "@burrow never mind")
    await slack.user("chloe").edit(by_chloe, "@burrow help")
    await slack.wait_for_reply(asked, containing="answer 1 to: sleep 4", timeout=30)
    await slack.wait_quiet(1)
    answers = [text for text in await texts(slack, asked) if "answer" in text]
    assert answers == ["answer 1 to: sleep 4"]
    helped = [told.text for told in await slack.ephemerals("chloe")]
    assert sum(text.startswith("Mention me in a thread") for text in helped) == 1
    for queued in (by_ben, by_chloe):
        assert not await has_reaction(slack, queued, "hourglass_flowing_sand")


async def test_a_turn_whose_question_is_deleted_ends_without_an_answer(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    root = await slack.user("ben").say("#incidents", "checkout is down")
    asked = await slack.user("ann").reply(root, "sleep 50", mention=True)
    await slack.wait_for_reply(root, containing="Sleeping on it", timeout=30)
    await slack.user("ann").delete(asked)
    await slack.wait_for_reply(root, containing="Stopped after", timeout=30)
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, root)) == 1
    session = (await burrow.repository.scan_sessions())[0]
    assert await burrow.repository.open_messages(session.id) == []


async def test_what_slack_says_of_old_messages_begins_nothing(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    for kind in ("replies", "metadata", "again", "without_previous"):
        await slack.announce_change(asked.channel, asked.ts, kind)
    await slack.unfurl(asked.channel, asked.ts)
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2
    session = (await burrow.repository.scan_sessions())[0]
    assert len(await burrow.repository.turns(session.id)) == 1


async def test_an_answer_that_can_never_be_posted_is_not_called_answered(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 2")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    await slack.fail("chat.postMessage", "thread_not_found")
    await slack.wait_until(lambda: was_told(slack, "ann"), timeout=30)
    assert words.NOT_DELIVERED in await told(slack, "ann")
    session = (await burrow.repository.scan_sessions())[0]
    assert await burrow.repository.open_messages(session.id) == []


async def test_where_no_whisper_goes_the_author_hears_of_it_by_direct_message(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 2")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    await slack.fail("chat.postEphemeral", "user_not_in_channel", calls=None)
    await slack.fail("chat.postMessage", "thread_not_found")

    async def direct() -> list[str]:
        return [one.text for one in await slack.messages("@ann")]

    async def has_heard() -> bool:
        return any(words.NOT_DELIVERED in text for text in await direct())

    await slack.wait_until(has_heard, timeout=30)
    await slack.wait_quiet()
    (text,) = await direct()
    assert text.startswith("About your message (https://")
    assert text.endswith(words.NOT_DELIVERED)
    assert await told(slack, "ann") == []
