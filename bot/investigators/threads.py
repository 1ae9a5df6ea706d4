"""A blocking function in a thread of its own, whose steps are taken one by one."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import TypeVar

from bot.errors import BurrowError

T = TypeVar("T")

MOST_STEPS = 100
"""Steps that wait for the turn; with more, the investigator waits for it."""
LOOK_SECONDS = 0.5
"""How often a thread that waits looks whether its turn has ended."""


class TurnHasEndedError(BurrowError):
    """Raised in a thread whose steps nobody takes any more: it ends at its next step."""


async def steps_of_thread(work: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """Yield what `work` gives, from a daemon thread: one that hangs cannot hold up an exit."""
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[tuple[T] | BaseException | None] = asyncio.Queue()
    room, has_ended = threading.BoundedSemaphore(MOST_STEPS), threading.Event()

    def hand_over(step: tuple[T] | BaseException | None) -> None:
        while not room.acquire(timeout=LOOK_SECONDS):
            if has_ended.is_set():
                raise TurnHasEndedError
        if has_ended.is_set() or loop.is_closed():
            raise TurnHasEndedError
        loop.call_soon_threadsafe(steps.put_nowait, step)

    def run() -> None:
        try:
            for step in work():
                hand_over((step,))
            hand_over(None)
        except TurnHasEndedError:
            return
        except BaseException as error:  # noqa: BLE001 - raised again on the loop
            # If the loop is gone, nobody is left to be told.
            with suppress(TurnHasEndedError, RuntimeError):
                hand_over(error)

    threading.Thread(target=run, name="investigator", daemon=True).start()
    try:
        while (step := await steps.get()) is not None:
            room.release()
            if isinstance(step, BaseException):
                raise step
            yield step[0]
    finally:
        has_ended.set()
