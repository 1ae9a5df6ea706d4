"""Opens the agent at start-up: the model, its tools, what the operator says about the house."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pydantic_ai
import structlog
from pydantic_ai import Agent, DeferredToolRequests, RunContext, ToolOutput
from pydantic_ai.capabilities import Hooks, RaiseContentFilterError
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import AbstractToolset

from bot.config import GOOD_FORMS, Settings
from bot.config.showing import given
from bot.errors import ConfigurationError
from bot.investigators.agent.answering import check_answer
from bot.investigators.agent.calls import Rule, run_tool
from bot.investigators.agent.clean import storable
from bot.investigators.agent.instructions import instructions
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.agent.model import ModelChoice, choose_model
from bot.investigators.agent.output import Reply, Report, RunEnd, Silence
from bot.investigators.agent.requests import Pause, Requests
from bot.investigators.agent.spending import Spending
from bot.investigators.agent.tools import own_tools
from bot.investigators.agent.turn import Asking
from bot.investigators.agent.work import Work
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.runbooks import Runbooks
from bot.observe.recorder import NO_RECORDER, Recorder

log = structlog.get_logger(__name__)

_MCP = "bot.investigators.agent.mcp.opening"
_LONGEST_NOTES = 8_000
_TOOL_RETRIES = 3
_OUTPUT_RETRIES = 2


@asynccontextmanager
async def open_agent(
    settings: Settings, recorder: Recorder = NO_RECORDER, runbooks: Runbooks | None = None
) -> AsyncIterator[AgentInvestigator]:
    """Make the investigator that the settings describe; raises `ConfigurationError`."""
    pydantic_ai.BANNER_ENABLED = False
    # In threads, since both import for seconds.
    choice = await asyncio.to_thread(
        choose_model,
        settings.model,
        context_tokens=settings.model_context_tokens,
        is_streamed=settings.model_stream,
    )
    notes = read_notes(settings.agent_notes)
    log.info("agent.ready", model=settings.model, context_tokens=choice.context_tokens)
    ours = own_tools(sorted(settings.web_fetch_hosts), has_runbooks=runbooks is not None)
    # The operator's tools stand first: a weak model takes what it reads first.
    tools: list[AbstractToolset[Work]] = [ours]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(choice.model)
        if settings.mcp_config is not None:
            # Imported only here: it costs two seconds and 40 MiB.
            module = await asyncio.to_thread(import_module, _MCP)
            environment = os.environ  # noqa: TID251 - the file's own variables, not settings
            servers = module.open_servers(settings.mcp_config, environment)
            tools.insert(0, await stack.enter_async_context(servers))
        made = make_investigator(settings, choice, notes, tools, runbooks)
        yield replace(made, recorder=recorder)


def make_investigator(
    settings: Settings,
    choice: ModelChoice,
    notes: str,
    toolsets: Sequence[AbstractToolset[Work]],
    runbooks: Runbooks | None = None,
) -> AgentInvestigator:
    """Join model and tools."""
    return AgentInvestigator(
        asking=Asking(
            agent=build_agent(choice, notes, toolsets),
            context_tokens=choice.context_tokens,
            is_streamed=choice.is_streamed,
            sees_images=settings.model_images,
        ),
        brief=BriefInvestigator(settings, runbooks),
        turn_seconds=settings.turn_timeout_seconds,
        spending=Spending(
            per_thread=settings.model_tokens_per_thread, per_day=settings.model_tokens_per_day
        ),
    )


def build_agent(
    choice: ModelChoice, notes: str, toolsets: Sequence[AbstractToolset[Work]]
) -> Agent[Work, RunEnd]:
    """Build the agent once; each turn brings its own `Work`."""
    requests = Requests(pause=Pause(monotonic=time.monotonic))
    hooks = Hooks[Work](
        tool_execute=run_tool,
        before_model_request=requests.before,
        prepare_tools=requests.tools,
        after_model_request=requests.after,
        model_request_error=requests.failed,
    )
    agent: Agent[Work, RunEnd] = Agent(
        choice.model,
        deps_type=Work,
        output_type=[
            ToolOutput(Report, name="report"),
            ToolOutput(Reply, name="reply"),
            ToolOutput(Silence, name="stay_silent"),
            DeferredToolRequests,
        ],
        instructions=instructions(notes),
        toolsets=[it.approval_required(_needs_approval) for it in toolsets],
        capabilities=[hooks, RaiseContentFilterError()],
        retries={"tools": _TOOL_RETRIES, "output": _OUTPUT_RETRIES},
        model_settings=choice.settings,
        name="burrow",
    )
    agent.output_validator(check_answer)
    return agent


def _needs_approval(_: RunContext[Work], tool: ToolDefinition, __: dict[str, Any]) -> bool:
    return Rule.of(tool).needs_approval


def read_notes(path: Path | None) -> str:
    """Read AGENT_NOTES; raises `ConfigurationError` for a file that is missing or too long."""
    if path is None:
        return ""
    said, good = f"AGENT_NOTES{given(path)}", GOOD_FORMS["AGENT_NOTES"]
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_NOTES + 1)
    except OSError as error:
        why = error.strerror
        raise ConfigurationError(f"{said} cannot be read ({why}): it takes {good}.") from error
    if len(content) > _LONGEST_NOTES:
        raise ConfigurationError(f"{said} is too long: it takes {good}.")
    try:
        return storable(content.decode("utf-8-sig")).strip()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{said} is not text in UTF-8: it takes {good}.") from error
