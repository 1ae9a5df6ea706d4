"""When something fails: the store, the investigator, Slack, the lease."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot import words
from session import Outcome, StorageError, Turn
from session.engines.sqlite.repository import SQLiteRepository
from simulator import Message, Slack
from tests.e2e.conftest import StartBot, has_reaction, texts
from tests.support.shown import is_answer, words_in


async def test_while_the_store_hangs_nothing_is_acked_and_nothing_is_lost(
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    await start_bot()
    blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_until(lambda: has_reaction(slack, asked, "warning"))
    assert {one.outcome for one in await slack.deliveries()} <= {"pending", "missed"}
    blocker.execute("ROLLBACK")
    blocker.close()
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    await slack.wait_quiet(0.5, timeout=30)
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: why?"]
    assert not await has_reaction(slack, asked, "warning")


async def test_while_the_store_fails_nothing_is_acked(slack: Slack, start_bot: StartBot) -> None:
    burrow = await start_bot()
    await burrow.repository.aclose()
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_until(lambda: has_reaction(slack, asked, "warning"))
    await slack.wait_quiet(0.5, timeout=30)
    assert {one.outcome for one in await slack.deliveries()} == {"missed"}
    assert await texts(slack, asked) == []


async def test_a_failed_turn_says_so_once_and_the_thread_goes_on(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "fail")
    reply = await slack.wait_for_reply(asked, containing="Sorry")
    await slack.user("ann").reply(asked, "again", mention=True)
    await slack.wait_for_reply(asked, containing="answer 1 to: again")
    [turn, _] = await burrow.repository.turns((await burrow.repository.scan_sessions())[0].id)
    assert turn.outcome == Outcome.FAILED
    assert turn.holder_id in reply.text
    assert "the tea is cold" not in reply.text


async def test_a_hung_turn_is_ended_as_failed(slack: Slack, start_bot: StartBot) -> None:
    await start_bot(turn_timeout_seconds=1)
    asked = await slack.user("ann").mention("#incidents", "sleep 60")
    await slack.wait_for_reply(asked, containing="I stopped this after 1 s")


async def test_an_investigator_that_finds_nothing_says_so(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(investigator="tests.e2e.investigators:silent")
    asked = await slack.user("ann").mention("#incidents", "anything?")
    await slack.wait_for_reply(asked, containing=words.NOTHING_FOUND)


async def test_a_blocking_investigator_runs_in_a_thread(slack: Slack, start_bot: StartBot) -> None:
    await start_bot(investigator="tests.e2e.investigators:blocking")
    asked = await slack.user("ann").mention("#incidents", "anything?")
    await slack.wait_for_reply(asked, containing="blocked for 1")


async def test_a_lost_lease_cancels_the_turn_and_posts_nothing_more(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot(lock_ttl_seconds=10)
    asked = await slack.user("ann").mention("#incidents", "sleep 20")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    session_id = (await burrow.repository.scan_sessions())[0].id
    await steal(burrow.settings.session_store, session_id)
    await slack.wait_until(lambda: not burrow.parts.workers.is_busy(session_id), timeout=20)
    await slack.wait_quiet()
    assert all("answer" not in one for one in await texts(slack, asked))


async def test_while_the_store_is_down_a_turn_is_paused_in_time_and_goes_on_later(
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    burrow = await start_bot(lock_ttl_seconds=10)
    asked = await slack.user("ann").mention("#incidents", "sleep 15")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    await slack.wait_for_reply(asked, containing=words.PAUSED, timeout=30)
    session = (await burrow.repository.scan_sessions())[0]
    assert session.held_at(burrow.repository.now())
    blocker.execute("ROLLBACK")
    blocker.close()
    await slack.wait_for_reply(asked, containing="answer 1", timeout=60)
    posts = await texts(slack, asked)
    assert posts.count(words.PAUSED) == 1
    assert words.INTERRUPTED not in posts


async def test_a_rate_limit_delays_the_answer_and_loses_nothing(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await slack.rate_limit("chat.postMessage", retry_after=1, calls=2)
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    await slack.wait_quiet(0.5)
    posts = await texts(slack, asked)
    assert sum(post.startswith(words.STARTING) for post in posts) == 1
    assert posts.count("answer 1 to: why?") == 1


@pytest.mark.parametrize("how", ["lose_answer", "cut"])
async def test_a_post_whose_fate_is_unclear_stands_in_the_thread_once(
    slack: Slack, start_bot: StartBot, how: str
) -> None:
    await start_bot()
    await getattr(slack, how)("chat.postMessage", calls=2)
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    await slack.wait_quiet(0.5)
    assert await texts(slack, asked) == [words.STARTING, "answer 1 to: why?"]


async def test_a_long_answer_is_posted_in_parts(slack: Slack, start_bot: StartBot) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "long")
    await slack.wait_for_replies(asked, count=4)
    await slack.wait_quiet()
    shown = "".join(map(words_in, filter(is_answer, await slack.thread(asked))))
    assert shown == "x" * 30_000


async def test_an_answer_that_slack_did_not_take_is_posted_later(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 0.5")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    await slack.fail("chat.postMessage", "internal_error", calls=6)
    await slack.wait_for_reply(asked, containing="answer 1", timeout=40)
    await slack.wait_quiet(0.5)
    assert (await texts(slack, asked)).count("answer 1 to: sleep 0.5") == 1


async def test_a_slow_turn_shows_one_progress_message_that_becomes_a_trace(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 4")
    await slack.wait_for_reply(asked, containing="Sleeping on it …")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet()
    posts = await texts(slack, asked)
    assert [post.split() for post in posts] == [
        [*words.STARTING.split(), "Investigated", "for", "4", "s."],
        ["answer", "1", "to:", "sleep", "4"],
    ]


async def test_a_progress_message_that_slack_takes_late_is_the_only_one_and_becomes_a_trace(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(lock_ttl_seconds=10)
    asked = await second_turn(slack, "sleep 7")
    await slack.hold("chat.postMessage", 2.5)
    await slack.wait_for_reply(asked, containing="answer 2", timeout=30)
    await slack.wait_quiet()
    posts = (await texts(slack, asked))[2:]
    assert posts == ["Investigated for 7 s.", "answer 2 to: sleep 7"]


async def test_a_progress_message_that_slack_takes_after_the_end_becomes_a_trace_too(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(lock_ttl_seconds=10)
    asked = await second_turn(slack, "sleep 4")
    await slack.hold("chat.postMessage", 5)
    await slack.wait_for_reply(asked, containing="answer 2", timeout=30)
    assert "Investigated for" not in str(await texts(slack, asked))
    await slack.wait_until(lambda: _has_a_trace(slack, asked), timeout=30)
    posts = (await texts(slack, asked))[2:]
    assert sorted(posts) == ["Investigated for 4 s.", "answer 2 to: sleep 4"]


async def test_nothing_is_said_of_a_turn_that_the_store_does_not_know_yet(
    slack: Slack, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, calls = SQLiteRepository.begin_turn, count()

    def hang_once(self: SQLiteRepository, *which: Any, **how: Any) -> Awaitable[Turn]:
        return begin(self, *which, **how) if next(calls) else _hang()

    monkeypatch.setattr(SQLiteRepository, "begin_turn", hang_once)
    await start_bot(max_turns=1, lock_ttl_seconds=10)
    await slack.user("ann").mention("#incidents", "sleep 1")
    second = await slack.user("ben").mention("#incidents", "sleep 0")
    await slack.wait_for_reply(second, containing="answer", timeout=40)
    await slack.wait_quiet()
    assert [text for text in await texts(slack, second) if text.endswith("…")] == []


async def second_turn(slack: Slack, text: str) -> Message:
    """Have a turn behind the first one, whose progress is a message of its own."""
    asked = await slack.user("ann").mention("#incidents", "first")
    await slack.wait_for_reply(asked, containing="answer 1")
    await slack.user("ann").reply(asked, text, mention=True)
    return asked


async def _hang() -> Turn:
    await asyncio.sleep(4)
    raise StorageError("the store is away")


async def _has_a_trace(slack: Slack, asked: Message) -> bool:
    return any(text.startswith("Investigated for") for text in await texts(slack, asked))


async def test_a_post_that_slack_takes_late_is_repeated_with_a_remark(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(lock_ttl_seconds=10)
    asked = await slack.user("ann").mention("#incidents", "sleep 0.5")
    await slack.wait_for_reply(asked, containing=words.STARTING)
    await slack.hold("chat.postMessage", 4)
    await slack.wait_for_replies(asked, count=3, timeout=30)
    answers = [text for text in await texts(slack, asked) if "answer 1" in text]
    assert sorted(words.REPEATED in text for text in answers) == [False, True]


async def test_a_user_lookup_that_fails_lets_slack_deliver_again(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot()
    await slack.fail("users.info", "internal_error", calls=2)
    asked = await slack.user("ann").mention("#incidents", "why?")
    await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    await slack.wait_quiet(0.5, timeout=30)
    assert not await has_reaction(slack, asked, "warning")


async def steal(store: str, session_id: str) -> None:
    """Move the lease to somebody else, as a bug or an operator might."""
    with sqlite3.connect(store.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE sessions SET holder_id = 'thief', fence = fence + 1")
    await asyncio.sleep(0)
