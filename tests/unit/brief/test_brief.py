"""A brief tells what happened, what is open and what to check; a follow-up what is new."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.document.plain import plain_text
from bot.document.thread import ThreadMessage
from bot.document.values import Break, Table, Text, Time
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Finding, Progress
from tests.unit.brief.incident import BURROW, LATER, SPOKEN, briefed, case, thread

ASKED = (192, "Ben Okafor", "@Burrow can you brief me?")
BRIEFED = (193, BURROW, "Case brief")


def shown(finding: Finding) -> str:
    """The brief as a person reads it, times in UTC."""
    if finding.document is None:
        return finding.text
    return plain_text(finding.document, with_times_links=False).replace(" UTC", "")


def answered(spoken: list[ThreadMessage], *, asks: bool = True, after: Finding | None) -> Finding:
    return briefed(case(spoken, asks=asks, after=after), spoken)


@pytest.fixture
def first() -> Finding:
    spoken = thread(*SPOKEN, ASKED)
    return briefed(case(spoken, ticket_id="SEC-118"), spoken)


def test_the_incident_is_briefed_like_this(first: Finding) -> None:
    assert shown(first) == (Path(__file__).parent / "expected_brief.txt").read_text().rstrip("\n")
    assert first.worth_posting


async def test_reading_is_announced_before_the_brief() -> None:
    steps = [step async for step in BriefInvestigator().investigate(case(thread(*SPOKEN, ASKED)))]
    *progress, finding = steps
    assert [one.text for one in progress if isinstance(one, Progress)] == [
        "Reading the thread",
        "Reading 18 messages from 3 people",
    ]
    assert isinstance(finding, Finding)


def test_each_indicator_links_to_the_message_it_was_first_seen_in(first: Finding) -> None:
    resolved = thread(*SPOKEN)[10]
    assert first.document is not None
    *_, table = first.document.blocks
    assert isinstance(table, Table)
    (row,) = (row for row in table.rows if row[1] == (Text("CVE-2024-4577"),))
    assert row[3] == (Time(resolved.sent_at, url=resolved.link),)


def test_many_indicators_stand_in_a_message_of_their_own_and_a_few_do_not(first: Finding) -> None:
    assert first.document is not None
    assert any(isinstance(block, Break) for block in first.document.blocks)
    few = answered(thread((0, "Pager", "8.8.8.8 is down"), ASKED), after=None)
    assert few.document is not None
    assert any(isinstance(block, Table) for block in few.document.blocks)
    assert not any(isinstance(block, Break) for block in few.document.blocks)


def test_times_have_a_date_where_a_thread_spans_midnight() -> None:
    spoken = thread((0, "Pager", "8.8.8.8 is down"), (23 * 60, "Ben Okafor", "@Burrow brief me"))
    assert "2026-11-23 02:12 🔔 Pager 8[.]8[.]8[.]8 is down" in shown(answered(spoken, after=None))


def test_a_follow_up_says_only_what_is_new(first: Finding) -> None:
    spoken = thread(*SPOKEN, ASKED, BRIEFED, *LATER, (245, "Gil Vance", "@Burrow any news?"))
    text = shown(answered(spoken, after=first))
    assert "Since 05:24: 3 new messages from Gil Vance, Ben Okafor and Ann Keller." in text
    assert "45[.]61[.]136[.]9 | 1 | 06:02 | public" in text
    assert "185[.]220" not in text
    assert "cdn-metrics" not in text


def test_a_question_that_was_answered_since_is_shown_with_its_answer(first: Finding) -> None:
    spoken = thread(*SPOKEN, ASKED, BRIEFED, *LATER, (245, "Gil Vance", "@Burrow any news?"))
    text = shown(answered(spoken, after=first))
    (part,) = re.findall(r"Answered meanwhile\n\n.*\n.*", text)
    assert "“how many cards are affected?”" in part
    assert "41 cards are affected so far" in part


def test_a_question_is_answered_with_what_the_thread_says_on_it(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow what do we know about 185.220.101[.]34?")
    text = shown(answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first))
    assert "About your question “what do we know about 185[.]220[.]101[.]34?”" in text
    assert "2 messages here on 185[.]220[.]101[.]34:" in text
    assert "cdn-metrics[.]net resolves to" in text
    assert "Nothing else is new since 05:24." in text


def test_a_question_is_looked_up_by_its_rare_words_too(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow what happened with the rollback?")
    text = shown(answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first))
    assert "2 messages here on rollback" in text


def test_only_what_was_found_is_named_and_the_excerpt_shows_it(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow is 10.20.4.17 the database or the proxy?")
    text = shown(answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first))
    assert "here on 10.20.4.17:" in text
    assert "instance: i-0abcd1234ef567890 (10.20.4.17)" in text


def test_a_statement_before_the_question_lends_its_indicators_only(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow the rollback hit 9.9.9.9, see SEC-118. what is new?")
    finding = answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first)
    assert "2 messages here on SEC-118:" in shown(finding)
    assert "9[.]9[.]9[.]9" in shown(finding)


def test_a_question_on_which_the_thread_has_nothing_is_told_so(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow was the database touched?")
    finding = answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first)
    assert "Nobody else in this thread has mentioned database or touched." in shown(finding)


def test_a_mention_without_news_gets_one_line(first: Finding) -> None:
    asked = (200, "Gil Vance", "@Burrow anything new?")
    finding = answered(thread(*SPOKEN, ASKED, BRIEFED, asked), after=first)
    assert not finding.worth_posting
    assert shown(finding) == "Nothing new in this thread since my last look at 05:24."


@pytest.mark.parametrize("text", ["@Burrow the full brief please", "@Burrow brief me again"])
def test_whoever_wants_the_whole_again_gets_it(first: Finding, text: str) -> None:
    finding = answered(thread(*SPOKEN, ASKED, BRIEFED, (200, "Gil Vance", text)), after=first)
    assert shown(finding).startswith("Case brief\n")
    assert "185[.]220[.]101[.]34" in shown(finding)


@pytest.mark.parametrize(
    "text", ["thanks, on it", "8.8.8.8 is new here", "was the rollback really done?"]
)
def test_a_plain_reply_is_not_worth_a_post(first: Finding, text: str) -> None:
    reply = (200, "Gil Vance", text)
    finding = answered(thread(*SPOKEN, ASKED, reply), asks=False, after=first)
    assert not finding.worth_posting


def test_a_plain_reply_keeps_what_it_said_new_for_the_next_mention(first: Finding) -> None:
    reply = (200, "Gil Vance", "8.8.8.8 is new here")
    quiet = answered(thread(*SPOKEN, ASKED, reply), asks=False, after=first)
    asked = (201, "Ann Keller", "@Burrow anything new?")
    assert "8[.]8[.]8[.]8" in shown(answered(thread(*SPOKEN, ASKED, reply, asked), after=quiet))


def test_a_plain_question_on_a_known_indicator_is_answered(first: Finding) -> None:
    reply = (200, "Gil Vance", "has anybody seen cdn-metrics[.]net elsewhere?")
    finding = answered(thread(*SPOKEN, ASKED, reply), asks=False, after=first)
    assert finding.worth_posting
    assert "2 messages here on cdn-metrics[.]net" in shown(finding)


def test_an_open_question_is_told_as_answered_where_an_older_message_was_edited() -> None:
    question = (0, "Ann Keller", "who has the key of rack 4?")
    asked, later = (2, "Ben Okafor", "@Burrow brief me"), (3, "Ben Okafor", "@Burrow what is new?")
    before = answered(thread(question, (1, "Gil Vance", "hm"), asked), after=None)
    assert "who has the key" in shown(before).partition("Nobody has answered yet")[2]
    edited = thread(question, (1, "Gil Vance", "I have the key of rack 4"), asked, later)
    assert "who has the key" in shown(answered(edited, after=before)).partition("Answered")[2]


def test_a_notebook_that_cannot_be_read_gives_the_whole_brief() -> None:
    spoken = thread(*SPOKEN, ASKED)
    old = Finding(text="", notebook={"read_up_to": "yesterday"})
    assert shown(answered(spoken, after=old)).startswith("Case brief\n")


def test_the_thread_is_read_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio
    import threading

    from bot.investigators.brief import investigator

    used: list[threading.Thread] = []

    def noted(*_: object, **__: object) -> Finding:
        used.append(threading.current_thread())
        return Finding(text="x")

    monkeypatch.setattr(investigator, "brief", noted)

    async def run() -> None:
        async for _ in BriefInvestigator().investigate(case(thread(ASKED))):
            pass

    asyncio.run(run())
    assert used
    assert used[0] is not threading.main_thread()


def test_an_indicator_that_an_edit_added_to_an_old_message_is_new(first: Finding) -> None:
    spoken = thread(*SPOKEN, ASKED, BRIEFED, (200, "Gil Vance", "@Burrow any news?"))
    edited = replace(spoken[1], text="looking, it was 45.83.64.11", is_edited=True)
    text = shown(answered([spoken[0], edited, *spoken[2:]], after=first))
    assert "45[.]83[.]64[.]11" in text
    assert "185[.]220" not in text


async def test_a_domain_of_ones_own_is_not_listed() -> None:
    spoken = thread((0, "Ann", "https://wiki.lark.io/x and evil-shop.net"), (1, "Ben", "@Burrow"))
    settings = Settings.model_construct(own_domains=frozenset({"lark.io"}))
    *_, finding = [it async for it in BriefInvestigator(settings).investigate(case(spoken))]
    assert isinstance(finding, Finding)
    assert "https://wiki.lark.io/x and evil-shop[.]net" in shown(finding)
    assert "URL |" not in shown(finding)
