"""An event loop whose clock jumps over every pause: hours pass in milliseconds, in order."""

import asyncio
import functools
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar, TypeVarTuple

P = ParamSpec("P")
Given = TypeVarTuple("Given")
Made = TypeVar("Made")


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self.waiting_for_others = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        began = time.monotonic()
        ready = super().select(timeout if self.waiting_for_others else 0)
        if not ready:
            self.now += timeout
        elif self.waiting_for_others:
            self.now += min(timeout, time.monotonic() - began)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time jumps, but while a thread works for it, or in `real_time`."""

    def __init__(self) -> None:
        self.jumping = _JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.now

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[*Given], Made],
        *args: *Given,
    ) -> asyncio.Future[Made]:
        made = super().run_in_executor(executor, func, *args)
        self.jumping.waiting_for_others += 1
        made.add_done_callback(self._has_come_back)
        return made

    def _has_come_back(self, _: asyncio.Future[Any]) -> None:
        self.jumping.waiting_for_others -= 1


@contextmanager
def real_time() -> Iterator[None]:
    """Let time pass as it does while something outside the loop, such as a socket, is awaited."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualTimeLoop):
        yield
        return
    loop.jumping.waiting_for_others += 1
    try:
        yield
    finally:
        loop.jumping.waiting_for_others -= 1


def in_virtual_time(
    test: Callable[P, Coroutine[Any, Any, None]],
) -> Callable[P, None]:
    """Run an async test on such a loop; its fixtures must be plain ones."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> float:
    """The running loop's time, in seconds: pass this wherever a monotonic clock is wanted."""
    return asyncio.get_running_loop().time()
