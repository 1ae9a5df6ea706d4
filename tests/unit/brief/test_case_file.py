"""The table of all indicators, and the whole case as a file, whatever was told before."""

from collections.abc import AsyncIterator, Callable

from bot.document.as_markdown import markdown_of
from bot.document.plain import plain_text
from bot.document.thread import ReadInPart, ThreadMessage
from bot.document.values import Table, Text
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Case, Finding, Progress
from tests.unit.brief.incident import LATER, SPOKEN, briefed, case, thread

ASKED = (250.0, "Ann Keller", "@Burrow export")
COMMAND = (260.0, "Ben Okafor", "@Burrow indicators")


async def found(
    give: Callable[[Case], AsyncIterator[Progress | Finding]], spoken: list[ThreadMessage]
) -> Finding:
    """The finding of a command in a thread that was briefed before."""
    after = briefed(case(spoken), spoken)
    *_, last = [step async for step in give(case(spoken, after=after))]
    assert isinstance(last, Finding)
    return last


async def case_file(spoken: list[ThreadMessage]) -> str:
    finding = await found(BriefInvestigator().export, spoken)
    (attachment,) = finding.attachments
    return markdown_of(attachment.document)


async def test_all_indicators_are_told_again_and_nothing_is_remembered_by_that() -> None:
    finding = await found(BriefInvestigator().indicators, thread(*SPOKEN, *LATER, COMMAND))
    assert finding.document is not None
    *_, table = finding.document.blocks
    assert isinstance(table, Table)
    assert plain_text(finding.document).startswith("18 indicators: 1 secret, 3 IP addresses")
    assert len(table.rows) == 18
    assert finding.notebook is None


async def test_what_no_brief_told_yet_comes_first() -> None:
    after = briefed(case(thread(*SPOKEN)), thread(*SPOKEN))
    spoken = thread(*SPOKEN, *LATER, COMMAND)
    *_, finding = [
        step async for step in BriefInvestigator().indicators(case(spoken, after=after))
    ]
    assert isinstance(finding, Finding)
    assert finding.document is not None
    *_, table = finding.document.blocks
    assert isinstance(table, Table)
    assert table.rows[0][1] == (Text("45[.]61[.]136[.]9"),)


async def test_the_table_has_every_indicator_of_a_long_thread() -> None:
    spoken = [(n, "Ann Keller", f"blocked 45.10.{n // 250}.{n % 250 + 1}") for n in range(600)]
    finding = await found(BriefInvestigator().indicators, thread(*spoken, (700, "Ben", "@Burrow")))
    assert finding.document is not None
    *_, table = finding.document.blocks
    assert isinstance(table, Table)
    assert len({row[1] for row in table.rows}) == 600


async def test_where_there_are_none_that_is_said() -> None:
    spoken = thread((0, "Ann Keller", "it is slow"), (1, "Ben Okafor", "@Burrow indicators"))
    finding = await found(BriefInvestigator().indicators, spoken)
    assert finding.text == "There are no indicators in this thread."


async def test_an_export_holds_the_whole_case() -> None:
    text = await case_file(thread(*SPOKEN, *LATER, ASKED))
    for title in (
        *("What happened", "Affected", "Nobody has answered yet", "Questions with an answer"),
        *("Indicators", "People", "All messages", "Still to write"),
    ):
        assert f"### {title}\n" in text
    *_, messages = text.split("### All messages\n")
    assert messages.count("\n- ") == len(SPOKEN) + len(LATER)
    assert "@Burrow export" not in messages
    assert "| domain | cdn-metrics\\[.\\]net | 2 |" in text
    assert "**Gil Vance**: 1 message, at [2026-11-23 06:02 UTC]" in text
    assert "cdn-metrics.net" not in text


async def test_an_export_says_what_it_was_made_from() -> None:
    spoken = thread(*SPOKEN, ASKED)
    its_case = case(spoken)
    its_case.thread.read_in_part = lambda: ReadInPart(read=19, count=90)  # type: ignore[method-assign]
    *_, finding = [step async for step in BriefInvestigator().export(its_case)]
    assert isinstance(finding, Finding)
    text = markdown_of(finding.attachments[0].document)
    assert f"from [this thread](<{spoken[0].link}>) as it was at 2026-11-23" in text
    assert "Only 19 of 90 messages of the thread could be read." in text


async def test_a_lone_mention_exports_its_channel() -> None:
    channel = thread((0, "Pager", "8.8.8.8 is down"))
    asked = thread((9, "Ann Keller", "@Burrow export"))
    *_, finding = [step async for step in BriefInvestigator().export(case(asked, channel=channel))]
    assert isinstance(finding, Finding)
    text = markdown_of(finding.attachments[0].document)
    assert "It holds what was said in #incidents too." in text
    assert f"[this thread](<{asked[0].link}>)" in text
    assert "8\\[.\\]8" in text


async def test_an_export_says_in_one_line_what_is_in_it_and_remembers_nothing() -> None:
    finding = await found(BriefInvestigator().export, thread(*SPOKEN, *LATER, ASKED))
    assert finding.document is not None
    assert plain_text(finding.document) == (
        "The case so far: 21 messages, 18 indicators, 2 open questions."
    )
    assert finding.notebook is None


async def test_nothing_to_export_is_said() -> None:
    finding = await found(BriefInvestigator().export, thread((0, "Ann Keller", "")))
    assert finding.text == "There is nothing in this thread to export yet."
    assert not finding.attachments
