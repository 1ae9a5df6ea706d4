"""Over the wire: a real provider client against a server that misbehaves in known ways."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset

from bot.config import Settings
from bot.document.thread import FileImage, SharedFile
from bot.investigators import contract
from bot.investigators.agent import words
from bot.investigators.agent.calls import Rule
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.agent.model import choose_model
from bot.investigators.agent.opening import make_investigator
from bot.investigators.agent.tools import own_tools
from bot.investigators.agent.work import Work
from bot.investigators.contract import Case, Finding, Progress
from tests.support.models import allow_models_on_loopback
from tests.unit.agent.cases import OUTAGE, Views, asked, case_of, outage, said
from tests.unit.agent.model_server import (
    ModelServer,
    Step,
    after,
    breaks_off,
    calls,
    refuses,
    says,
    serving,
)
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import steps

pytestmark = pytest.mark.slow

HELD = report(("The database refuses", "m2", "too many connections for role app"))
GOOD = calls(HELD)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)
KEY = "sk-proj-aaaabbbbccccddddeeeeffff0000"


@pytest.fixture(autouse=True)
def _models_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_models_on_loopback(monkeypatch)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
async def agent_on(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async def make(
        server: ModelServer, toolsets: Sequence[AbstractToolset[Work]] = (), **settings: Any
    ) -> AgentInvestigator:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        values = Settings.isolated(investigator="agent", model="openai-chat:scripted", **settings)
        choice = choose_model(
            values.model,
            context_tokens=values.model_context_tokens,
            is_streamed=values.model_stream,
        )
        await models.enter_async_context(choice.model)
        return make_investigator(values, choice, "", [own_tools(()), *toolsets])

    async with AsyncExitStack() as models:
        yield make


def findings(found: Sequence[contract.Step]) -> list[str]:
    return [it.text for it in found if isinstance(it, Finding)]


async def told(agent: AgentInvestigator, case: Case | None = None) -> list[str]:
    return findings(await steps(agent, case or outage()))


@pytest.mark.parametrize("is_streamed", [True, False])
async def test_a_turn_over_the_wire(agent_on: Any, is_streamed: bool) -> None:
    async with serving(calls(("read_thread", {"first": 1})), GOOD) as server:
        (text,) = await told(await agent_on(server, model_stream=is_streamed))
    assert "“too many connections for role app”" in text
    assert bool(server.requests[0].get("stream")) is is_streamed
    assert server.requests[0]["tool_choice"] == "required"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (refuses(401, {"message": f"Incorrect API key provided: {KEY}"}), "refuses my key"),
        (
            refuses(404, {"message": "The model does not exist", "code": "model_not_found"}),
            "does not know the model",
        ),
        (
            refuses(
                429,
                {
                    "message": "You exceeded your current quota",
                    "type": "insufficient_quota",
                    "code": "insufficient_quota",
                },
            ),
            "quota",
        ),
        (
            refuses(400, {"message": "something else", "type": "invalid_request_error"}),
            "rejects my request",
        ),
        (refuses(402, {"message": "Insufficient Balance"}), "quota"),
        (refuses(403, {"message": "Your API key was reported as leaked"}), "refuses my key"),
        (
            refuses(400, {"message": "API key expired. Please renew the API key."}),
            "refuses my key",
        ),
        (
            refuses(400, {"message": "You have reached your specified API usage limits."}),
            "quota",
        ),
        (
            refuses(400, {"message": "Your prompt was flagged", "code": "invalid_prompt"}),
            "refuses to answer",
        ),
        (
            refuses(400, {"message": "filtered due to the content management policy"}),
            "refuses to answer",
        ),
    ],
)
async def test_what_cannot_be_mended_is_one_sentence_and_then_the_brief(
    agent_on: Any, step: Step, said: str
) -> None:
    async with serving(step) as server:
        sentence, brief = await told(await agent_on(server))
    assert said in sentence
    assert "req-1" in sentence
    assert KEY not in sentence + brief
    assert "message" in brief
    assert len(server.requests) <= 2


async def test_a_port_that_nobody_listens_on_is_tried_again_and_then_said(agent_on: Any) -> None:
    async with serving(GOOD) as server:
        pass
    began = time.monotonic()
    sentence, _ = await told(await agent_on(server, turn_timeout_seconds=6))
    assert "cannot be reached" in sentence
    assert time.monotonic() - began < 30


async def test_a_rate_limit_is_waited_for_visibly(agent_on: Any) -> None:
    limited = refuses(429, {"message": "slow down", "code": "rate_limit"}, Retry_After="1")
    async with serving(limited, GOOD) as server:
        found = await steps(await agent_on(server), outage())
    assert "The model asks me to wait 1 s" in [it.text for it in found if isinstance(it, Progress)]
    assert len(server.requests) == 2
    assert "“too many connections" in findings(found)[0]


async def test_a_server_error_is_tried_again(agent_on: Any) -> None:
    async with serving(refuses(500, {"message": "oops"}), GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert len(server.requests) == 2
    assert "“too many connections" in text


async def test_a_stream_that_breaks_off_is_resumed_and_half_an_answer_is_none(
    agent_on: Any,
) -> None:
    cut = breaks_off("reply", '{"text": "half an ')
    async with serving(calls(("read_thread", {"first": 1})), cut, GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert "half an" not in text
    assert "“too many connections" in text
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "overflow",
    [
        {
            "message": "This model's maximum context length is 8192 tokens",
            "code": "context_length_exceeded",
            "type": "invalid_request_error",
        },
        {
            "message": "the request exceeds the available context size",
            "type": "exceed_context_size_error",
            "code": 400,
        },
        {"message": "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"},
        {"message": "prompt is too long: 215300 tokens > 200000 maximum"},
        {"message": "Request too large for gpt-5 on tokens per min: Limit 30000", "status": 429},
        {"message": "Payload Too Large", "status": 413},
    ],
)
async def test_a_conversation_too_long_for_the_model_is_shortened_once(
    agent_on: Any, overflow: dict[str, Any]
) -> None:
    status = overflow.pop("status", 400)
    long = [said(it, f"log {it}: " + "x" * 3_000) for it in range(10, 25)]
    case = case_of([*OUTAGE, *long, said(30, "@Burrow why?")], [asked(30, "<@UB> why?")])
    read = calls(("read_thread", {"first": 1}))
    async with serving(read, refuses(status, overflow), GOOD) as server:
        (text,) = await told(await agent_on(server), case)
    assert len(server.sent(2)) < len(server.sent(1))
    assert "“too many connections" in text


async def test_one_that_stays_too_long_ends_in_what_was_looked_at(agent_on: Any) -> None:
    overflow = refuses(400, {"message": "prompt is too long: 2 tokens > 1 maximum"})
    async with serving(calls(("find_in_thread", {"text": "db-7"})), overflow) as server:
        (text,) = await told(await agent_on(server))
    assert words.TOO_LONG in text
    assert "find_in_thread(text=db-7): done" in text
    assert len(server.requests) == 3
    assert "Left out" not in text, "it was too short to leave anything out"


async def test_one_that_stays_too_long_names_what_was_left_out(agent_on: Any) -> None:
    overflow = refuses(400, {"message": "prompt is too long: 2 tokens > 1 maximum"})
    long = [said(it, f"log {it}: " + "x" * 3_000) for it in range(10, 25)]
    thread, new = [*OUTAGE, *long, said(30, "@Burrow why?")], [asked(30, "<@UB> why?")]
    read = calls(("find_in_thread", {"text": "db-7"}), ("read_thread", {"first": 4}))
    async with serving(GOOD, read, overflow) as server:
        agent = await agent_on(server)
        (first,) = [it for it in await steps(agent, outage()) if isinstance(it, Finding)]
        case = case_of(thread, new, memory=dict(first.notebook or {}), fence=2)
        (text,) = await told(agent, case)
    assert words.TOO_LONG in text
    assert "Left out to make it shorter: most of what was asked and answered here before." in text


@pytest.mark.parametrize("status", [400, 404])
async def test_a_provider_that_refuses_an_earlier_turns_messages_gets_them_as_a_summary(
    agent_on: Any, status: int
) -> None:
    refused = refuses(status, {"message": "Item 'rs_1' of type 'reasoning' not found"})
    async with serving(GOOD, refused, GOOD) as server:
        agent = await agent_on(server)
        (first,) = [it for it in await steps(agent, outage()) if isinstance(it, Finding)]
        case = outage(memory=dict(first.notebook or {}), fence=2)
        (text,) = await told(agent, replace(case, new=(asked(4, "<@UB> and now?"),)))
    assert "“too many connections" in text
    roles = [[it["role"] for it in asked_for["messages"]] for asked_for in server.requests]
    assert "assistant" in roles[1]
    assert "assistant" not in roles[2]
    assert "The database refuses" in server.sent(2), "what was answered before is known"


async def test_a_tool_that_the_provider_refuses_is_left_out_and_named(agent_on: Any) -> None:
    refused = refuses(
        400,
        {
            "message": "Invalid schema for function 'find_in_thread': no",
            "type": "invalid_request_error",
        },
    )
    async with serving(refused, GOOD) as server:
        (text,) = await told(await agent_on(server))
    offered = [it["function"]["name"] for it in server.requests[1]["tools"]]
    assert "find_in_thread" not in offered
    assert "read_thread" in offered
    assert "Not usable with this model: find_in_thread" in text


def invalid(tool: str) -> Step:
    return refuses(400, {"message": f"Invalid schema for function '{tool}': no"})


async def test_a_provider_that_goes_on_complaining_costs_that_server(agent_on: Any) -> None:
    def look(text: str) -> str:
        return text

    tools = [
        Tool(look, name=name, metadata=Rule(server=server).as_metadata())
        for name, server in [
            ("es_search", "es"),
            ("es_count", "es"),
            ("es_index", "es"),
            ("k8s_pods", "k8s"),
        ]
    ]
    async with serving(invalid("es_search"), invalid("es_count"), GOOD) as server:
        agent = await agent_on(server, toolsets=[FunctionToolset(tools)])
        (text,) = await told(agent)
    offered = [[it["function"]["name"] for it in asked["tools"]] for asked in server.requests]
    assert [[it for it in names if it.startswith("es_")] for names in offered] == [
        ["es_search", "es_count", "es_index"],
        ["es_count", "es_index"],
        [],
    ]
    assert all("k8s_pods" in names for names in offered)
    assert "Not usable with this model: es_search" in text
    assert "Not usable with this model: es (all of it)" in text


async def test_plain_text_is_asked_for_once_more_as_an_answer(agent_on: Any) -> None:
    async with serving(says("It is the database."), GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert len(server.requests) == 2
    assert "“too many connections" in text


async def test_a_model_that_answers_before_it_has_looked_can_for_once_only_look(
    agent_on: Any,
) -> None:
    early = calls(("report", {"summary": [{"text": "The database."}], "scope": "", "facts": []}))
    async with serving(early, calls(("read_thread", {"first": 1})), GOOD) as server:
        (text,) = await told(await agent_on(server))
    offered = [{it["function"]["name"] for it in asked["tools"]} for asked in server.requests]
    assert [("report" in names, "read_thread" in names) for names in offered] == [
        (True, True),
        (False, True),
        (True, True),
    ]
    assert [it["tool_choice"] for it in server.requests] == ["required"] * 3
    assert "“too many connections" in text


async def test_a_model_that_never_gives_an_answer_ends_in_the_brief(agent_on: Any) -> None:
    async with serving(says("")) as server:
        sentence, _ = await told(await agent_on(server))
    assert "no answer that I can use" in sentence


@pytest.mark.parametrize("arguments", ['{"first": ', '{"first": "many"}', "[]"])
async def test_malformed_arguments_are_sent_back(agent_on: Any, arguments: str) -> None:
    async with serving(calls(("read_thread", arguments)), GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert "“too many connections" in text


async def test_an_unknown_tool_is_sent_back(agent_on: Any) -> None:
    async with serving(calls(("rm_rf", {})), GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert "“too many connections" in text


async def test_an_answer_that_was_cut_is_asked_for_once_more_shorter(agent_on: Any) -> None:
    cut = calls(("report", '{"summary": [{"text": "The data'), finish="length")
    async with serving(cut, GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert "in half the length" in server.sent(1)
    assert "“too many connections" in text


async def test_one_that_is_always_cut_ends_in_what_there_is(agent_on: Any) -> None:
    cut = calls(("report", '{"summary": [{"text": "The data'), finish="length")
    async with serving(calls(("read_thread", {"first": 1})), cut) as server:
        (text,) = await told(await agent_on(server))
    assert "cut off" in text
    assert "read_thread" in text


async def test_a_refusal_is_said_as_such(agent_on: Any) -> None:
    async with serving(says("", finish="content_filter")) as server:
        sentence, _ = await told(await agent_on(server))
    assert "refuses to answer" in sentence


async def test_a_server_that_counts_no_tokens_is_counted_by_characters(agent_on: Any) -> None:
    async with serving(calls(HELD, usage=False)) as server:
        found = await steps(await agent_on(server), outage())
    (finding,) = [it for it in found if isinstance(it, Finding)]
    assert (finding.notebook or {})["usage"]["tokens"] > 100


async def test_a_stop_closes_the_request(agent_on: Any) -> None:
    async with serving(after(30, GOOD)) as server:
        work = asyncio.create_task(steps(await agent_on(server), outage()))
        await server.asked.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await asyncio.wait_for(server.closed_by_client.wait(), 2)


async def test_a_screenshot_goes_over_the_wire_and_stays_away_once_it_is_refused(
    agent_on: Any,
) -> None:
    file = SharedFile(id="F1", name="graph.png", media_type="image/png", is_image=True)
    shared = replace(OUTAGE[0], files=(file,))
    image = FileImage(file=file, message=shared, data=PIXEL, media_type="image/png")
    refused = refuses(400, {"message": "this model does not support image input"})
    case = case_of(
        [shared, OUTAGE[1], said(3, "@Burrow why?")],
        [asked(3, "why?")],
        views=Views(images=[image]),
    )
    async with serving(refused, GOOD) as server:
        found = await told(await agent_on(server, model_images=True), case)
    assert "data:image/png;base64," in server.sent(0)
    assert "data:image/png;base64," not in server.sent(1)
    assert words.IMAGES_NOT_TAKEN in "\n".join(found)
