"""From INVESTIGATOR's value to something a turn can iterate, whatever kind of function it is."""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from importlib import import_module
from typing import Any

from bot.errors import ConfigurationError
from bot.investigators.contract import Case, Finding, Investigator, Progress

_GOOD_FORMS = "brief, or package.module:factory (a function without arguments that returns it)"
_END = object()

BUILT_IN = {"brief": "bot.investigators.brief:BriefInvestigator"}
"""Names of our own investigators, imported only when asked for."""

Steps = Callable[[Case], AsyncIterator[Progress | Finding]]


def load_investigator(name: str) -> Steps:
    """Return the investigator that a setting names; raises `ConfigurationError`."""
    module_name, separator, attribute = BUILT_IN.get(name, name).partition(":")
    if not (separator and module_name and attribute):
        raise ConfigurationError(f"INVESTIGATOR={name!r} is not valid: it takes {_GOOD_FORMS}.")
    try:
        investigator = getattr(import_module(module_name), attribute)()
    except Exception as error:
        raise ConfigurationError(
            f"INVESTIGATOR={name!r} could not be loaded ({type(error).__name__}: {error}):"
            f" it takes {_GOOD_FORMS}."
        ) from error
    return steps_of(getattr(investigator, "investigate", investigator))


def steps_of(investigator: Investigator) -> Steps:
    """Make one shape of async generator functions, coroutines and plain blocking functions."""
    if inspect.isasyncgenfunction(investigator):
        return investigator
    if inspect.iscoroutinefunction(investigator):
        return lambda case: _awaited(investigator, case)
    return lambda case: _in_a_thread(investigator, case)


async def _awaited(
    investigator: Callable[[Case], Any], case: Case
) -> AsyncIterator[Progress | Finding]:
    for step in _as_steps(await investigator(case)):
        yield step


async def _in_a_thread(
    investigator: Callable[[Case], Any], case: Case
) -> AsyncIterator[Progress | Finding]:
    """Run a blocking function in a daemon thread: one that hangs cannot hold up an exit."""
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Any] = asyncio.Queue()

    def hand_over(step: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(steps.put_nowait, step)

    def work() -> None:
        try:
            for step in _as_steps(investigator(case)):
                hand_over(step)
            hand_over(_END)
        except BaseException as error:  # noqa: BLE001 - raised again on the loop
            hand_over(error)

    threading.Thread(target=work, name="investigator", daemon=True).start()
    while (step := await steps.get()) is not _END:
        if isinstance(step, BaseException):
            raise step
        yield step


def _as_steps(result: Any) -> Iterable[Progress | Finding]:
    if isinstance(result, str):
        return [Finding(text=result)]
    if isinstance(result, Finding | Progress):
        return [result]
    return result or ()
