"""One message that shows a long turn is alive: posted late, updated in place, left as a trace."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Self

import structlog

from bot import words
from bot.errors import PostingError
from bot.slack.parts import Part, plain
from bot.slack.posting import Label, Poster
from bot.slack.signals import Signals
from session import LockLostError, SlackThread, TurnId

log = structlog.get_logger(__name__)

STOP_ACTION = "burrow_stop"
KIND = "progress"
SHOW_AFTER = 3.0
UPDATE_EVERY = 3.0
LOOK_AGAIN_AFTER = (5.0, 30.0)
"""Seconds since the turn's end, and since the look before."""
_GOES_ON = " …"


class ProgressMessage:
    """An async context manager around a turn: `start` it, `note` each step, `leave` a trace.

    Started once the turn is in the store: whatever happens then, a successor finds the turn and
    mends the message.
    """

    def __init__(
        self,
        poster: Poster,
        signals: Signals,
        thread: SlackThread,
        turn_id: TurnId,
        guard: Callable[[], None],
    ) -> None:
        self._poster = poster
        self._signals = signals
        self._thread = thread
        self._label = Label(kind=KIND, key=turn_id)
        self._guard = guard
        self._text = "Investigating"
        self._shown: Part | None = None
        self._ts: str | None = None
        self.is_missing = False
        """It was asked for, and Slack may yet show it: `leave_later`."""
        self._trace = plain("")
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.steps = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def start(self) -> None:
        """Count the time from now on; a turn that ends before it is long needs no task."""
        self._timer = asyncio.get_running_loop().call_later(SHOW_AFTER, self._appear)

    def note(self, text: str) -> None:
        """Show this step with the next update."""
        self._text = text
        self.steps += 1
        self._changed.set()

    async def leave(self, text: str) -> None:
        """Turn the message, if it was ever shown, into one line that stays."""
        self._ended.set()
        self._changed.set()
        if self._task is None:
            return
        # Not cancelled: a post on its way would stay behind as a message nobody updates.
        await asyncio.wait([self._task])
        self._trace = plain(text)
        if self.is_missing:
            await self._look_for_it()
        if self._ts is not None:
            await self._show(self._trace)
            await self._say_status("active")

    async def leave_later(self) -> None:
        """Look again for a message that Slack took late, and leave the trace there.

        After the turn and without its lease: it ends a message of ours, and says nothing new.
        """
        for seconds in LOOK_AGAIN_AFTER:
            await asyncio.sleep(seconds)
            await self._look_for_it()
            if self._ts is not None:
                with suppress(PostingError):
                    await self._poster.update(self._thread.channel_id, self._ts, self._trace)
                return

    def _appear(self) -> None:
        if not self._ended.is_set():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        await self._say_status("processing")
        while not (self._ended.is_set() or self.is_missing):
            self._changed.clear()
            await self._show(_with_stop_button(self._text + _GOES_ON))
            if not await self._ends_within(UPDATE_EVERY):
                await self._changed.wait()

    async def _say_status(self, status: str) -> None:
        await self._signals.agent_status(self._thread.channel_id, self._thread.thread_ts, status)

    async def _ends_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        return self._ended.is_set()

    async def _show(self, part: Part) -> None:
        if part == self._shown:
            return
        try:
            if self._ts is None:
                self._ts = await self._poster.post(
                    self._thread, part, self._label, self._guard, may_repeat=False
                )
            else:
                self._guard()
                await self._poster.update(self._thread.channel_id, self._ts, part)
            self._shown = part
        except (PostingError, LockLostError) as error:
            # One is enough: a second would leave the first behind, should it come late.
            self.is_missing = self._ts is None
            log.warning("progress.not_shown", reason=str(error))

    async def _look_for_it(self) -> None:
        with suppress(PostingError):
            self._ts = await self._poster.find(self._thread, self._label)
            self.is_missing = self._ts is None


def left_behind(ours: Iterable[Mapping[str, Any]], running: TurnId) -> list[str]:
    """Return the `ts` of those of our posts which say that a turn other than `running` goes on."""
    own = Label(kind=KIND, key=running)
    return [
        str(one["ts"])
        for one in ours
        if Label.kind_of(one) == KIND
        and str(one.get("text")).endswith(_GOES_ON)
        and not own.is_on(one)
    ]


def _with_stop_button(text: str) -> Part:
    """https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
    button = {
        "type": "button",
        "action_id": STOP_ACTION,
        "text": {"type": "plain_text", "text": words.STOP_BUTTON},
    }
    return Part(
        text=text,
        blocks=(
            {"type": "section", "text": {"type": "plain_text", "text": text}},
            {"type": "actions", "elements": [button]},
        ),
    )
