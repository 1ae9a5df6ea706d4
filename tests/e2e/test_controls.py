"""Stop, status, mute and help."""

import pytest

from bot import words
from bot.turns.progress import STOP_ACTION
from session import Outcome
from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot, texts, was_told


async def slow_turn(slack: Slack, seconds: float = 30) -> Message:
    """Have a turn run."""
    asked = await slack.user("ann").mention("#incidents", f"sleep {seconds:g}")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    return asked


async def test_a_stop_on_another_instance_ends_the_running_turn_and_not_what_others_asked(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    await start_bot()
    asked = await slow_turn(slack)
    await slack.user("chloe").reply(asked, "and me?", mention=True)
    await slack.wait_until(lambda: was_told(slack, "chloe"))
    await slack.user("ben").reply(asked, "Stop!", mention=True)
    await slack.wait_for_reply(asked, containing=words.stopped("ben", ["ann"], False))
    await slack.wait_for_reply(asked, containing="answer 1 to: and me?")
    await slack.user("ann").reply(asked, "now this", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2 to: now this")
    await slack.wait_quiet(0.5)
    session = (await burrow.repository.scan_sessions())[0]
    entries = await burrow.repository.timeline(session.id)
    assert [one.outcome for one in entries if one.author_id != "burrow"] == [
        Outcome.STOPPED,
        Outcome.ANSWERED,
        Outcome.STOPPED,
        Outcome.ANSWERED,
    ]


async def test_the_asker_stops_with_the_bare_word_and_others_ask_a_question_with_it(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slow_turn(slack)
    await slack.user("ben").reply(asked, "stop")
    await slack.wait_quiet(0.5)
    await slack.user("ann").reply(asked, "stop")
    await slack.wait_for_reply(asked, containing="Stopped by ann.")
    await slack.wait_for_reply(asked, containing="answer 1 to: stop")


async def test_a_stop_right_behind_its_question_is_obeyed(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 30")
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped by ann.")


async def test_the_stop_button_of_the_progress_message_ends_the_turn(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slow_turn(slack)
    progress = await slack.wait_for_reply(asked, containing="Sleeping on it …")
    assert progress.text.startswith(words.STARTING)
    await slack.user("chloe").click(STOP_ACTION, progress)
    await slack.wait_for_reply(asked, containing="Stopped by chloe.")
    await slack.wait_quiet()
    [trace] = [post for post in await slack.thread(asked) if post.ts == progress.ts]
    assert "Stopped after" in trace.text
    assert STOP_ACTION not in str(trace.blocks)


async def test_a_stop_when_nothing_runs_harms_nothing_later(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_until(lambda: was_told(slack, "ann"))
    assert [told.text for told in await slack.ephemerals("ann")] == [words.NOTHING_RUNNING]
    await slack.user("ann").reply(asked, "second", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2 to: second")


async def test_status_says_what_runs_for_whom_and_how_many_wait(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slow_turn(slack, 3)
    await slack.user("ben").reply(asked, "and me?", mention=True)
    await slack.wait_until(lambda: was_told(slack, "ben"))
    await slack.user("chloe").reply(asked, "status", mention=True)
    await slack.wait_until(lambda: was_told(slack, "chloe"))
    [status] = await slack.ephemerals("chloe")
    assert status.text.startswith("I've been on ann's question for ")
    assert "One question will follow." in status.text
    await slack.wait_for_reply(asked, containing="answer 2", timeout=20)


@pytest.mark.parametrize("word", ["help", "status", "stop", "mute"])
async def test_a_command_in_a_thread_without_a_session_creates_none(
    slack: Slack, start_bot: StartBot, word: str
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", word)
    await slack.wait_until(lambda: was_told(slack, "ann"))
    await slack.wait_quiet(0.3)
    assert len(await slack.ephemerals("ann")) == 1
    assert await texts(slack, asked) == []
    assert await burrow.repository.scan_sessions() == []


async def test_a_muted_thread_answers_mentions_only(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.user("ben").reply(asked, "mute", mention=True)
    await slack.wait_for_reply(asked, containing="Muted")
    await slack.user("ann").reply(asked, "plain")
    await slack.user("ann").reply(asked, "second", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2 to: second")
    await slack.user("ben").reply(asked, "unmute", mention=True)
    await slack.wait_for_reply(asked, containing="Unmuted")
    await slack.user("ann").reply(asked, "plain again")
    await slack.wait_for_reply(asked, containing="answer 3 to: plain again")


async def test_a_sentence_that_begins_with_a_command_is_a_question(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "stop the deploy?")
    await slack.wait_for_reply(asked, containing="answer 1 to: stop the deploy?")


async def test_slacks_own_stop_button_ends_the_turn(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await slow_turn(slack)
    await slack.send_event(
        {
            "type": "agent_session_stopped",
            "channel": asked.channel,
            "thread_ts": asked.ts,
            "user": asked.user,
            "event_ts": f"{int(float(asked.ts)) + 60}.000100",
        }
    )
    await slack.wait_for_reply(asked, containing="Stopped by ann.")
