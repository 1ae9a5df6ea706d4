"""The agent, too, works on the channel where the thread holds nothing."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.document.thread import Around
from bot.investigators.agent.memory import read_memory
from bot.investigators.contract import Finding
from tests.unit.agent.cases import BEGIN, QUESTION, Views, asked, case_of, said
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, answer, steps

CHANNEL = Around(
    channel="#incidents",
    since=BEGIN,
    messages=[said(1, "db-7 logs: too many connections for role app", author="Ben")],
)
HELD = ("The database refuses connections", "m1", "too many connections for role app")
CALM = reply("All is calm", "m1", "too many connections for role app")


async def test_the_channel_can_be_quoted_where_the_thread_holds_nothing() -> None:
    script = Script([report(HELD)])
    views = Views(channel=CHANNEL)
    finding = await answer(
        agent_with(script), case_of([QUESTION], [asked(3, "why is checkout down?")], views=views)
    )
    assert "its channel #incidents since 2026-11-27T10:00+00:00" in script.sent()
    assert "“too many connections for role app”: Ben, 10:01 UTC" in finding.text


async def test_a_thread_that_holds_anything_is_read_alone() -> None:
    views = Views(channel=CHANNEL)
    spoken = [said(2, "db-9 has too many connections for role app"), QUESTION]
    script = Script([CALM])
    await answer(agent_with(script), case_of(spoken, [asked(3, "why?")], views=views))
    assert views.around_since == []
    assert "db-7" not in script.sent()


async def test_a_follow_up_reads_the_channel_since_the_last_reading() -> None:
    script = Script([CALM])
    agent = agent_with(script)
    views = Views(channel=CHANNEL)
    first = await answer(agent, case_of([QUESTION], [asked(3, "why?")], views=views))
    quiet = [QUESTION, said(4, "thanks")]
    reread = case_of(
        quiet,
        [asked(4, "thanks", mentions=False)],
        memory=dict(first.notebook or {}),
        fence=2,
        views=views,
    )
    second = await answer(agent, reread)
    again = [*quiet, said(5, "@Burrow and now?")]
    await answer(
        agent,
        case_of(
            again, [asked(5, "and now?")], memory=dict(second.notebook or {}), fence=3, views=views
        ),
    )
    begin: datetime | None = QUESTION.sent_at
    assert views.around_since == [None, begin]


async def test_where_the_model_is_not_asked_the_brief_is_of_the_channel_too() -> None:
    used = {"v": 1, "history": "", "usage": {"day": f"{datetime.now(UTC):%Y-%m-%d}", "tokens": 9}}
    agent = agent_with(Script([CALM]), model_tokens_per_thread=5)
    views = Views(channel=CHANNEL)
    case = case_of([QUESTION], [asked(3, "why is checkout down?")], memory=used, views=views)
    *_, brief = [it for it in await steps(agent, case) if isinstance(it, Finding)]
    assert "#incidents since" in brief.text


async def test_a_channel_that_cannot_be_read_is_told_to_the_model_and_read_the_next_time() -> None:
    script = Script([reply("I do not know")])
    views = Views(channel=replace(CHANNEL, messages=(), is_read=False))
    finding = await answer(
        agent_with(script), case_of([QUESTION], [asked(3, "why?")], views=views)
    )
    assert "its channel #incidents could not be read just now" in script.sent()
    assert read_memory(finding.notebook).channel_read_up_to is None
