"""One message that shows a long turn is alive: posted late, updated in place, left as a trace."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog

from bot import words
from bot.document.posts import Action, Label, Posted
from bot.document.sentences import sentence
from bot.document.values import Document, Plan, PlanItem, PlanState
from bot.errors import PostingError
from bot.investigators.contract import Progress as Step
from bot.surfaces.contract import Posts, Surface
from bot.turns.reasons import line_of
from session import LockLostError, TurnId

log = structlog.get_logger(__name__)

STOP_ACTION = "burrow_stop"
KIND = "progress"
SHOW_AFTER = 3.0
UPDATE_EVERY = 3.0
LOOK_FOR_PLACE_EVERY = 1.0
LOOK_AGAIN_AFTER = (5.0, 30.0, 60.0)
"""Seconds since the turn's end, and since the look before."""
GOES_ON = " …"
LONGEST_LINE, LONGEST_ITEM, MOST_ITEMS = 200, 120, 20
"""Of what goes on and of the plan: a few words, and all of them fit into a notification."""
STARTING = sentence(words.STARTING)
_NOTHING = Document()


class Progress:
    """Of one turn: `start` it, `note` each step, `end` it with a trace, `close` it always.

    Started once the turn is in the store: whatever happens then, a successor finds the turn and
    mends the message. It is shown once a place is kept for its trace. So the trace never waits,
    and no message says that a turn goes on after it has ended.
    """

    def __init__(
        self,
        surface: Surface,
        posts: Posts,
        turn_id: TurnId,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._began_at = monotonic()
        self._surface = surface
        self._posts = posts
        self._label = Label(kind=KIND, key=turn_id)
        self._stop = Action(id=STOP_ACTION, text=words.STOP_BUTTON, value=turn_id)
        self._text = words.INVESTIGATING
        self._plan = _NOTHING
        self._head = _NOTHING
        self._shown: Document | None = None
        self._posted: Posted | None = None
        self._is_missing = False
        self._give_back: Callable[[], None] | None = None
        self._trace = _NOTHING
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.steps = 0

    @property
    def mending(self) -> Callable[[], Coroutine[Any, Any, None]] | None:
        """What is left to do after the turn: a message that Slack may take late must be ended."""
        return self._leave_later if self._is_missing else None

    def start(self, notice: Posted | None = None) -> None:
        """Count the time from now on; a turn that ends before it is long needs no task.

        The first turn of a session shows itself under the notice that it begins.
        """
        if notice is not None:
            self._posted, self._head = notice, _head_of(notice)
        self._timer = asyncio.get_running_loop().call_later(SHOW_AFTER, self._appear)

    def note(self, step: Step) -> None:
        """Show this step with the next update."""
        self._text = line_of(step.text, LONGEST_LINE) or words.INVESTIGATING
        self._plan = _shown_plan(step.plan)
        self.steps += not step.goes_on
        self._changed.set()

    async def end(self, outcome: str) -> None:
        """Leave what the turn came to; a turn that was never long leaves nothing."""
        self._ended.set()
        if self._task is not None:
            seconds = self._monotonic() - self._began_at
            await self.leave(words.trace_of(outcome, self.steps, seconds))

    async def leave(self, text: str) -> None:
        """Turn the message, if it was ever shown, into one line that stays."""
        self._ended.set()
        self._changed.set()
        if self._task is None:
            return
        # Not cancelled: a post on its way would stay behind as a message nobody updates.
        await asyncio.wait([self._task])
        self._trace = sentence(text)
        if self._is_missing:
            await self._look_for_it()
        if self._give_back is not None and self._posted is not None:
            self._give_place_back()
            await self._show(self._trace)
        await self._surface.status(None)

    async def close(self) -> None:
        """End what runs beside the turn."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._give_place_back()

    async def _leave_later(self) -> None:
        """Look again for a message that Slack took late, and leave the trace there."""
        for seconds in LOOK_AGAIN_AFTER:
            await asyncio.sleep(seconds)
            await self._look_for_it()
            if self._posted is not None:
                with suppress(PostingError):
                    last = self._head + self._trace
                    await self._posts.update(self._posted, last, is_last=True)
                return

    def _give_place_back(self) -> None:
        if self._give_back is not None:
            self._give_back()
            self._give_back = None

    def _appear(self) -> None:
        if not self._ended.is_set():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        await self._surface.status(self._text)
        while not (self._ended.is_set() or self._keeps_place()):
            await self._ends_within(LOOK_FOR_PLACE_EVERY)
        while not self._is_missing and await self._has_turn():
            self._changed.clear()
            await self._show(await self._step(), self._stop)
            if not await self._ends_within(UPDATE_EVERY):
                await self._changed.wait()

    def _keeps_place(self) -> bool:
        self._give_back = self._posts.keep_place()
        return self._give_back is not None

    async def _has_turn(self) -> bool:
        """Wait until the newest state may be shown; False if the turn ends before that."""
        if self._ended.is_set() or self._posted is None or self._posts.try_turn_to_update():
            return not self._ended.is_set()
        turn = asyncio.create_task(self._posts.turn_to_update())
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait([turn, ended], return_when=asyncio.FIRST_COMPLETED)
        finally:
            turn.cancel()
            ended.cancel()
            await asyncio.wait([turn, ended])
        return not self._ended.is_set()

    async def _step(self) -> Document:
        """The plan and the step that goes on; an investigator's words may name people.

        The words come last: by their end a successor knows that a turn was going on.
        """
        step = self._plan + sentence(self._text + GOES_ON)
        people = step.people
        return step.with_names(await self._surface.names(sorted(people))) if people else step

    async def _ends_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        return self._ended.is_set()

    async def _show(self, lines: Document, *actions: Action) -> None:
        document = self._head + lines
        if document == self._shown:
            return
        try:
            if self._posted is None:
                self._posted = await self._posts.post(
                    document, self._label, actions=actions, may_repeat=False
                )
            else:
                await self._posts.update(self._posted, document, actions=actions)
            self._shown = document
        except (PostingError, LockLostError) as error:
            # One is enough: a second would leave the first behind, should it come late.
            self._is_missing = self._posted is None
            log.warning("progress.not_shown", reason=str(error))

    async def _look_for_it(self) -> None:
        with suppress(PostingError):
            found = await self._posts.ours(self._label)
            self._posted = found[0] if found else None
            self._is_missing = self._posted is None


def _shown_plan(plan: Sequence[PlanItem]) -> Document:
    done = sum(item.state == PlanState.COMPLETE for item in plan)
    shown = [replace(item, text=line_of(item.text, LONGEST_ITEM)) for item in plan[:MOST_ITEMS]]
    return Document((Plan(words.plan_title(done, len(plan)), tuple(shown)),))


async def mend(posts: Posts, running: TurnId) -> None:
    """End the messages which say that a turn other than `running` goes on."""
    for posted in await posts.ours(Label(kind="", key="")):
        if posted.label.key == running or not posted.text.endswith(GOES_ON):
            continue
        if posted.label.kind == KIND:
            await posts.update(posted, sentence(words.TRACE_INTERRUPTED))
        elif posted.text.startswith(words.STARTING):
            trace = _head_of(posted) + sentence(words.TRACE_INTERRUPTED)
            await posts.update(posted, trace)


def _head_of(notice: Posted) -> Document:
    """Return what a notice says whatever happens below: also that it may be a repeat."""
    return STARTING + sentence(words.REPEATED) if words.REPEATED in notice.text else STARTING
