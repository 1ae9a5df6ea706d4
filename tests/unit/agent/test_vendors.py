"""Errors as other vendors give them, through their own clients: each in its sentence.

Their clients are extras of the model library, and no requirement of ours: what is missing is
skipped (`pip install "pydantic-ai-slim[anthropic,google]"`).
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.config import Settings
from bot.investigators.agent.model import choose_model
from bot.investigators.agent.opening import make_investigator
from bot.investigators.agent.tools import own_tools
from bot.investigators.contract import Finding, Progress
from tests.support.models import allow_models_on_loopback
from tests.support.serving import serving as serving_app
from tests.unit.agent.cases import outage
from tests.unit.agent.scripted import steps

pytestmark = pytest.mark.slow

KEY = "sk-ant-api03-aaaabbbbccccddddeeee"


@dataclass(slots=True)
class Vendor:
    """Answers every request alike."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: int = 0

    async def handle(self, _: web.Request) -> web.StreamResponse:
        self.asked += 1
        if isinstance(self.body, str):
            return web.Response(text=self.body, content_type="text/event-stream")
        return web.json_response(self.body, status=self.status, headers=dict(self.headers))


@asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[str]:
    """Run it on a port of its own; yields its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    async with serving_app(app, shutdown_timeout=0.1) as address:
        yield address


async def told_by(
    vendor: Vendor, model: str, base: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[str]]:
    """Return what the thread is told first, and the progress before."""
    allow_models_on_loopback(monkeypatch)
    monkeypatch.setenv(key, KEY)
    async with serving(vendor) as url:
        monkeypatch.setenv(base, url)
        choice = choose_model(model, context_tokens=32_000, is_streamed=False)
        async with choice.model:
            settings = Settings.isolated(investigator="agent", model=model)
            agent = make_investigator(settings, choice, "", [own_tools(())])
            found = await steps(agent, outage())
    said = [it.text for it in found if isinstance(it, Finding)]
    assert len(said) == 2, "a sentence, and then the brief"
    assert KEY not in "\n".join(said)
    return said[0], [it.text for it in found if isinstance(it, Progress)]


def ant(kind: str, message: str) -> dict[str, Any]:
    """An error of Anthropic's: https://docs.claude.com/en/api/errors."""
    return {"type": "error", "error": {"type": kind, "message": message}}


def stream(*events: dict[str, Any]) -> str:
    """Events as they are streamed; long answers always are."""
    return "".join(f"event: {it['type']}\ndata: {json.dumps(it)}\n\n" for it in events)


MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
REFUSAL = stream(
    {"type": "message_start", "message": MESSAGE},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "refusal", "stop_sequence": None},
        "usage": {"output_tokens": 1},
    },
    {"type": "message_stop"},
)
ANTHROPIC = [
    (401, ant("authentication_error", f"invalid x-api-key {KEY}"), "refuses my key"),
    (403, ant("permission_error", "Your API key may not use this"), "refuses my key"),
    (404, ant("not_found_error", "model: claude-nope"), "does not know the model"),
    (400, ant("invalid_request_error", "Your credit balance is too low to access it"), "quota"),
    (400, ant("invalid_request_error", "prompt is too long: 2 tokens > 1 maximum"), "too long"),
    (413, ant("request_too_large", "Request exceeds the maximum size"), "too long"),
    (429, ant("rate_limit_error", "Number of request tokens has exceeded"), "asks me to wait"),
    (529, ant("overloaded_error", "Overloaded"), "asks me to wait"),
    (500, ant("api_error", "Internal server error"), "cannot be reached"),
    (
        400,
        ant("invalid_request_error", "Output blocked by content filtering policy"),
        "refuses to",
    ),
    (400, ant("invalid_request_error", "something else"), "rejects my request"),
    (200, REFUSAL, "refuses to answer"),
]


@pytest.mark.parametrize(("status", "body", "said"), ANTHROPIC)
async def test_an_error_of_anthropics(
    status: int, body: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("anthropic", reason="pip install 'pydantic-ai-slim[anthropic]'")
    vendor = Vendor(status, body, {"Retry-After": "0"})
    sentence, _ = await told_by(
        vendor, "anthropic:claude-sonnet-5", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", monkeypatch
    )
    assert said in sentence
    assert vendor.asked <= 4


def goo(code: int, status: str, message: str, *details: Any) -> dict[str, Any]:
    """An error of Google's: https://ai.google.dev/gemini-api/docs/troubleshooting."""
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return {"error": error}


BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
A_DAY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
}
SOON = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0s"}
TOO_MANY = (
    "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576)."
)
GOOGLE = [
    (goo(400, "INVALID_ARGUMENT", "API key not valid.", BAD_KEY), "refuses my key"),
    (goo(403, "PERMISSION_DENIED", f"Method doesn't allow {KEY}"), "refuses my key"),
    (goo(404, "NOT_FOUND", "models/gemini-nope is not found"), "does not know the model"),
    (goo(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", A_DAY), "quota"),
    (goo(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted", SOON), "asks me to wait"),
    (goo(400, "INVALID_ARGUMENT", TOO_MANY), "too long"),
    (goo(400, "FAILED_PRECONDITION", "Please enable billing on your project"), "quota"),
    (goo(400, "FAILED_PRECONDITION", "User location is not supported"), "rejects my request"),
    (goo(503, "UNAVAILABLE", "The model is overloaded.", SOON), "asks me to wait"),
    (goo(500, "INTERNAL", "An internal error has occurred", SOON), "cannot be reached"),
    ({"promptFeedback": {"blockReason": "SAFETY"}}, "refuses to answer"),
]


@pytest.mark.parametrize(("body", "said"), GOOGLE)
async def test_an_error_of_googles(body: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("google.genai", reason="pip install 'pydantic-ai-slim[google]'")
    vendor = Vendor(body.get("error", {}).get("code", 200), body)
    sentence, _ = await told_by(
        vendor, "google:gemini-3-pro", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_API_KEY", monkeypatch
    )
    assert said in sentence
    assert vendor.asked <= 4
