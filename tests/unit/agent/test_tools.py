"""What happens around each tool call."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic_ai import BinaryContent, ModelRetry, ToolFailed
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from bot.document.plain import plain_text
from bot.investigators.agent.calls import Rule
from bot.investigators.agent.results import MOST_CHARACTERS, NOTHING_FOUND
from bot.investigators.agent.tools import own_tools
from bot.investigators.agent.work import Work
from bot.investigators.contract import Finding
from tests.unit.agent.cases import QUESTION, Views, asked, case_of, ours, outage, said
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, answer

THREAD_SAYS = report(("It refuses", "m2", "too many connections for role app"))
QUERY = ("query_logs", {"service": "checkout"})


def returning(value: Any) -> Any:
    async def query_logs(service: str) -> Any:
        if isinstance(value, BaseException):
            raise value
        return value

    return query_logs


async def sent_for(value: Any) -> str:
    """What the model is sent for a tool that returns this."""
    script = Script([QUERY, THREAD_SAYS])
    await answer(agent_with(script, [returning(value)]), outage())
    return script.sent(1)


async def test_a_result_has_a_handle_and_can_be_quoted() -> None:
    script = Script([QUERY, report(("Pay fails", "t1", "502 for /pay at 10:01"))])
    finding = await answer(agent_with(script, [returning("502 for /pay at 10:01")]), outage())
    assert script.sent(1).endswith("t1:\n502 for /pay at 10:01")
    assert "“502 for /pay at 10:01”: query_logs(service=checkout)" in finding.text


@pytest.mark.parametrize(
    "error",
    [
        KeyError("a"),
        RuntimeError("x" * 9_000),
        ModelRetry("page gone"),
        ExceptionGroup("g", [OSError()]),
    ],
)
async def test_whatever_a_tool_raises_is_a_failed_result(error: Exception) -> None:
    sent = await sent_for(error)
    assert "t1: failed: " in sent
    assert len(sent.partition("t1: failed: ")[2]) < 600


async def test_a_failed_result_is_evidence_for_nothing() -> None:
    script = Script([QUERY, report(("The database is gone", "t1", "connection refused by db-7"))])
    tool = returning(OSError("connection refused by db-7"))
    finding = await answer(agent_with(script, [tool]), outage())
    assert "t1 failed, and a failed result shows nothing" in script.sent(2)
    assert finding.text.startswith("Inconclusive.")
    assert "This rests on the thread alone" in finding.text


@pytest.mark.parametrize("empty", ["", [], {}, None, "[]", "  \n"])
async def test_an_empty_success_is_written_out(empty: Any) -> None:
    assert NOTHING_FOUND in await sent_for(empty)


async def test_that_nothing_was_found_can_be_quoted() -> None:
    script = Script([QUERY, report(("There are no errors", "t1", NOTHING_FOUND))])
    finding = await answer(agent_with(script, [returning([])]), outage())
    assert NOTHING_FOUND in finding.text


async def test_the_audit_tells_each_call_and_what_it_cost() -> None:
    script = Script([QUERY, THREAD_SAYS])
    finding = await answer(agent_with(script, [returning("502 for /pay")]), outage())
    assert finding.audit is not None
    (call,) = finding.audit["calls"]
    assert (call["tool"], call["outcome"]) == ("query_logs", "done")
    assert call["arguments"] == '{"service": "checkout"}'
    assert finding.audit["requests"] == 2
    assert finding.audit["tokens"] > 0


async def test_a_long_result_keeps_head_and_tail_and_says_what_is_missing() -> None:
    lines = "\n".join(f"line {number:06}" for number in range(10_000))
    sent = await sent_for(lines)
    result = sent.partition("t1:\n")[2]
    assert result.startswith("line 000000")
    assert result.endswith("line 009999")
    assert f"cut: {MOST_CHARACTERS:,} of {len(lines):,} characters" in result
    assert len(result) < MOST_CHARACTERS + 100


async def test_a_flood_costs_no_time() -> None:
    async with asyncio.timeout(20):
        assert "cut: 8,000 of 49,999,999" in await sent_for("key=abc " * 6_250_000)


async def test_a_quotation_from_a_cut_result_says_so() -> None:
    script = Script([QUERY, report(("It ends", "t1", "the last line of it"))])
    tool = returning("x\n" * 9_000 + "the last line of it")
    finding = await answer(agent_with(script, [tool]), outage())
    assert "of a result that was cut" in finding.text


@pytest.mark.parametrize(
    "value",
    [
        "token xoxb-123456789012-secretsecret",
        {"password": "hunter2hunter2"},
        [{"text": "password=hunter2hunter2"}],
        "kind: Secret\ndata:\n  host: aHVudGVyMg==\n  any: hunter2hunter2\n",
        json.dumps({"kind": "Secret", "stringData": {"greeting": "hunter2hunter2"}}),
        {"content": json.dumps({"kind": "Secret", "data": {"x": "hunter2hunter2"}})},
        'kubectl: {"data":{"x":"hunter2hunter2"},"kind":"Secret"} (applied)',
    ],
)
async def test_secrets_never_reach_the_model(value: Any) -> None:
    sent = await sent_for(value)
    assert "secretsecret" not in sent
    assert "hunter2hunter2" not in sent
    assert "redacted" in sent


async def test_a_config_map_beside_a_secret_stays_as_it_is() -> None:
    text = "kind: Secret\ndata:\n  a: eHl6\n---\nkind: ConfigMap\ndata:\n  mode: careful\n"
    sent = await sent_for(text)
    assert "mode: careful" in sent
    assert "eHl6" not in sent


@pytest.mark.parametrize(
    "value",
    [
        BinaryContent(data=b"\x89PNG" * 75_000, media_type="image/png"),
        ["see", BinaryContent(data=b"x" * 300_000, media_type="image/png")],
    ],
)
async def test_binaries_are_one_line(value: Any) -> None:
    assert "(image/png, 300 kB, not shown)" in await sent_for(value)


async def test_what_no_store_takes_is_replaced() -> None:
    assert "a\ufffdb\ufffd" in await sent_for("a\ud800b\x00")


async def test_a_tool_that_hangs_is_given_up() -> None:
    async def query_logs(service: str) -> str:
        await asyncio.sleep(60)
        return "never"

    tools: FunctionToolset[Work] = FunctionToolset(
        [Tool(query_logs, metadata=Rule(seconds=0.05).as_metadata())]
    )
    script = Script([QUERY, THREAD_SAYS])
    await answer(agent_with(script, toolsets=[tools]), outage())
    assert "no answer within 0.05 s" in script.sent(1)


async def test_of_a_write_that_a_stop_cut_off_nobody_knows_the_outcome() -> None:
    running = asyncio.Event()

    async def restart() -> str:
        running.set()
        await asyncio.sleep(60)
        return "never"

    tools: FunctionToolset[Work] = FunctionToolset(
        [Tool(restart, metadata=Rule(is_write=True).as_metadata())]
    )
    agent = agent_with(Script([("restart", {})]), toolsets=[tools])
    found: list[Finding] = []

    async def work() -> None:
        async for step in agent.investigate(outage()):
            if isinstance(step, Finding):
                found.append(step)

    task = asyncio.create_task(work())
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert found[0].document is not None
    assert "restart(): outcome not known" in plain_text(found[0].document)


async def test_a_model_that_repeats_itself_is_told_so_and_then_loses_the_tool() -> None:
    script = Script([QUERY, QUERY, QUERY, QUERY, THREAD_SAYS])
    await answer(agent_with(script, [returning("502 for /pay")]), outage())
    assert "unchanged since t1" in script.sent(2)
    assert "query_logs" in script.offered[2]
    assert "query_logs" not in script.offered[3]


async def test_the_same_call_with_another_result_is_no_repetition() -> None:
    count = iter(range(100))

    async def query_logs(service: str) -> str:
        return f"{next(count)} errors"

    script = Script([QUERY, QUERY, QUERY, QUERY, THREAD_SAYS])
    await answer(agent_with(script, [query_logs]), outage())
    assert "query_logs" in script.offered[4]
    assert "t4:\n3 errors" in script.sent(4)


@pytest.mark.parametrize("fails", [False, True], ids=["done", "failed"])
async def test_after_a_write_the_same_call_may_be_made_again(fails: bool) -> None:
    async def restart() -> str:
        if fails:
            raise ToolFailed("half of it")
        return "restarted"

    write = Tool(restart, metadata=Rule(is_write=True).as_metadata())
    script = Script([QUERY, QUERY, ("restart", {}), QUERY, QUERY, QUERY, THREAD_SAYS])
    agent = agent_with(script, [returning("502 for /pay")], toolsets=[FunctionToolset([write])])
    await answer(agent, outage())
    assert "t3:\n502 for /pay" in script.sent(4)
    assert "query_logs" in script.offered[5]
    assert "query_logs" not in script.offered[6], "from there on it is counted anew"


async def test_a_model_that_repeats_for_ever_still_ends() -> None:
    script = Script([QUERY])
    found = await answer(agent_with(script, [returning("502 for /pay")]), outage())
    assert len(script.requests) <= 33
    assert found.text


async def test_near_the_end_of_its_requests_the_model_must_answer() -> None:
    count = iter(range(100))

    async def query_logs(service: str) -> str:
        return f"{next(count)} errors"

    def turn(_: Any) -> Any:
        return QUERY if script.offered[-1] else THREAD_SAYS

    script = Script([turn])
    finding = await answer(agent_with(script, [query_logs]), outage())
    assert len(script.requests) == 27
    assert "Answer now" in script.sent(-1)
    assert "I stopped because the model used all of its requests" in finding.text


async def test_the_thread_can_be_read_on_where_the_prompt_left_some_out() -> None:
    long = [said(number, f"note {number} " + "x" * 300) for number in range(1, 60)]
    script = Script([("read_thread", {"first": 5}), reply("note 7", "m1", "note 7 xxxxxxxxx")])
    agent = agent_with(script, context_tokens=5_000)
    finding = await answer(agent, case_of([*long, said(60, "@Burrow ?")], [asked(60, "?")]))
    assert "note 7 " not in script.sent(0)
    assert "`read_thread` shows them" in script.sent(0)
    assert "Ann, 10:07 UTC (https://" in finding.text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("read_thread", {"first": 1}), ("find_in_thread", {"text": "disk"})],
)
async def test_the_bots_own_words_are_no_source_when_a_tool_shows_them_once_more(
    tool: str, arguments: dict[str, Any]
) -> None:
    thread = [ours(1, "The disk of db-9 is full, I believe."), QUESTION]
    quoted = report(("The disk is full", "t1", "The disk of db-9 is full"))
    script = Script([(tool, arguments), quoted, quoted, quoted])
    finding = await answer(agent_with(script), case_of(thread, [asked(3, "why?")]))
    assert "t1 only repeats messages" in str(script.requests[2])
    assert finding.text.startswith("Inconclusive.")
    assert "I did not find this in a message or a tool result." in finding.text
    assert "This rests on the thread alone" in finding.text


async def test_an_earlier_answer_is_no_source_when_a_tool_finds_it() -> None:
    earlier = [replace(asked(1, "The disk of db-9 is full."), kind="answer")]
    quoted = report(("The disk is full", "t1", "The disk of db-9 is full"))
    script = Script([("search_earlier_turns", {"text": "disk"}), quoted, quoted, quoted])
    case = case_of([QUESTION], [asked(3, "why?")], views=Views(earlier=earlier), fence=2)
    finding = await answer(agent_with(script), case)
    assert "you answered: The disk of db-9 is full." in script.sent(1)
    assert finding.text.startswith("Inconclusive.")


async def test_messages_are_found_by_an_indicator() -> None:
    script = Script([("find_in_thread", {"text": "db-7"}), THREAD_SAYS])
    await answer(agent_with(script), outage())
    assert "too many connections" in script.sent(1).partition("t1:")[2]


async def test_new_messages_reach_the_model_while_it_works() -> None:
    case = outage()

    async def query_logs(service: str) -> str:
        case.inbox.arriving.append(asked(4, "also look at db-8"))  # type: ignore[attr-defined]
        return "502"

    script = Script([QUERY, THREAD_SAYS])
    await answer(agent_with(script, [query_logs]), case)
    assert "This came in while you work" in script.sent(1)
    assert "also look at db-8" in script.sent(1)


async def test_a_message_that_comes_with_the_answer_is_one_more_request() -> None:
    case = outage()

    def late(_: Any) -> Any:
        case.inbox.arriving.append(asked(4, "wait, look at db-8"))  # type: ignore[attr-defined]
        return THREAD_SAYS

    script = Script([late, report(("Ben saw it", "m2", "too many connections for role app"))])
    script.turns = [late, THREAD_SAYS]
    await answer(agent_with(script), case)
    assert len(script.requests) == 2
    assert "wait, look at db-8" in script.sent(1)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/x",
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
async def test_a_page_that_may_not_be_fetched_is_a_failed_result(url: str) -> None:
    hosts = ["wiki.example.com", "127.0.0.1", "169.254.169.254"]
    pages = own_tools(hosts).filtered(lambda _, tool: tool.name == "web_fetch")
    script = Script([("web_fetch", {"url": url}), THREAD_SAYS])
    finding = await answer(agent_with(script, toolsets=[pages]), outage())
    assert "t1: failed: " in script.sent(1)
    assert "too many connections" in finding.text
