"""Servers that speak OpenAI's chat completions almost: each shape ends in an answer or a sentence.

https://platform.openai.com/docs/api-reference/chat/streaming: what they should send.
"""

import json
from typing import Any

import pytest

from bot.investigators.agent import requests
from tests.unit.agent.model_server import Step, calls, chunk_of, piece, refuses, sends, serving
from tests.unit.agent.reports import report
from tests.unit.agent.test_model_server import _models_on_loopback, agent_on, told

__all__ = ["_models_on_loopback", "agent_on"]
pytestmark = pytest.mark.slow

HELD = report(("The database refuses", "m2", "too many connections for role app"))
GOOD = calls(HELD)
ARGUMENTS = json.dumps(HELD[1])
PIECES = [ARGUMENTS[place : place + 7] for place in range(0, len(ARGUMENTS), 7)]
WHOLE = piece("report", ARGUMENTS)
END = chunk_of(finish="tool_calls")
DONE = b"data: [DONE]\n\n"
NO_CHOICES = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
FIND = piece("find_in_thread", '{"text": "db-7"}')
READ = piece("read_thread", '{"first": 1}', index=1)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_FIRST_WAIT", 0.01)


def in_pieces(name: str | None, id: str | None) -> Step:
    """A call whose arguments come in pieces; this is what stands beside all but the first."""
    more = [chunk_of(piece(name, text, id=id)) for text in PIECES[1:]]
    return sends(chunk_of(piece("report", PIECES[0])), *more, END, DONE)


TAKEN = {
    "no finish_reason": sends(chunk_of(WHOLE), DONE),
    "no end at all": sends(chunk_of(WHOLE)),
    "finished by stop": sends(chunk_of(WHOLE), chunk_of(finish="stop"), DONE),
    "finished oddly": sends(chunk_of(WHOLE), chunk_of(finish="eos"), DONE),
    "empty choices first": sends(NO_CHOICES | {"choices": []}, chunk_of(WHOLE), END, DONE),
    "null choices first": sends(NO_CHOICES | {"choices": None}, chunk_of(WHOLE), END, DONE),
    "pieces": in_pieces(None, None),
    "pieces with empty names": in_pieces("", ""),
    "pieces with the name again": in_pieces("report", "c1"),
    "no id": sends(chunk_of(piece("report", ARGUMENTS, id=None)), END, DONE),
    "no index": sends(chunk_of(piece("report", ARGUMENTS, index=None)), END, DONE),
    "usage is null": sends(chunk_of(WHOLE, usage=None), END, DONE),
    "pings": sends(b": ping\n\n" * 50, chunk_of(WHOLE), END, DONE),
}


@pytest.mark.parametrize("step", TAKEN.values(), ids=TAKEN)
async def test_an_answer_of_an_odd_shape_is_an_answer(agent_on: Any, step: Step) -> None:
    async with serving(step) as server:
        (text,) = await told(await agent_on(server))
    assert "“too many connections" in text
    assert len(server.requests) == 1


BROKEN = {
    "nothing": sends(DONE),
    "only empty choices": sends(NO_CHOICES | {"choices": []}, DONE),
    "half a call": sends(chunk_of(piece("report", PIECES[0]))),
    "an error within": sends(chunk_of(), {"error": {"message": "out of memory", "code": 500}}),
    "an error as text": sends({"error": "the model is loading"}),
    "half a line": sends(b'data: {"id": 5, "cho\n\n'),
    "a page": sends(b"<html>Sign in</html>", kind="text/html"),
    "too slow": refuses(408, {"message": "timeout"}),
    "too early": refuses(425, {"message": "early"}),
    "a gateway": sends(b"<html>bad gateway</html>", status=502, kind="text/html"),
}


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN)
async def test_what_broke_off_is_asked_once_more(agent_on: Any, step: Step) -> None:
    async with serving(step, GOOD) as server:
        (text,) = await told(await agent_on(server))
    assert "“too many connections" in text
    assert len(server.requests) == 2


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN)
async def test_a_server_that_always_breaks_off_is_given_up(agent_on: Any, step: Step) -> None:
    async with serving(step) as server:
        sentence, brief = await told(await agent_on(server))
    assert "For your operator: req-1." in sentence
    assert "2 messages" in brief
    assert len(server.requests) <= 5


@pytest.mark.parametrize("status", [405, 410, 418, 424, 451])
async def test_a_server_that_does_not_take_our_requests_is_not_asked_again(
    agent_on: Any, status: int
) -> None:
    async with serving(refuses(status, {"message": "no"})) as server:
        sentence, _ = await told(await agent_on(server))
    assert "rejects my request" in sentence
    assert len(server.requests) == 1


async def test_two_calls_of_one_id_are_two_calls(agent_on: Any) -> None:
    both = sends(chunk_of(FIND, READ), END, DONE)
    async with serving(both, both, GOOD) as server:
        (text,) = await told(await agent_on(server))
    results = [it for it in server.requests[2]["messages"] if it["role"] == "tool"]
    assert len({it["tool_call_id"] for it in results}) == 4
    assert "“too many connections" in text
