"""A model that does what a script says, inside the process."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, DeltaToolCalls, FunctionModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import AbstractToolset, FunctionToolset
from pydantic_core import to_json

from bot.config import Settings
from bot.document.plain import plain_text
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.agent.model import ModelChoice
from bot.investigators.agent.opening import make_investigator
from bot.investigators.agent.tools import own_tools
from bot.investigators.agent.work import Work
from bot.investigators.contract import Case, Finding, Step

Turn = Any
"""`(tool, arguments)`, a list of those, an exception, or a function of the messages."""


@dataclass(slots=True)
class Script:
    """Gives its turns one after another, the last one for ever, and keeps what it was sent."""

    turns: Sequence[Turn]
    requests: list[list[ModelMessage]] = field(default_factory=list)
    offered: list[list[str]] = field(default_factory=list)
    numbers_anew: bool = False
    """Whether the calls of each answer are numbered from 0, as some servers do."""

    def next(self, messages: list[ModelMessage], info: AgentInfo) -> list[tuple[str, Any]]:
        self.requests.append(list(messages))
        self.offered.append([tool.name for tool in info.function_tools])
        turn = self.turns[min(len(self.requests), len(self.turns)) - 1]
        if callable(turn):
            turn = turn(messages)
        if isinstance(turn, BaseException):
            raise turn
        return turn if isinstance(turn, list) else [turn]

    async def stream(
        self, messages: list[ModelMessage], info: AgentInfo
    ) -> AsyncIterator[DeltaToolCalls]:
        for place, (name, arguments) in enumerate(self.next(messages, info)):
            text = arguments if isinstance(arguments, str) else to_json(arguments).decode()
            call_id = f"call-{0 if self.numbers_anew else len(self.requests)}-{place}"
            yield {place: DeltaToolCall(name=name, json_args=text, tool_call_id=call_id)}

    def answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(
            parts=[ToolCallPart(name, args) for name, args in self.next(messages, info)]
        )

    def sent(self, number: int = -1) -> str:
        """All text of one request."""
        return "\n".join(
            str(getattr(part, "content", "")) for it in self.requests[number] for part in it.parts
        )


def agent_with(
    script: Script,
    tools: Sequence[Callable[..., Any] | Tool[Work]] = (),
    *,
    toolsets: Sequence[AbstractToolset[Work]] = (),
    context_tokens: int = 32_000,
    **settings: Any,
) -> AgentInvestigator:
    """Make the investigator with a scripted model and these tools beside its own."""
    choice = ModelChoice(
        model=FunctionModel(script.answer, stream_function=script.stream),
        context_tokens=context_tokens,
        is_streamed=settings.pop("model_stream", True),
        settings=ModelSettings(),
    )
    values = Settings.isolated(investigator="agent", **settings)
    own = own_tools((), has_runbooks=values.runbooks is not None)
    given: FunctionToolset[Work] = FunctionToolset(list(tools))
    return make_investigator(values, choice, "", [own, given, *toolsets])


async def steps(agent: AgentInvestigator, case: Case) -> list[Step]:
    """Run a turn to its end; findings come with their plain text."""
    return [with_text(step) async for step in agent.investigate(case)]


def with_text(step: Step) -> Step:
    """Give a finding the plain text of its document."""
    if isinstance(step, Finding) and step.document is not None:
        return replace(step, text=plain_text(step.document))
    return step


async def answer(agent: AgentInvestigator, case: Case) -> Finding:
    """Run a turn and return its one finding."""
    (finding,) = [it for it in await steps(agent, case) if isinstance(it, Finding)]
    return finding
