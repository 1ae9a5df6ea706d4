"""Messages that arrive while a turn runs: marked, told once, dealt with next."""

import asyncio
import re

from bot import words
from bot.turns.queue_signs import LONG
from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot, has_reaction, texts, was_told
from tests.e2e.investigators import OVERLAPS


async def test_a_question_during_a_turn_waits_and_is_answered_next(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    first = await slack.user("ann").mention("#incidents", "sleep 1")
    await slack.wait_for_reply(first, containing=words.STARTING)
    second = await slack.user("ben").reply(first, "and the proxy?", mention=True)
    await slack.wait_until(lambda: is_marked(slack, second))
    await slack.wait_until(lambda: was_told(slack, "ben"))
    assert [told.text for told in await slack.ephemerals("ben")] == [words.queued_behind("ann")]
    await slack.wait_for_reply(first, containing="answer 2 to: and the proxy?")
    await slack.wait_quiet()
    assert not await is_marked(slack, second)
    assert len(await texts(slack, first)) == 3


async def test_an_author_is_told_once_while_they_wait(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    first = await slack.user("ann").mention("#incidents", "sleep 1")
    await slack.wait_for_reply(first, containing=words.STARTING)
    for text in ("one", "two", "three"):
        await slack.user("ben").reply(first, text, mention=True)
    await slack.user("ann").reply(first, "mine again", mention=True)
    await slack.wait_for_reply(first, containing="answer 2 to: one | two | three | mine again")
    await slack.wait_quiet()
    assert len(await slack.ephemerals("ben")) == 1
    assert [told.text for told in await slack.ephemerals("ann")] == [words.QUEUED_BEHIND_YOURSELF]


async def test_who_waits_behind_a_long_turn_is_told_what_the_thread_says_meanwhile(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    seen = await slack.user("chloe").say("#incidents", "203.0.113.7 scans the gateway")
    await slack.user("ann").reply(seen, "sleep 8", mention=True)
    await slack.wait_for_reply(seen, containing=words.STARTING)
    await asyncio.sleep(LONG.total_seconds() + 0.5)
    await slack.user("ben").reply(seen, "what did 203.0.113.7 do?", mention=True)
    await slack.wait_until(lambda: was_told(slack, "ben"))
    [told] = await slack.ephemerals("ben")
    assert told.text.startswith(words.queued_behind("ann"))
    assert "scans the gateway" in told.text
    assert "without a model" in told.text
    await slack.wait_for_reply(seen, containing="answer 2 to: what did 203.0.113.7 do?")


async def test_a_question_that_waits_for_a_free_slot_is_marked_and_its_author_told(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(max_turns=1)
    busy = await slack.user("ann").mention("#incidents", "sleep 7")
    await slack.wait_for_reply(busy, containing=words.STARTING)
    queued = await slack.user("ben").mention("#general", "elsewhere")
    await slack.wait_until(lambda: is_marked(slack, queued))
    await slack.wait_until(lambda: was_told(slack, "ben"))
    assert [told.text for told in await slack.ephemerals("ben")] == [words.queued(0)]
    await slack.wait_for_reply(queued, containing="answer 1 to: elsewhere")
    await slack.wait_quiet()
    assert not await is_marked(slack, queued)


async def test_messages_on_two_instances_meet_in_one_turn(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await start_bot()
    first = await slack.user("ann").mention("#incidents", "sleep 1")
    await slack.wait_for_reply(first, containing=words.STARTING)
    queued = [
        await slack.user("ben").reply(first, f"n{number}", mention=True) for number in range(8)
    ]
    await slack.wait_for_reply(first, containing="n7", timeout=15)
    await slack.wait_quiet(1)
    assert [post for post in queued if await is_marked(slack, post)] == []
    answers = "\n".join(await texts(slack, first))
    assert all(answers.count(f"n{number}") == 1 for number in range(8))
    assert answers.count(words.STARTING) == 1
    assert OVERLAPS.worst == 1


async def test_fifty_mentions_at_once_in_one_thread_are_all_dealt_with_in_order(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await start_bot()
    root = await slack.user("ann").say("#incidents", "checkout is down")
    burst = await slack.burst(50, threads=[root], text="m{n}.", timeout=30)
    assert all(one.acked_at is not None for one in burst.mentions)
    await slack.wait_until(lambda: all_answered(slack, root, 50), timeout=30)
    await slack.wait_quiet(1, timeout=30)
    posts = await texts(slack, root)
    answers = "\n".join(posts)
    assert all(answers.count(f"m{number}.") == 1 for number in range(50))
    assert answers.count(words.STARTING) == 1
    ts_of = {one.number: one.ts for one in burst.mentions}
    for post in posts:
        dealt_with = [ts_of[int(number)] for number in re.findall(r"m(\d+)\.", post)]
        assert dealt_with == sorted(dealt_with)
    assert OVERLAPS.worst == 1


async def all_answered(slack: Slack, root: Message, count: int) -> bool:
    answers = "\n".join(await texts(slack, root))
    return all(f"m{number}." in answers for number in range(count))


async def is_marked(slack: Slack, message: Message) -> bool:
    return await has_reaction(slack, message, "hourglass_flowing_sand")
