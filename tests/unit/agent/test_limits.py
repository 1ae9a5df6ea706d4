"""Limits of time, and a provider that wants fewer requests."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from pydantic_ai.exceptions import ModelRateLimitError, ModelServerError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import Tool
from pydantic_ai.usage import RequestUsage

from bot.investigators.agent.budget import REQUESTS, TOKENS, Budget, weighed
from bot.investigators.agent.calls import Rule
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.agent.model import settings_for
from bot.investigators.agent.requests import Pause
from bot.investigators.agent.work import Work
from bot.investigators.contract import Finding, Progress
from tests.unit.agent.cases import BEGIN, outage
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script, agent_with, answer, steps
from tests.unit.bot.recording import Recording
from tests.unit.bot.virtual_time import in_virtual_time, now

HELD = report(("The database refuses", "m2", "too many connections for role app"))
QUERY = ("query_logs", {"service": "checkout"})


async def hangs() -> str:
    await asyncio.Event().wait()
    return "never"


HANGS: Tool[Work] = Tool(hangs, metadata=Rule(seconds=3_600).as_metadata())
"""A tool that is given more time than a turn has."""


def timed(agent: AgentInvestigator) -> AgentInvestigator:
    """Measure its turns on the loop's clock."""
    return replace(agent, monotonic=now)


def limited(_: Any) -> Any:
    raise ModelRateLimitError("scripted", "slow down", retry_after=0.2)


@in_virtual_time
async def test_a_turn_whose_time_is_up_tells_what_it_looked_at() -> None:
    async def query_logs(service: str) -> str:
        return "502 for /pay"

    script = Script([QUERY, ("hangs", {})])
    finding = await answer(timed(agent_with(script, [query_logs, HANGS])), outage())
    assert "the time for one answer is up" in finding.text
    assert "502 for /pay" in finding.text


@in_virtual_time
async def test_people_see_what_was_found_without_the_frame_that_the_model_gets() -> None:
    script = Script([("find_in_thread", {"text": "db-7"}), ("hangs", {})])
    finding = await answer(timed(agent_with(script, [HANGS])), outage())
    assert "too many connections" in finding.text
    assert "slack_message" not in finding.text


async def test_a_call_that_was_repeated_is_told_once_and_an_empty_result_as_such() -> None:
    async def query_logs(service: str) -> str:
        return "" if service == "checkout" else "502 for /pay"

    other = ("query_logs", {"service": "pay"})
    gives_up = UnexpectedModelBehavior("no answer")
    script = Script([[QUERY, other], [QUERY, other], gives_up])
    finding = await answer(agent_with(script, [query_logs]), outage())
    assert finding.text.count("query_logs(service=checkout): found nothing") == 1
    assert finding.text.count("query_logs(service=pay): done") == 1
    assert "worked, found nothing" not in finding.text


async def test_a_rate_limit_holds_all_turns_of_the_process() -> None:
    told: list[list[str]] = []
    script = Script([limited, HELD])
    agent = agent_with(script)

    async def turn() -> None:
        found = await steps(agent, outage())
        told.append([it.text for it in found if isinstance(it, Progress)])

    await asyncio.gather(turn(), turn())
    assert any("asks me to wait" in text for text in told[0] + told[1])
    assert len(script.requests) == 3


async def test_a_server_that_never_recovers_is_asked_four_times() -> None:
    def broken(_: Any) -> Any:
        raise ModelServerError("scripted", "oops", retry_after=0.01)

    script = Script([broken])
    found = await steps(agent_with(script), outage())
    assert len(script.requests) == 4
    assert "cannot be reached" in "".join(it.text for it in found if isinstance(it, Finding))


def test_a_pause_waits_as_long_as_is_asked_and_up_to_a_fifth_more() -> None:
    pause = Pause(monotonic=lambda: 100.0, jitter=lambda: 1.0)
    assert pause.hold(10.0) == 12.0
    assert pause.until == 112.0
    pause.hold(1.0)
    assert pause.until == 112.0


def test_cached_input_counts_a_tenth() -> None:
    usage = RequestUsage(input_tokens=1_000, cache_read_tokens=900, output_tokens=10)
    assert weighed(usage) == 100 + 90 + 10


def test_each_budget_ends_a_turn_before_it_is_used_up() -> None:
    now = 0.0
    budget = Budget(began_at=0.0, ends_at=100.0, monotonic=lambda: now)
    assert budget.ending() is None
    budget.requests = REQUESTS - 4
    assert "requests" in (budget.ending() or "")
    budget.requests, budget.tokens = 0, int(TOKENS * 0.86)
    assert "tokens" in (budget.ending() or "")
    budget.tokens, now = 0, 86.0
    assert "time" in (budget.ending() or "")
    assert not budget.is_used_up


async def test_of_a_hundred_calls_in_one_answer_sixty_run() -> None:
    ran: list[int] = []

    async def look(place: int) -> str:
        ran.append(place)
        return f"found {place}"

    script = Script([[("look", {"place": place}) for place in range(100)], HELD])
    finding = await answer(agent_with(script, [look]), outage())
    assert len(ran) == 60
    assert script.sent(1).count("not run: all tool calls of this answer are used") == 40
    assert script.offered[1] == []
    assert "I stopped because the model used all of its tool calls" in finding.text


def test_where_no_usage_is_reported_characters_count() -> None:
    budget = Budget(began_at=0.0, ends_at=100.0, monotonic=lambda: 0.0)
    response = ModelResponse(parts=[ToolCallPart("reply", '{"text": "12345678"}')])
    budget.count(response, sent_characters=4_000)
    assert budget.tokens == (4_000 + len('{"text": "12345678"}')) // 4


async def test_requests_tokens_and_tool_calls_are_counted_for_the_metrics() -> None:
    asked = 0

    def limited_once(_: Any) -> Any:
        nonlocal asked
        asked += 1
        return limited(_) if asked == 1 else QUERY

    async def query_logs(service: str) -> str:
        return "" if service else "502"

    recording = Recording()
    agent = agent_with(Script([limited_once, limited_once, HELD]), [query_logs])
    await steps(replace(agent, recorder=recording), outage())
    assert recording.counts["model_requests", "failed"] == 1
    assert recording.counts["model_requests", "answered"] == 2
    assert recording.counts["tool_calls", "empty"] == 1
    assert recording.counts["model_tokens", "input"] > 0
    assert recording.counts["model_tokens", "output"] > 0


async def test_what_a_provider_caches_stays_the_same_within_a_turn() -> None:
    """Time, warnings and tools that are gone are told at the end."""
    minutes = iter(range(60))

    async def query_logs(service: str) -> str:
        return f"502, {next(minutes)}"

    script = Script([QUERY, QUERY, QUERY, HELD])
    agent = agent_with(script, [query_logs])
    clock = iter(BEGIN + timedelta(minutes=it) for it in range(1_000))
    await steps(replace(agent, now=lambda: next(clock)), outage())
    for earlier, later in pairwise(script.requests):
        assert later[: len(earlier)] == earlier, "each request begins with the one before"
    told = {it.instructions for it in script.requests[-1] if isinstance(it, ModelRequest)}
    assert len(told) == 1


def test_requests_have_our_limits_and_no_retries_of_the_client() -> None:
    settings = settings_for("anthropic")
    assert settings == ModelSettings(
        max_retries=0, first_event_timeout=60.0, request_timeout=180.0, cache=True
    )
