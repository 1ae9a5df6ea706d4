"""A brief tells what happened, what is open and what to check; a follow-up what is new."""

import re

from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.investigator import brief
from bot.investigators.contract import Case, Finding, Progress, ThreadMessage
from tests.unit.brief.incident import LATER, SPOKEN, case, thread

ASKED = (192, "Ben Okafor", "@Burrow can you brief me?")


def shown(finding: Finding) -> str:
    """The brief as a person reads it, times in UTC."""
    lines: list[str] = []
    for block in finding.blocks:
        text = (block.get("text") or block["elements"][0])["text"]
        text = re.sub(r"<!date\^\d+\^[^|]*\|([^>]*) UTC>", r"\1", text)
        lines += [re.sub(r"<https://[^|>]*\|([^>]*)>", r"\1", text)]
    return "\n".join(lines)


async def briefed(case: Case) -> tuple[list[str], Finding]:
    steps = [step async for step in BriefInvestigator().investigate(case)]
    (finding,) = (one for one in steps if isinstance(one, Finding))
    return [one.text for one in steps if isinstance(one, Progress)], finding


def the_incident() -> list[ThreadMessage]:
    return thread(*SPOKEN, ASKED)


async def test_a_brief_says_what_it_is_doing_and_then_all_it_found() -> None:
    progress, finding = await briefed(case(the_incident()))
    assert progress == ["Reading the thread", "Reading 19 messages from 3 people"]
    assert finding.worth_posting
    text = shown(finding)
    assert "rotate it, and delete the message" in text
    assert "`185[.]220[.]101[.]34` public, 2×, first 02:43" in text
    assert "— 2 h 16 min quiet —" in text


async def test_a_follow_up_says_only_what_is_new() -> None:
    before = the_incident()
    first = brief(case(before), before)
    again = thread(*SPOKEN, ASKED, *LATER, (245, "Gil Vance", "@Burrow any news?"))
    _, finding = await briefed(case(again, after=first))
    text = shown(finding)
    assert "3 new messages from *Gil Vance*, *Chloe Martin* and *Ann Keller*" in text
    assert "45[.]61[.]136[.]9" in text
    assert "185[.]220" not in text
