"""What other cases saw, told to the model; what this one saw, and how much of it was read."""

from dataclasses import replace
from datetime import UTC, datetime

from pydantic_ai.exceptions import ModelHTTPError

from bot.document.plain import plain_text
from bot.document.thread import Elsewhere, ReadInPart
from bot.investigators.contract import Case, EarlierCase, Finding
from session import Sighting
from tests.unit.agent.cases import Views, asked, case_of, said
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, answer, steps
from tests.unit.brief.test_beside import Others

DOMAIN = "domain evil-shop.net"
LINK = "https://acme.slack.com/archives/C2/p1"
PAYMENTS = EarlierCase(
    where=Elsewhere(channel="#payments", link=LINK),
    sightings=(Sighting(key=DOMAIN, seen_at=datetime(2026, 11, 15, 9, tzinfo=UTC)),),
)
THREAD = (
    said(1, "traffic to evil-shop[.]net, wiki is https://wiki.acme.example/x"),
    said(2, "@Burrow have we seen it?"),
)
QUESTION = (asked(2, "<@UB> have we seen it?"),)


def case(others: Others, views: Views | None = None) -> Case:
    return replace(case_of(THREAD, QUESTION, views=views), sightings=others)


async def test_the_model_is_told_where_else_it_was_seen_and_can_quote_it() -> None:
    line = f"domain evil-shop.net: in #payments on 2026-11-15 ({LINK})"
    found = report(("It was seen in another thread", "t1", "in #payments on 2026-11-15"))
    script = Script([("seen_before", {"text": "evil-shop[.]net"}), found])
    finding = await answer(agent_with(script), case(Others(PAYMENTS)))
    assert "<seen_in_other_threads" in script.sent(0)
    assert line in script.sent(0)
    assert f"t1:\n{line}" in script.sent(1)
    assert "in #payments on 2026-11-15" in finding.text


async def test_the_tool_asks_for_what_it_is_given_and_else_for_the_thread() -> None:
    others = Others()
    script = Script(
        [[("seen_before", {"text": "is 45.61.136.9 known?"}), ("seen_before", {})], reply("Yes.")]
    )
    await answer(agent_with(script), case(others))
    assert DOMAIN in others.asked[0]
    assert others.asked[1] == ["ip 45.61.136.9"]
    assert others.asked[2] == others.asked[0]
    assert "<seen_in_other_threads" not in script.sent(0)


async def test_a_turn_leaves_what_its_case_saw_without_ones_own_domains() -> None:
    script = Script([reply("Yes.")])
    agent = agent_with(script, own_domains="acme.example")
    finding = await answer(agent, case(Others()))
    assert [it.key for it in finding.sightings or ()] == [DOMAIN]
    assert "wiki.acme.example" not in script.sent(0).partition("found_in_thread")[2][:300]


async def test_the_model_knows_that_a_part_of_the_thread_was_read() -> None:
    script = Script([reply("Yes.")])
    await answer(
        agent_with(script), case(Others(), views=Views(part=ReadInPart(read=2, count=90)))
    )
    assert "(Slack gave only 2 of the 90 messages of this thread.)" in script.sent(0)


async def test_the_brief_in_the_models_place_knows_ones_own_domains_and_other_cases() -> None:
    script = Script([ModelHTTPError(401, "test")])
    agent = agent_with(script, own_domains="acme.example")
    given = await steps(agent, case(Others(PAYMENTS)))
    brief = [it for it in given if isinstance(it, Finding)][-1]
    assert brief.document is not None
    text = plain_text(brief.document)
    assert "evil-shop[.]net also in #payments" in text
    assert "https://wiki.acme.example/x" in text
    assert [it.key for it in brief.sightings or ()] == [DOMAIN]
