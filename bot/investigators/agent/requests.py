"""The work around each request to the model: news, limits, waiting, cleaning."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

import structlog
from pydantic_ai import RunContext
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    OutputTokenLimitExceeded,
    RetryModelRequest,
)
from pydantic_ai.messages import ModelResponse, SystemPromptPart
from pydantic_ai.models import ModelRequestContext, ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from bot.investigators.agent import words
from bot.investigators.agent.calls import Rule
from bot.investigators.agent.cleaning import cleaned
from bot.investigators.agent.compaction import characters_in, compacted, left_out
from bot.investigators.agent.failures import PASSING_STATUSES, is_too_long
from bot.investigators.agent.instructions import ANSWER_NOW, SHORTER, tools_missing
from bot.investigators.agent.work import Work
from bot.observe.series import MODEL_REQUESTS, MODEL_TOKENS
from session import Message

log = structlog.get_logger(__name__)

NO_LOOK = frozenset({"plan"})
"""Tools that show people something, and the model nothing."""
_TRIES = 3
_LONGEST_WAIT = 60.0
_FIRST_WAIT = 1.0
_JITTER = 0.2
_PASSING = (
    ModelRateLimitError,
    ModelServerError,
    ModelUnavailableError,
    ModelConnectionError,
    ModelTimeoutError,
    ModelRequestTimeout,
)


@dataclass(slots=True, kw_only=True)
class Pause:
    """Holds all turns of this process while the provider wants fewer requests."""

    monotonic: Callable[[], float]
    jitter: Callable[[], float] = random.random
    until: float = 0.0

    def hold(self, seconds: float) -> float:
        """Hold everybody for that long; return the seconds, with up to a fifth more."""
        waits = seconds * (1 + _JITTER * self.jitter())
        self.until = max(self.until, self.monotonic() + waits)
        return waits

    async def wait(self, work: Work) -> None:
        """Wait, visibly, until the provider may be asked again."""
        if (left := self.until - self.monotonic()) > 0:
            work.say(words.asks_to_wait(left))
            await asyncio.sleep(min(left, work.budget.seconds_left) + 0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The hooks around requests."""

    pause: Pause
    sleep: Callable[[float], Any] = field(default=asyncio.sleep)

    async def before(
        self, ctx: RunContext[Work], request: ModelRequestContext, /
    ) -> ModelRequestContext:
        """Tell the model what is new, and when it is to answer; keep the request small enough."""
        work = ctx.deps
        await self.pause.wait(work)
        for message in await news(work):
            ctx.enqueue(news_text(work, message))
        for note in work.notes:
            ctx.enqueue(SystemPromptPart(note))
        work.notes.clear()
        for name in sorted(work.unavailable.keys() - work.told_unavailable):
            work.told_unavailable.add(name)
            ctx.enqueue(SystemPromptPart(tools_missing(name, work.unavailable[name])))
        if reason := work.budget.ending():
            work.ended_by = work.ended_by or reason
            ctx.enqueue(SystemPromptPart(ANSWER_NOW, scope="request"))
        if work.wants_shorter:
            work.wants_shorter = False
            ctx.enqueue(SystemPromptPart(SHORTER, scope="request"))
        work.say(words.THINKING)
        messages = compacted(request.messages, window=work.context_tokens)
        work.left_out = left_out(request.messages, messages)
        return replace(
            request,
            messages=messages,
            model_request_parameters=_parameters(work, request.model_request_parameters),
        )

    async def tools(
        self, ctx: RunContext[Work], tools: list[ToolDefinition], /
    ) -> list[ToolDefinition]:
        """Offer none near the end of a budget; never one that repeats itself or is refused."""
        work = ctx.deps
        if work.budget.ending():
            return []
        gone = work.record.withdrawn | work.refused_tools | work.hidden_tools
        offered = [tool for tool in tools if tool.name not in gone]
        work.offered = tuple(tool.name for tool in offered)
        work.servers = {tool.name: Rule.of(tool).server for tool in offered}
        return offered

    async def after(
        self,
        ctx: RunContext[Work],
        *,
        request_context: ModelRequestContext,
        response: ModelResponse,
    ) -> ModelResponse:
        """Count the request, and clean what the model wrote before anything reads it."""
        work = ctx.deps
        before = work.budget.tokens
        work.budget.count(response, sent_characters=characters_in(request_context.messages))
        _record(work, response, estimated=work.budget.tokens - before)
        if response.finish_reason == "length":
            if work.was_cut:
                raise OutputTokenLimitExceeded("the answer was cut off twice")
            work.was_cut = work.wants_shorter = True
        asked = request_context.model_request_parameters
        tools = {it.name for it in (*asked.function_tools, *asked.output_tools)}
        return cleaned(response, request_context.messages, tools)

    async def failed(
        self, ctx: RunContext[Work], *, request_context: ModelRequestContext, error: Exception
    ) -> ModelResponse:
        """Ask again where that can help: three times, visibly, for as long as the turn lasts."""
        work = ctx.deps
        work.recorder.count(MODEL_REQUESTS, "failed")
        if not _is_passing(error):
            raise error
        attempt = request_context.attempt
        wanted = error.retry_after
        seconds = min(_FIRST_WAIT * 2**attempt if wanted is None else wanted, _LONGEST_WAIT)
        if attempt > _TRIES or seconds >= work.budget.seconds_left:
            work.was_asked_often = True
            raise error
        log.warning("model.retried", error=type(error).__name__, attempt=attempt, wait_s=seconds)
        if isinstance(error, ModelRateLimitError):
            seconds = self.pause.hold(seconds)
            work.say(words.asks_to_wait(seconds))
        else:
            work.say(words.tries_again(seconds))
        await self.sleep(seconds)
        raise RetryModelRequest


def _is_passing(error: Exception) -> TypeGuard[ModelAPIError]:
    """Tell whether the same request may get an answer a little later."""
    if isinstance(error, ModelQuotaExceededError) or is_too_long(error):
        return False
    if isinstance(error, ModelHTTPError) and error.status_code in PASSING_STATUSES:
        return True
    return isinstance(error, _PASSING)


def _parameters(work: Work, offered: ModelRequestParameters) -> ModelRequestParameters:
    """Offer a model that answered before it had looked nothing but tools, for once.

    If it answers anyway, that answer counts.
    """
    must_look, work.must_look = work.must_look and not work.budget.ending(), False
    can_look = any(it.name not in NO_LOOK for it in offered.function_tools)
    return replace(offered, output_tools=[]) if must_look and can_look else offered


def _record(work: Work, response: ModelResponse, *, estimated: int) -> None:
    """Count an answer of the model with its tokens, as the provider reports them."""
    work.recorder.count(MODEL_REQUESTS, "answered")
    usage = response.usage
    if usage.input_tokens or usage.output_tokens:
        cached = min(usage.cache_read_tokens, usage.input_tokens)
        work.recorder.count(MODEL_TOKENS, "input", by=usage.input_tokens - cached)
        work.recorder.count(MODEL_TOKENS, "cached_input", by=cached)
        work.recorder.count(MODEL_TOKENS, "output", by=usage.output_tokens)
    else:
        work.recorder.count(MODEL_TOKENS, "estimated", by=estimated)


async def news(work: Work) -> list[Message]:
    """Take up the messages that came since the model was last told, and return them."""
    return [it for it in await work.case.inbox.take() if it.text.strip()]


def news_text(work: Work, message: Message) -> str:
    return "This came in while you work:\n" + work.telling.stored(message)
