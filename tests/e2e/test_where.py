"""`where` tells operators how things stand."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.commands.where import Request, parse
from bot.commands.where_slack import Place
from bot.errors import ConfigurationError
from simulator import Slack
from simulator.values import Message
from tests.e2e.commands import Ended, command
from tests.e2e.conftest import StartBot, was_told
from tests.e2e.processes import environment

Where = Callable[..., Awaitable[Ended]]


@pytest.fixture
def where(slack: Slack, tmp_path: Path) -> Where:
    """Ask as an operator does, with the bot's own settings."""
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db")

    async def ask(*words: str, **changes: str) -> Ended:
        return await command("where", *words, folder=tmp_path, env=env | changes)

    return ask


def link_to(message: Message) -> str:
    link = f"https://northwind.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}"
    return link


async def test_where_tells_what_became_of_each_message(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "fail")
    failure = await slack.wait_for_reply(asked, containing="Sorry")
    slow = await slack.user("ann").reply(asked, "sleep 50", mention=True)
    await slack.wait_for_reply(slow, containing="Sleeping on it", timeout=30)
    queued = await slack.user("ben").reply(asked, "and me?", mention=True)
    await slack.wait_until(lambda: was_told(slack, "ben"))

    told = await where(link_to(asked))
    assert told.code == 0, told
    assert "because it mentions the bot. Turn 1, held by req_" in told.out
    assert "failed at 20" in told.out
    assert "the tea is cold" in told.out
    assert f"p{asked.ts.replace('.', '')}" in told.out
    request_id = re.search(r"req_[0-9a-f]+", failure.text)
    assert request_id is not None
    by_request = await where(f"`{request_id[0]}`")
    assert told.out.strip() in by_request.out.strip().split("\n\n"), (
        "it may hold the next turn too"
    )

    told = await where(slow.channel, slow.ts)
    assert "Turn 2 works on it, held by req_" in told.out
    told = await where(queued.channel, queued.ts, "--json")
    fields = json.loads(told.out)
    assert (fields["state"], fields["author_id"]) == ("open", queued.user)
    assert "It is queued behind the turn that runs in its thread" in fields["text"]
    await slack.user("ann").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing="Stopped", timeout=30)


async def test_an_answer_is_told_with_its_link(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "why?")
    answer = await slack.wait_for_reply(asked, containing="answer 1")
    await slack.wait_quiet()
    told = await where(asked.channel, asked.ts)
    assert told.code == 0, told
    assert "The answer stands in the thread: https://" in told.out
    assert f"p{answer.ts.replace('.', '')}" in told.out
    without = await where(asked.channel, asked.ts, SLACK_BOT_TOKEN="")
    assert without.out.endswith("The answer stands in the thread.\n")
    away = await where(asked.channel, asked.ts, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert away.out.endswith("The answer stands in the thread.\n")
    assert "Traceback" not in away.err


async def test_what_was_never_stored_is_told_with_the_rule_and_code_1(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot()
    lunch = await slack.user("ben").say("#incidents", "lunch?")
    reply = await slack.user("ann").reply(lunch, "yes!")
    await slack.wait_quiet()
    declined = {
        lunch: "it does not mention the bot and begins no conversation",
        reply: "its thread has no session",
    }
    for message, rule in declined.items():
        for words in ([link_to(message)], [message.channel, message.ts]):
            told = await where(*words)
            assert told.code == 1, told
            assert "is not stored in the SQLite file" in told.out
            assert f"The bot leaves it alone because {rule}" in told.out
            assert len(told.out.splitlines()) == 1
    fields = json.loads((await where(lunch.channel, lunch.ts, "--json")).out)
    assert fields["found"] is False
    for word in ("help", "stop"):
        asked = await slack.user("ann").mention("#incidents", word)
        await slack.wait_quiet()
        told = await where(asked.channel, asked.ts)
        assert f"the command `{word}`, which here is answered at once" in told.out
        assert "Repeat" not in told.out
    gone = await where(lunch.channel, "1712345678.000200")
    assert (gone.code, "Slack has no such message (any more)." in gone.out) == (1, True)
    nobody = await where("req_0123456789abcdef")
    assert nobody.code == 1
    assert "No message that came in under req_0123456789abcdef" in nobody.out


async def test_a_missing_store_is_said_and_not_created(
    slack: Slack, where: Where, tmp_path: Path
) -> None:
    for words in (["C0INCIDENTS", "1712345678.000200"], ["req_0123456789abcdef"]):
        told = await where(*words)
        assert (told.code, told.out) == (2, "")
        assert "There is no file" in told.err
    assert not list(tmp_path.glob("burrow.db*"))


@pytest.mark.parametrize(
    "words", [["lunch"], ["C0123", "12"], ["#incidents", "1712345678.000200"], ["request_12"], []]
)
def test_what_names_no_message_is_refused_with_the_good_forms(words: list[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"Copy link.*C0123ABCD.*req_0123456789abcdef"):
        parse(words)


@pytest.mark.parametrize("typed", ["req_1a2b", "`req_1a2b`", "req_1a2b.", "'req_1a2b'"])
def test_a_request_id_may_be_pasted_as_it_stands_in_slack(typed: str) -> None:
    assert parse([typed]) == Request("req_1a2b")


def test_a_link_may_be_pasted_with_its_brackets_and_its_thread() -> None:
    link = (
        "<https://a.slack.com/archives/C0123ABCD/p1712345678000200?thread_ts=17.1&cid=C0123ABCD>"
    )
    assert parse([link]) == Place("C0123ABCD", "1712345678.000200", "17.1")


async def test_where_names_what_each_alert_is(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot(alerts="C0INCIDENTS:B0PAGER")
    first = await slack.alert("#incidents", "PROBLEM: disk full on db-1")
    await slack.wait_for_reply(first, containing="Case brief")
    again = await slack.alert("#incidents", "PROBLEM: disk full on db-1")
    over = await slack.alert("#incidents", "OK: disk full on db-1")
    await slack.wait_for_reply(first, containing="Resolved after")
    elsewhere = await slack.alert("#general", "PROBLEM: disk full on db-2")

    async def told(message: Message) -> str:
        return (await where(link_to(message), ALERTS="C0INCIDENTS:B0PAGER")).out

    began = await told(first)
    assert "Pager (B0PAGER)'s message" in began
    assert "taken in as an alert" in began
    assert "It was seen again once" in began
    assert "It recovered at" in began
    link = f"p{first.ts.replace('.', '')}"
    assert "It is a repeat of" in await told(again)
    assert link in await told(again)
    assert "It is the recovery of" in await told(over)
    assert "ALERTS does not name its channel and app (app id A0OTHER, bot id B0PAGER)" in (
        await told(elsewhere)
    )


async def test_of_an_answer_that_reached_nobody_it_says_so(
    slack: Slack, start_bot: StartBot, where: Where
) -> None:
    await start_bot()
    asked = await slack.user("ann").mention("#incidents", "sleep 2")
    await slack.wait_for_reply(asked, containing="Starting")
    for method in ("chat.postEphemeral", "conversations.open"):
        await slack.fail(method, "user_not_found", calls=None)
    await slack.fail("chat.postMessage", "thread_not_found")

    async def is_given_up() -> bool:
        calls = await slack.api_calls("conversations.open")
        return bool(calls)

    await slack.wait_until(is_given_up, timeout=30)
    await slack.wait_quiet()
    said = await where(link_to(asked))
    assert said.code == 0, said
    assert "closed as not delivered: Slack did not take it, and it is not tried again" in said.out
