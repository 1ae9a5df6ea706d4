"""Where a thread holds nothing, the channel is the case."""

from dataclasses import replace

import pytest

from bot.document.plain import plain_text
from bot.document.thread import ThreadMessage
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Finding
from tests.unit.brief.incident import BURROW, FixedThread, case, message, thread

CHANNEL = [
    message(1, "Pager", "FIRING: checkout 5xx on i-0abcd1234ef567890"),
    message(4, "Ben Okafor", "185.220.101.34 hammers the login page, blocked it at the edge"),
    message(9, "Chloe Martin", "who owns the edge rules?"),
]
ASKED = (12, "Ann Keller", "@Burrow what is going on?")
LATER = message(20, "Gil Vance", "the same from 45.61.136.9 now")


async def answered(
    spoken: list[ThreadMessage],
    channel: list[ThreadMessage] | None,
    *,
    after: Finding | None = None,
    asks: bool = True,
) -> tuple[Finding, FixedThread]:
    asked = case(spoken, after=after, asks=asks, channel=channel)
    *_, finding = [step async for step in BriefInvestigator().investigate(asked)]
    assert isinstance(finding, Finding)
    assert isinstance(asked.thread, FixedThread)
    return finding, asked.thread


def shown(finding: Finding) -> str:
    if finding.document is None:
        return finding.text
    return plain_text(finding.document, with_times_links=False).replace(" UTC", "")


async def test_a_lone_mention_is_briefed_from_the_channel() -> None:
    finding, _ = await answered(thread(ASKED), CHANNEL)
    text = shown(finding)
    assert "#incidents since 02:12  ·  3 messages  ·  02:13 to 02:21 (8 min)\n" in text
    assert "\nBen Okafor (1) and Chloe Martin (1)  ·  🔔" in text
    assert "185[.]220[.]101[.]34" in text
    assert "“who owns the edge rules?”" in text
    assert "Made by fixed rules from this thread and #incidents alone" in text


async def test_whoever_asks_is_neither_a_message_nor_a_participant() -> None:
    finding, _ = await answered(thread(ASKED), CHANNEL)
    assert "Ann Keller" not in shown(finding)


async def test_a_busy_message_of_the_channel_says_how_many_replies_it_has() -> None:
    busy = message(4, "Ben Okafor", "rolled back checkout to 3f2a9c1")
    finding, _ = await answered(thread(ASKED), [replace(busy, replies=23)])
    assert "rolled back checkout to 3f2a9c1 (23 replies)" in shown(finding)


@pytest.mark.parametrize("text", ["@Burrow", "@Burrow brief me", "@Burrow why?"])
async def test_a_thread_that_holds_anything_else_is_the_case_however_bare_the_mention(
    text: str,
) -> None:
    spoken = thread((0, "Ben Okafor", "8.8.8.8 is down"), (3, "Ann Keller", text))
    finding, read = await answered(spoken, CHANNEL)
    assert read.asked_since == []
    assert "Case brief" in shown(finding)
    assert "8[.]8[.]8[.]8" in shown(finding)
    assert "#incidents" not in shown(finding)


async def test_a_follow_up_reads_the_channel_since_the_last_reading() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    spoken = thread(ASKED, (13, BURROW, "Case brief"), (25, "Ann Keller", "@Burrow and now?"))
    again, read = await answered(spoken, [*CHANNEL, LATER], after=first)
    assert read.asked_since == [spoken[0].sent_at]
    assert "Since 02:24: 1 new message from Gil Vance." in shown(again)
    assert "45[.]61[.]136[.]9" in shown(again)
    assert "185[.]220" not in shown(again)


async def test_what_was_told_is_not_new_because_the_channel_says_it_again() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    again = message(20, "Gil Vance", "185.220.101.34 is still blocked")
    spoken = thread(ASKED, (25, "Ann Keller", "@Burrow and now?"))
    second, _ = await answered(spoken, [*CHANNEL, again], after=first)
    assert "New indicators" not in shown(second)
    spoken += thread((30, "Ann Keller", "@Burrow and now?"))
    repeated = message(28, "Gil Vance", "185.220.101.34 again")
    third, _ = await answered(spoken, [*CHANNEL, again, repeated], after=second)
    assert "New indicators" not in shown(third)


async def test_a_follow_up_reads_the_thread_too() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    spoken = thread(
        ASKED, (18, "Ben Okafor", "10.1.2.3 is next"), (25, "Ann Keller", "@Burrow news?")
    )
    again, _ = await answered(spoken, [*CHANNEL, LATER], after=first)
    assert "2 new messages from Ben Okafor and Gil Vance" in shown(again)


async def test_without_news_the_line_names_both() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    again, _ = await answered(
        thread(ASKED, (25, "Ann Keller", "@Burrow news?")), CHANNEL, after=first
    )
    assert "Nothing new in this thread or in #incidents since my last look" in shown(again)


async def test_whoever_wants_the_whole_again_gets_the_channel_from_its_start() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    spoken = thread(ASKED, (18, "Ben Okafor", "on it"), (25, "Ann Keller", "@Burrow full brief"))
    again, read = await answered(spoken, CHANNEL, after=first)
    assert read.asked_since == [None]
    assert "185[.]220[.]101[.]34" in shown(again)


async def test_a_plain_reply_does_not_have_the_channel_read() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    reply = thread(ASKED, (25, "Ben Okafor", "has 185.220.101.34 come back?"))
    _, read = await answered(reply, CHANNEL, after=first, asks=False)
    assert read.asked_since == []


async def test_a_question_is_looked_up_in_the_channel() -> None:
    asked = (12, "Ann Keller", "@Burrow who blocked 185.220.101.34?")
    finding, _ = await answered(thread(asked), CHANNEL)
    assert "1 message here on 185[.]220[.]101[.]34" in shown(finding)


async def test_with_nothing_around_it_there_is_no_empty_brief() -> None:
    finding, _ = await answered(thread(ASKED), [])
    text = shown(finding)
    assert text.startswith(
        "There is nothing else in this thread yet, and nothing in #incidents since 02:12."
    )
    assert text.count("@Burrow ") == 3
    assert "Case brief" not in text
    assert finding.worth_posting


async def test_other_questions_to_burrow_are_nothing_either() -> None:
    others = [message(5, "Ben Okafor", "@Burrow help me"), message(6, BURROW, "Case brief")]
    finding, _ = await answered(thread(ASKED), others)
    assert "nothing in #incidents" in shown(finding)


async def test_where_no_channel_can_be_read_only_the_thread_is_named() -> None:
    finding, _ = await answered(thread(ASKED), None)
    text = shown(finding)
    assert text.startswith("There is nothing else in this thread yet.")
    assert "#" not in text


async def test_what_a_lone_question_names_is_kept() -> None:
    asked = (12, "Ann Keller", "@Burrow is 185.220.101.34 known?")
    finding, _ = await answered(thread(asked), None)
    assert "185[.]220[.]101[.]34 | 1" in shown(finding)


async def test_a_channel_that_cannot_be_read_is_said_and_read_whole_the_next_time() -> None:
    asked = case(thread(ASKED), channel=CHANNEL)
    assert isinstance(asked.thread, FixedThread)
    asked.thread.is_read = False
    *_, first = [step async for step in BriefInvestigator().investigate(asked)]
    assert isinstance(first, Finding)
    assert "I could not read #incidents just now." in shown(first)
    assert "nothing in #incidents" not in shown(first)
    spoken = thread(ASKED, (13, BURROW, "There is nothing else"), (25, "Ann Keller", "@Burrow?"))
    again, _ = await answered(spoken, CHANNEL, after=first)
    assert "185[.]220[.]101[.]34" in shown(again)


async def test_a_follow_up_does_not_forget_what_the_channel_showed_before() -> None:
    first, _ = await answered(thread(ASKED), CHANNEL)
    assert any("185.220.101.34" in it.key for it in first.sightings or ())
    again, _ = await answered(
        thread(ASKED, (25, "Ann Keller", "@Burrow news?")), [*CHANNEL, LATER], after=first
    )
    assert again.sightings is None
