"""The demo's brief is worth reading: short, true, and each line of it stands in the thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.incident_thread import THREAD
from bot.document.plain import line_of, plain_text
from bot.document.thread import ThreadMessage
from bot.document.values import Heading, Inlines, Listing, Paragraph, Table, Time
from bot.investigators.brief import words
from bot.investigators.contract import Finding
from tests.unit.brief.incident import NIGHT, briefed, case, message

LINES, WIDTH = 25, 80


def told() -> list[ThreadMessage]:
    begin = THREAD[0].minutes
    return [
        message(begin - it.minutes, it.who.title() if it.who == "pager" else it.who, it.text)
        for it in THREAD
    ]


@pytest.fixture
def finding() -> Finding:
    messages = [*told(), message(THREAD[0].minutes, "ann", "@Burrow what do we know so far?")]
    return briefed(case(messages), messages)


def lines_of(finding: Finding) -> list[str]:
    assert finding.document is not None
    text = plain_text(finding.document, with_times_links=False)
    return [line for line in text.splitlines() if line.strip()]


def items_under(finding: Finding, title: str) -> Iterator[Inlines]:
    assert finding.document is not None
    is_there = False
    for block in finding.document.blocks:
        if isinstance(block, Heading):
            is_there = block.text == title
        elif is_there and isinstance(block, Listing):
            yield from (item.content for item in block.items)


def test_it_reads_like_this(finding: Finding) -> None:
    expected = (Path(__file__).parent / "demo_brief.txt").read_text().splitlines()
    assert lines_of(finding) == expected


def test_it_fits_on_a_screen_and_is_a_third_of_its_thread_at_most(finding: Finding) -> None:
    lines = lines_of(finding)
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert 3 * sum(map(len, lines)) <= sum(len(it.text) for it in told())


def test_what_happened_is_quoted_from_the_message_it_links_to(finding: Finding) -> None:
    *moments, left_out = items_under(finding, words.TIMELINE)
    assert len(moments) > 5
    for moment in moments:
        source = linked(moment)
        _, said = line_of(moment, with_times_links=False).split(f" {source.author} ", 1)
        assert all(part in source.text for part in said.split("…")), said
    assert line_of(left_out) == words.left_out(len(THREAD) - len(moments))


def test_the_open_questions_are_those_that_nobody_answers(finding: Finding) -> None:
    asked = list(items_under(finding, words.OPEN_QUESTIONS))
    questions = [line_of(it).partition("“")[2].rstrip("”") for it in asked]
    assert questions == ["Who has approved SEC-42?", "who calls the five that were charged twice?"]
    for item, question in zip(asked, questions, strict=True):
        source = linked(item)
        assert question in source.text
        assert line_of(item).startswith(source.author)


def test_each_indicator_stands_in_the_message_it_links_to(finding: Finding) -> None:
    assert finding.document is not None
    (table,) = (block for block in finding.document.blocks if isinstance(block, Table))
    for _, value, times, first, _ in table.rows:
        assert line_of(value) in linked(first).text
        assert int(line_of(times)) == sum(line_of(value) in it.text for it in told())


def test_it_counts_the_messages_and_their_writers(finding: Finding) -> None:
    assert finding.document is not None
    (glance, *_) = (it for it in finding.document.blocks if isinstance(it, Paragraph))
    said = line_of(glance.content)
    assert said.startswith(f"{len(THREAD)} messages")
    for name in {it.who for it in THREAD}:
        count = sum(it.who == name for it in THREAD)
        assert f"{name} ({count})" in said.replace("Pager", "pager")


def test_nothing_is_to_be_checked_that_the_thread_has_settled(finding: Finding) -> None:
    assert list(items_under(finding, words.CHECKS)) == [], "the release is rolled back already"
    (affected,) = items_under(finding, words.AFFECTED)
    assert line_of(affected) == "databases: payment-db"


def linked(content: Inlines) -> ThreadMessage:
    """The message to which a line links."""
    times = [node for node in content if isinstance(node, Time)]
    (source,) = (it for it in told() if it.link == times[0].url)
    assert source.sent_at == times[0].when >= NIGHT
    return source
