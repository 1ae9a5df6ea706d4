"""Loads the function that INVESTIGATOR names, and makes its steps iterable for a turn."""

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import structlog

from bot.config import Settings
from bot.config.checks import suggestion
from bot.config.showing import given
from bot.errors import ConfigurationError
from bot.investigators.brief.runbooks import Runbooks
from bot.investigators.contract import Case, Finding, Investigator, Step, TallyView
from bot.investigators.threads import steps_of_thread
from bot.observe.recorder import NO_RECORDER, Recorder

log = structlog.get_logger(__name__)

_GOOD_FORMS = (
    "brief, agent, or package.module:factory (a function without arguments that returns it)"
)
_LONGEST_ERROR = 300
_WRONG_STEP = "an investigator gives Progress, Finding, Ask, CallEnd or str, not {!r:.100}"

BUILT_IN = {
    "brief": "bot.investigators.brief:BriefInvestigator",
    "agent": "bot.investigators.agent.opening:open_agent",
}
"""Names of our own investigators, imported only when asked for."""

_AGENT_EXTRA = (
    "`pip install 'pydantic-ai-slim[openai,mcp,web-fetch]>=2.68,<3'` (in a checkout: `make agent`)"
)
_EXTRAS = {"agent": ("pydantic_ai", _AGENT_EXTRA)}

Steps = Callable[[Case], AsyncIterator[Step]]


@asynccontextmanager
async def open_investigator(
    settings: Settings, recorder: Recorder = NO_RECORDER, runbooks: Runbooks | None = None
) -> AsyncIterator[Steps]:
    """Load the investigator that the settings name, and keep it open.

    An investigator that is an async context manager is entered now and left at the end: it may
    keep connections and processes. Raises `ConfigurationError`.
    """
    made = await _made(settings, recorder, runbooks)
    if settings.investigator == "brief":
        log.info("agent.off", turn_on="INVESTIGATOR=agent and MODEL=provider:name")
    if isinstance(made, AbstractAsyncContextManager):
        async with made as investigator:
            yield steps_of(_function(settings.investigator, investigator))
    else:
        yield steps_of(_function(settings.investigator, made))


async def _made(settings: Settings, recorder: Recorder, runbooks: Runbooks | None) -> Any:
    """Call the factory that is named.

    Its module is imported in a thread: a model library takes seconds, in which a stop counts.
    """
    name = settings.investigator
    module_name, separator, attribute = BUILT_IN.get(name, name).partition(":")
    if not (separator and module_name and attribute):
        meant = suggestion(name, list(BUILT_IN))
        because = f" ({meant})" if meant else ""
        raise ConfigurationError(
            f"INVESTIGATOR{given(name)} is not valid{because}: it takes {_GOOD_FORMS}."
        )
    # The script `burrow`, unlike `python -m bot`, does not look for modules where it is started.
    if "" not in sys.path:
        sys.path.append("")
    own = {"agent": (settings, recorder, runbooks), "brief": (settings, runbooks)}.get(name, ())
    try:
        module = await asyncio.to_thread(import_module, module_name)
        return getattr(module, attribute)(*own)
    except ConfigurationError:
        raise
    except (Exception, SystemExit) as error:
        _explain_missing_extra(name, error)
        raise ConfigurationError(
            f"INVESTIGATOR{given(name)} could not be loaded ({_in_a_line(error)}):"
            f" it takes {_GOOD_FORMS}."
        ) from error


def _in_a_line(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:_LONGEST_ERROR] if words else type(error).__name__


def _explain_missing_extra(name: str, error: BaseException) -> None:
    """Name the command that installs what a built-in investigator needs."""
    package, command = _EXTRAS.get(name, ("", ""))
    if package and isinstance(error, ModuleNotFoundError) and error.name == package:
        raise ConfigurationError(
            f"INVESTIGATOR={name} needs packages that are not installed: {command}."
        ) from error


def _function(name: str, investigator: Any) -> Any:
    """Return what is called for each case."""
    function = getattr(investigator, "investigate", investigator)
    if not callable(function):
        raise ConfigurationError(
            f"INVESTIGATOR{given(name)} returned {investigator!r:.100}, which cannot be called:"
            f" it takes {_GOOD_FORMS}."
        )
    return function


def counting(steps: Steps, tally: TallyView) -> Steps:
    """Give each case the numbers that all instances add up to."""
    return lambda case: steps(replace(case, tally=tally))


def steps_of(investigator: Investigator) -> Steps:
    """Make one shape of async generator functions, coroutines and plain blocking functions.

    An object that is called counts as what its `__call__` is.
    """
    is_function = inspect.isroutine(investigator) or isinstance(investigator, partial)
    shape: Any = investigator if is_function else getattr(investigator, "__call__", None)  # noqa: B004 - not whether, what
    if inspect.isasyncgenfunction(shape):
        return lambda case: _generated(investigator, case)
    if inspect.iscoroutinefunction(shape):
        return lambda case: _awaited(investigator, case)
    return lambda case: _in_a_thread(investigator, case)


async def _generated(investigator: Callable[[Case], Any], case: Case) -> AsyncIterator[Step]:
    async with aclosing(investigator(case)) as steps:
        async for step in steps:
            yield _as_step(step)


async def _awaited(investigator: Callable[[Case], Any], case: Case) -> AsyncIterator[Step]:
    for step in _as_steps(await investigator(case)):
        yield step


async def _in_a_thread(investigator: Callable[[Case], Any], case: Case) -> AsyncIterator[Step]:
    """Run a blocking function in a daemon thread: one that hangs cannot hold up an exit."""
    async with aclosing(steps_of_thread(lambda: _as_steps(investigator(case)))) as steps:
        async for step in steps:
            yield step


def _as_steps(result: Any) -> Iterator[Step]:
    """Read what a function returned: a step, several, or None."""
    if result is None:
        return
    if isinstance(result, str | Step):
        yield _as_step(result)
        return
    if not isinstance(result, Iterable) or isinstance(result, bytes | Mapping):
        raise TypeError(_WRONG_STEP.format(result))
    for step in result:
        yield _as_step(step)


def _as_step(step: Any) -> Step:
    if isinstance(step, str):
        return Finding(text=step)
    if isinstance(step, Step):
        return step
    raise TypeError(_WRONG_STEP.format(step))
