"""Logs the stack of each thread and task on SIGQUIT."""

import asyncio
import gc
import sys
import threading
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

import structlog

from bot.observe.loop_watch import outwards, place

log = structlog.get_logger(__name__)

MOST_TASKS = 200


def tell_stacks() -> None:
    """Log a line for each thread and each task of the running loop, outermost call first."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for ident, frame in sys._current_frames().items():
        calls = reversed(list(outwards(frame)))
        log.warning("stack.thread", thread=names.get(ident), stack=_in_lines(calls))
    tasks = sorted(asyncio.all_tasks(), key=lambda task: task.get_name())
    for task in tasks[:MOST_TASKS]:
        awaited = _inwards(task.get_coro())
        log.warning("stack.task", task=task.get_name(), stack=_in_lines(awaited))
    if left_out := len(tasks[MOST_TASKS:]):
        log.warning("stack.left_out", tasks=left_out)


def _in_lines(frames: Iterable[FrameType]) -> str:
    return "\n".join(map(place, frames))


def _inwards(awaiting: Any) -> Iterator[FrameType]:
    """Yield the frame of a coroutine, of what it awaits, and so on."""
    while (kind := _kind_of(awaiting)) is not None:
        if (frame := getattr(awaiting, f"{kind}_frame")) is not None:
            yield frame
        inner = getattr(awaiting, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
        # One step of an asynchronous generator does not name its generator, but refers to it.
        steps = [it for it in gc.get_referents(inner) if _kind_of(it)] if inner is not None else []
        awaiting = steps[0] if steps and _kind_of(inner) is None else inner


def _kind_of(awaiting: Any) -> str | None:
    """Return how the attributes of a coroutine, a generator or an asynchronous one begin."""
    return next((it for it in ("cr", "gi", "ag") if hasattr(awaiting, f"{it}_frame")), None)
