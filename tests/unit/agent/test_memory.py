"""What the agent remembers from turn to turn, and what it forgets."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import (
    CompactionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import DeltaToolCalls, FunctionModel

from bot.document.plain import plain_text
from bot.investigators.agent.compaction import characters_in, compacted, left_out
from bot.investigators.agent.memory import (
    MOST_PACKED,
    Memory,
    read_memory,
    resumable,
    tidy,
)
from bot.investigators.agent.packing import packed, unpacked
from bot.investigators.agent.spending import TOKENS_OF_ALL
from bot.investigators.contract import Finding
from bot.tally import Tally
from tests.unit.agent.cases import OUTAGE, QUESTION, asked, case_of, outage, said
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script, agent_with, answer, steps
from tests.unit.bot.stories import in_memory

HELD = report(("The database refuses", "m2", "too many connections for role app"))
QUERY = ("query_logs", {"service": "checkout"})


async def query_logs(service: str) -> str:
    return "502 for /pay at 10:01"


def turn(number: int, result: str = "found it") -> list[ModelMessage]:
    """One turn of the conversation, as the library stores it."""
    run_id = f"s1#{number}.1"
    call = ToolCallPart("query", {"n": number}, tool_call_id=f"c{number}")
    found = ToolReturnPart("query", result, tool_call_id=f"c{number}")
    return [
        ModelRequest(parts=[UserPromptPart(f"question {number}")], run_id=run_id),
        ModelResponse(parts=[call], run_id=run_id),
        ModelRequest(parts=[found], run_id=run_id),
        ModelResponse(parts=[ToolCallPart("reply", {"text": f"answer {number}"})], run_id=run_id),
    ]


async def second_turn(first: Finding, script: Script, **more: Any) -> Finding:
    thread = [*OUTAGE, QUESTION, said(5, "@Burrow and since when?")]
    case = case_of(thread, [asked(5, "since when?")], memory=dict(first.notebook or {}), fence=2)
    return await answer(agent_with(script, [query_logs], **more), case)


async def test_the_next_turn_goes_on_in_the_same_conversation() -> None:
    first = await answer(agent_with(Script([QUERY, HELD]), [query_logs]), outage())
    script = Script([report(("It failed then", "t1", "502 for /pay at 10:01"))])
    second = await second_turn(first, script)
    sent = script.sent()
    assert sent.count("Checkout answers with 502") == 1
    assert 'handle="m4"' in sent
    assert "“502 for /pay at 10:01”: query_logs(service=checkout)" in second.text


async def test_an_edited_message_is_told_anew_under_a_new_handle() -> None:
    first = await answer(agent_with(Script([HELD])), outage())
    edited = said(2, "db-8 logs: too many connections", author="Ben", is_edited=True)
    script = Script([report(("It is db-8", "m4", "db-8 logs: too many connections"))])
    thread = [OUTAGE[0], edited, QUESTION, said(5, "@Burrow again?")]
    case = case_of(thread, [asked(5, "again?")], memory=dict(first.notebook or {}), fence=2)
    await answer(agent_with(script), case)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "memory",
    [
        {"v": 2, "history": "x"},
        {"v": 1, "history": "not base64!"},
        {"v": 1, "history": "aGVsbG8="},
        {"v": 1, "history": packed([])[:-4] + "AAAA"},
        {"v": 1, "history": 5, "seen": 7, "usage": []},
        {"v": 1},
        {},
        None,
    ],
)
async def test_a_memory_that_cannot_be_read_is_dropped(memory: Any) -> None:
    assert read_memory(memory).history == ()
    case = outage(memory=memory if isinstance(memory, dict) else {})
    assert "too many connections" in (await answer(agent_with(Script([HELD])), case)).text


def test_what_is_packed_comes_back() -> None:
    messages = [*turn(1), *turn(2)]
    assert unpacked(packed(messages)) == messages


def test_what_only_its_own_provider_can_use_is_not_stored() -> None:
    thinking = ThinkingPart("hm", id="r1", signature="abc", provider_name="openai")
    text = TextPart("so", id="msg_1", provider_name="openai", provider_details={"a": 1})
    asked_for = ModelRequest(parts=[UserPromptPart("?")], instructions="You are Burrow")
    given = ModelResponse(parts=[thinking, text], provider_response_id="resp_1")
    kept = tidy([asked_for, given])
    assert b"resp_1" not in packed(kept).encode()
    (said_to_us,) = kept[1].parts
    assert said_to_us == TextPart("so")
    assert isinstance(kept[0], ModelRequest)
    assert kept[0].instructions is None


def test_half_an_answer_is_not_gone_on_from() -> None:
    half = ModelResponse(parts=[TextPart("half an ")], state="interrupted")
    whole = turn(1)
    assert resumable([*whole, half]) == whole


def test_a_short_conversation_stays_as_it_is() -> None:
    messages = [*turn(1), *turn(2)]
    assert compacted(messages, window=1_000) == messages


def test_first_the_results_of_older_turns_become_a_line() -> None:
    messages = [it for number in range(1, 5) for it in turn(number, "x" * 1_000)]
    short = compacted(messages, window=1_300)
    sizes = [characters_in([it]) for it in short if isinstance(it.parts[0], ToolReturnPart)]
    assert [size < 300 for size in sizes] == [True, True, False, False]


def test_then_older_turns_become_one_summary_that_still_says_what_was_answered() -> None:
    newest = turn(4, "x" * 1_000)
    messages = [it for number in range(1, 4) for it in turn(number, "x" * 1_000)]
    first, *rest = compacted([*messages, *newest], window=700)
    (summary,) = first.parts
    assert isinstance(summary, CompactionPart)
    assert "question 1" in str(summary.content)
    assert "answer 3" in str(summary.content)
    assert rest == newest


def test_what_a_shortened_conversation_does_not_hold_can_be_named() -> None:
    messages = [it for number in range(1, 5) for it in turn(number, f"{number}" * 1_000)]
    results = left_out(messages, compacted(messages, window=1_300))
    assert results == ["all but the beginning of query"]
    turns = left_out(messages, compacted(messages, window=700))
    assert turns == ["most of what was asked and answered here before"]
    long = [ModelRequest(parts=[UserPromptPart("x" * 9_000)], run_id="s1#5.1"), *turn(5)]
    assert left_out(long, compacted(long, window=700)) == ["the middle of long messages"]
    assert left_out(messages, messages) == []


def test_a_huge_conversation_still_fits_the_notebook() -> None:
    noise = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    texts = ["".join(noise.choices(letters, k=8_000)) for _ in range(80)]
    messages = [it for number, text in enumerate(texts) for it in turn(number, text)]
    stored = Memory(history=tuple(messages)).as_json(window=1_000_000)
    assert 0 < len(stored["history"]) <= MOST_PACKED
    assert read_memory(stored).history


async def test_a_conversation_is_compacted_before_it_is_sent() -> None:
    first = await answer(agent_with(Script([QUERY, HELD]), [query_logs]), outage())
    script = Script([HELD])
    await second_turn(first, script, context_tokens=200)
    assert any(isinstance(it.parts[0], CompactionPart) for it in script.requests[0])


async def test_what_a_stopped_turn_found_is_shown_and_remembered() -> None:
    running = asyncio.Event()

    async def hangs() -> str:
        running.set()
        await asyncio.sleep(60)
        return "never"

    agent = agent_with(Script([QUERY, ("hangs", {})]), [query_logs, hangs])
    found: list[Finding] = []

    async def work() -> None:
        async for step in agent.investigate(outage()):
            if isinstance(step, Finding) and step.document is not None:
                found.append(replace(step, text=plain_text(step.document)))

    task = asyncio.create_task(work())
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (finding,) = found
    assert "query_logs" in finding.text
    assert "502 for /pay at 10:01" in finding.text
    assert "This call was cut off" in str(read_memory(finding.notebook).history)
    script = Script([report(("It failed then", "t1", "502 for /pay at 10:01"))])
    await second_turn(finding, script)
    assert len(script.requests) == 1


async def test_a_turn_that_is_stopped_before_it_has_looked_says_nothing_of_its_own() -> None:
    waits = asyncio.Event()

    async def hangs(_: object, __: object) -> AsyncIterator[DeltaToolCalls]:
        waits.set()
        await asyncio.sleep(60)
        yield {}

    agent = agent_with(Script([HELD]))
    found: list[Finding] = []

    async def work() -> None:
        with agent.asking.agent.override(model=FunctionModel(stream_function=hangs)):
            async for step in agent.investigate(outage()):
                if isinstance(step, Finding):
                    found.append(step)

    task = asyncio.create_task(work())
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (finding,) = found
    assert finding.document is not None
    assert finding.document.blocks == ()


async def test_a_turn_that_was_handed_back_is_asked_its_question_again() -> None:
    first = await answer(agent_with(Script([QUERY, HELD]), [query_logs]), outage())
    script = Script([HELD])
    await answer(agent_with(script), outage(memory=dict(first.notebook or {}), fence=2))
    assert "To answer:" in script.sent()
    last_prompt = script.sent().rpartition("To answer:")[2]
    assert "@Burrow why is checkout down?" in last_prompt


async def test_a_thread_that_has_used_its_day_gets_the_brief() -> None:
    first = await answer(agent_with(Script([HELD])), outage())
    case = outage(memory=dict(first.notebook or {}), fence=2)
    script = Script([HELD])
    agent = agent_with(script, model_tokens_per_thread=10)
    sentence, brief = [it for it in await steps(agent, case) if isinstance(it, Finding)]
    assert "has used its 10 model tokens of today" in sentence.text
    assert "message" in brief.text
    assert not script.requests


async def test_an_installation_that_has_used_its_day_gets_the_brief() -> None:
    script, tally = Script([HELD]), Tally(in_memory())
    await answer(agent_with(script, model_tokens_per_day=10), outage(tally=tally))
    found = await steps(agent_with(script, model_tokens_per_day=10), outage(tally=tally))
    sentence, _ = [it for it in found if isinstance(it, Finding)]
    assert "All threads together" in sentence.text
    assert len(script.requests) == 1


async def test_without_a_limit_of_the_day_nobody_asks_for_the_sum() -> None:
    script, tally = Script([HELD]), Tally(in_memory())
    for _ in range(2):
        await answer(agent_with(script, model_tokens_per_day=0), outage(tally=tally))
    assert len(script.requests) == 2
    assert await tally.today(TOKENS_OF_ALL) > 0


async def test_a_notebook_of_the_first_version_is_still_read_or_dropped() -> None:
    stored = json.loads(Path(__file__).with_name("notebook_v1.json").read_text())
    script = Script([report(("It failed then", "t1", "502 for /pay at 10:01"))])
    second = await second_turn(Finding(text="", notebook=stored), script)
    assert second.text


async def test_a_history_that_the_library_refuses_becomes_a_summary() -> None:
    open_call = ModelResponse(
        parts=[ToolCallPart("query", {}, tool_call_id="c9")], run_id="s1#0.1"
    )
    history = packed([*turn(0)[:1], open_call])
    stored = {"v": 1, "history": history, "usage": {}}
    script = Script([HELD])
    finding = await answer(agent_with(script), outage(memory=stored))
    assert "too many connections" in finding.text
    assert any(isinstance(it.parts[0], CompactionPart) for it in script.requests[0])


async def test_earlier_turns_can_be_searched_once_there_are_some() -> None:
    script = Script([HELD])
    first = await answer(agent_with(script), outage())
    assert "search_earlier_turns" not in script.offered[0]
    later = Script([HELD])
    await second_turn(first, later)
    assert "search_earlier_turns" in later.offered[0]
