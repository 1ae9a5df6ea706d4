"""Tells when the event loop stands still, and in whose code."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

TOLERATED_SECONDS = 5.0
_CALLS_INVESTIGATORS = "bot.investigators.loading"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a thread is: in the code that matters, not in the depths of a library."""

    at: str
    is_investigating: bool


@contextmanager
def watching_the_loop(
    investigator: str, *, tolerated: float = TOLERATED_SECONDS
) -> Iterator[None]:
    """Log once for each time that the running loop does not answer for `tolerated` seconds.

    `investigator` is the setting's value: the line names it where its code holds up the loop.
    """
    watch = _Watch(asyncio.get_running_loop(), investigator, tolerated)
    thread = threading.Thread(target=watch.run, name="loop watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.ended.set()
        thread.join(tolerated)


class _Watch:
    def __init__(
        self, loop: asyncio.AbstractEventLoop, investigator: str, tolerated: float
    ) -> None:
        self.ended = threading.Event()
        self._loop = loop
        self._loops_thread = threading.get_ident()
        self._investigator = investigator
        self._tolerated = tolerated

    def run(self) -> None:
        """Ask the loop for a sign again and again, until `ended`."""
        while not self.ended.wait(self._tolerated / 2):
            sign = threading.Event()
            asked_at = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(sign.set)
            except RuntimeError:
                return
            # A second look: a whole process that was frozen wakes up with both threads at once.
            if not sign.wait(self._tolerated) and not sign.wait(self._tolerated / 10):
                self._tell()
                self._wait_for(sign, asked_at)

    def _wait_for(self, sign: threading.Event, asked_at: float) -> None:
        while not self.ended.is_set():
            if sign.wait(self._tolerated / 2):
                log.warning("loop.goes_on", after_s=round(time.monotonic() - asked_at, 1))
                return

    def _tell(self) -> None:
        task = asyncio.current_task(self._loop)
        found = whereabouts(sys._current_frames().get(self._loops_thread))
        log.error(
            "loop.blocked",
            for_s=self._tolerated,
            at=found.at,
            investigator=self._investigator if found.is_investigating else None,
            task=task.get_name() if task else None,
            advice="Nothing goes on in any thread meanwhile. Blocking work belongs in a plain"
            " function or in asyncio.to_thread.",
        )


def whereabouts(frame: FrameType | None) -> Whereabouts:
    """Find out where a thread is, from its innermost frame.

    In an investigation that is the innermost code of the investigator's own package, else the
    innermost code that is not Python's.
    """
    stack = list(outwards(frame))
    modules = [str(each.f_globals.get("__name__")) for each in stack]
    packages = [module.split(".")[0] for module in modules]
    if _CALLS_INVESTIGATORS in modules[1:]:
        called = modules.index(_CALLS_INVESTIGATORS, 1) - 1
        return Whereabouts(place(stack[packages.index(packages[called])]), True)
    for each, package in zip(stack, packages, strict=True):
        if package not in sys.stdlib_module_names:
            return Whereabouts(place(each), False)
    return Whereabouts("unknown", False)


def outwards(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame, its caller's, and so on."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def place(frame: FrameType) -> str:
    """Return `file.py:12 in function`."""
    code = frame.f_code
    return f"{Path(code.co_filename).name}:{frame.f_lineno} in {code.co_name}"
