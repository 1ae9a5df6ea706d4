"""What the bot answers, what it leaves alone, and what it never answers twice."""

from pathlib import Path

import pytest

from bot import words
from simulator import Slack
from simulator.delivery.faults import EnvelopeFault
from simulator.values import Message
from tests.e2e.conftest import StartBot, has_reaction, texts, was_told


async def ask(slack: Slack, text: str = "first") -> Message:
    """Have a session with one answer."""
    asked = await slack.user("ann").mention("#incidents", text)
    await slack.wait_for_reply(asked, containing="answer 1")
    return asked


@pytest.mark.parametrize("copies", ["redelivered", "duplicated"])
async def test_an_event_that_comes_again_is_answered_once(
    slack: Slack, start_bot: StartBot, copies: str
) -> None:
    await start_bot()
    await start_bot()
    if copies == "redelivered":
        await slack.ignore_acks(4)
    else:
        await slack.duplicate(2)
    asked = await slack.user("ann").mention("#incidents", "once only")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet(0.5, timeout=30)
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: once only"]


async def test_an_event_that_comes_again_after_a_restart_is_answered_once(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    mention = (await slack.thread(asked))[0]
    await start_bot()
    for _ in range(4):
        await slack.send_event(
            {
                "type": "app_mention",
                "channel": mention.channel,
                "user": mention.user,
                "ts": mention.ts,
                "text": mention.text,
            }
        )
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2


async def test_a_plain_reply_in_a_thread_with_a_session_is_answered(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    await slack.user("ben").reply(asked, "new: it is the cache")
    await slack.wait_for_reply(asked, containing="answer 2 to: new: it is the cache")


async def test_a_plain_reply_that_brings_nothing_new_gets_neither_answer_nor_reaction(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    thanks = await slack.user("ben").reply(asked, "quiet, thanks")
    await slack.wait_quiet(0.5)
    assert await slack.reactions(thanks) == []
    assert len(await texts(slack, asked)) == 2


async def test_whoever_mentions_the_bot_gets_an_answer_even_if_nothing_is_new(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    await slack.user("ben").reply(asked, "quiet please", mention=True)
    await slack.wait_for_reply(asked, containing="answer 2")


async def test_replies_to_somebody_else_and_threads_without_a_session_are_left_alone(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    await slack.user("ben").reply(asked, "@chloe can you look?")
    other = await slack.user("ben").say("#incidents", "lunch?")
    await slack.user("chloe").reply(other, "yes")
    await slack.alert("#incidents", "disk full", bot="pager")
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2
    assert await texts(slack, other) == []
    assert {one.outcome for one in await slack.deliveries()} == {"acked"}


async def test_replies_mention_turns_plain_replies_off(slack: Slack, start_bot: StartBot) -> None:
    await start_bot(replies="mention")
    asked = await ask(slack)
    await slack.user("ben").reply(asked, "new: it is the cache")
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2


async def test_a_direct_message_needs_no_mention(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await slack.user("ann").dm("why is checkout slow?")
    await slack.wait_for_reply(asked, containing="answer 1 to: why is checkout slow?")


async def test_an_edit_that_adds_the_mention_is_answered(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    said = await slack.user("ann").say("#incidents", "why is checkout slow?")
    await slack.wait_quiet()
    await slack.user("ann").edit(said, "@burrow why is checkout slow?")
    await slack.wait_for_reply(said, containing="answer 1")


async def test_an_edit_of_an_answered_mention_is_not_answered_again(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await ask(slack)
    await slack.user("ann").edit(asked, "@burrow first, with a typo mended")
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2


async def test_an_edit_that_overtakes_its_mention_is_what_is_asked(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await start_bot()
    await slack.fail_envelopes(EnvelopeFault(action="delay", count=2, seconds=2.0))
    asked = await slack.user("ann").mention("#incidents", "why is checkout slow?")
    await slack.user("ann").edit(asked, "@burrow why is checkout down?")
    await slack.wait_for_reply(asked, containing="answer 1 to: why is checkout down?")
    await slack.wait_quiet(0.5, timeout=30)
    assert len(await texts(slack, asked)) == 2


async def test_a_deleted_message_is_forgotten_and_not_answered(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 1")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    regretted = await slack.user("ben").reply(asked, "my password is tulip", mention=True)
    await slack.wait_until(lambda: has_reaction(slack, regretted, "hourglass_flowing_sand"))
    await slack.user("ben").delete(regretted)
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet(0.5)
    assert len(await texts(slack, asked)) == 2
    session = (await burrow.repository.scan_sessions())[0]
    entries = await burrow.repository.timeline(session.id)
    assert all("tulip" not in one.text and not one.is_open for one in entries)


@pytest.mark.parametrize(("user", "channel"), [("gil", "#incidents"), ("pat", "#contoso-desk")])
async def test_guests_and_strangers_are_refused_once_and_politely(
    slack: Slack, start_bot: StartBot, user: str, channel: str
) -> None:
    burrow = await start_bot()
    asked = await slack.user(user).mention(channel, "let me in")
    await slack.wait_until(lambda: was_told(slack, user))
    await slack.wait_quiet(0.5)
    assert [told.text for told in await slack.ephemerals(user)] == [words.REFUSED_EXTERNAL]
    assert await texts(slack, asked) == []
    assert await burrow.repository.scan_sessions() == []


async def test_guests_are_let_in_where_the_installation_says_so(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(allow_external=True)
    asked = await slack.user("gil").mention("#incidents", "let me in")
    await slack.wait_for_reply(asked, containing="answer 1")


async def test_the_file_of_permissions_says_who_may_ask_and_who_is_told_that_they_may_not(
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    ann = (await slack.user("ann").say("#general", "hi")).user
    (file := tmp_path / "permissions.toml").write_text(f'askers = ["{ann}"]')
    await start_bot(permissions=str(file))
    asked = await slack.user("ben").mention("#general", "let me in")
    await slack.wait_until(lambda: was_told(slack, "ben"))
    assert [told.text for told in await slack.ephemerals("ben")] == [words.REFUSED_ASKER]
    mine = await slack.user("ann").mention("#general", "why?")
    await slack.wait_for_reply(mine, containing="answer 1")
    assert await texts(slack, asked) == []


async def test_a_question_over_the_hours_limit_is_left_alone_with_a_sign_and_a_word(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot(questions_per_hour_person=1)
    await ask(slack)
    over = await slack.user("ann").mention("#general", "one too many")
    await slack.wait_until(lambda: was_told(slack, "ann"))
    [told] = await slack.ephemerals("ann")
    assert told.text.startswith("You have asked me one question within an hour.")
    assert await has_reaction(slack, over, "no_entry")
    others = await slack.user("ben").mention("#general", "and mine?")
    await slack.wait_for_reply(others, containing="answer 1")
    assert await texts(slack, over) == []
    assert len(await burrow.repository.scan_sessions()) == 2


async def test_only_allowed_channels_are_served(slack: Slack, start_bot: StartBot) -> None:
    allowed = (await slack.user("ann").say("#general", "hi")).channel
    await start_bot(allowed_channels=frozenset({allowed}))
    elsewhere = await slack.user("ann").mention("#incidents", "why?")
    here = await slack.user("ann").mention("#general", "why?")
    await slack.wait_for_reply(here, containing="answer 1")
    await slack.wait_quiet()
    assert await texts(slack, elsewhere) == []
