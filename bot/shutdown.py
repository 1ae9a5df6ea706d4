"""Notes requests to stop the process, from its first line to its last."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.observe.stacks import tell_stacks

T = TypeVar("T")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
CANCEL_SECONDS = 5.0
LEFT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ShutdownRequests:
    """The first request stops in order, the second at once; both give every lease back."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Ask once more."""
        (self.hurry if self.stop.is_set() else self.stop).set()

    def on_signals(self) -> None:
        """Have SIGTERM, Ctrl-C, a terminal that closes and SIGQUIT ask.

        SIGQUIT has it told first where everything stands. Under nohup a terminal may close.
        """
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                loop.add_signal_handler(number, self._signalled, number)

    def _signalled(self, number: signal.Signals) -> None:
        if number == signal.SIGHUP:
            # One terminal that closes sends several; systemd may send one behind SIGTERM.
            self.stop.set()
            return
        if number == signal.SIGQUIT:
            tell_stacks()
        self.ask()

    async def unless_asked(
        self, work: Coroutine[Any, Any, T], *, until: asyncio.Event | None = None
    ) -> T | None:
        """Do `work` in a task; a stop cancels it, but not once `until` is set.

        None if it was cancelled. What takes no notice of that is left behind after
        `CANCEL_SECONDS`.
        """
        doing = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({doing, asked}, return_when=asyncio.FIRST_COMPLETED)
            if until is not None and until.is_set():
                await asyncio.wait({doing})
        finally:
            asked.cancel()
            if not doing.done():
                doing.cancel()
                in_order = until is not None and until.is_set()
                await asyncio.wait({doing}, timeout=None if in_order else CANCEL_SECONDS)
        if not doing.done() or doing.cancelled():
            return None
        return doing.result()


def run_to_the_end(
    main: Coroutine[Any, Any, None], abandon: Callable[[Sequence[str]], None]
) -> None:
    """Run `main` on a loop of its own; nothing that hangs holds up the end.

    `abandon` gets the names of tasks that take no notice of being cancelled: the loop would wait
    for them for ever, so it ends the process.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        try:
            runner.run(main)
        finally:
            if stubborn := runner.run(_cancel_what_is_left()):
                abandon(stubborn)
            # The loop would wait for its threads, and one may hang in a look-up of a name.
            loop.set_default_executor(ThreadPoolExecutor())
    for number in SIGNALS:
        # Everything has ended: a late signal is not to spoil the exit code.
        signal.signal(number, signal.SIG_IGN)


async def _cancel_what_is_left() -> list[str]:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if not left:
        return []
    _, stubborn = await asyncio.wait(left, timeout=LEFT_SECONDS)
    return sorted(task.get_name() for task in stubborn)
