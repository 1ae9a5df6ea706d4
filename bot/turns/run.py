"""One turn: everything open in a locked session, investigated, answered, recorded, posted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot import words
from bot.investigators.contract import Case
from bot.investigators.loading import Steps
from bot.slack.posting import Poster
from bot.slack.progress import ProgressMessage
from bot.slack.signals import Signals
from bot.slack.thread import SlackThreadView
from bot.turns.answers import Answers
from bot.turns.choose import choose
from bot.turns.endings import Endings
from bot.turns.finish import Finisher
from bot.turns.investigation import (
    Gathered,
    SessionInbox,
    SessionTimeline,
    investigate,
)
from bot.turns.keep_alive import KeepAlive, LeaseUnsureError
from bot.turns.notices import Notices
from bot.turns.running import RunningTurn
from bot.turns.stop import StopWatch, TurnTimeoutError
from bot.turns.workers import Held
from session import (
    Message,
    Outcome,
    Repository,
    SlackThread,
    TurnEnd,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRunner:
    """Runs turns; everything it needs comes in here."""

    repository: Repository
    steps: Steps
    poster: Poster
    answers: Answers
    endings: Endings
    notices: Notices
    finisher: Finisher
    signals: Signals
    keep_alive: KeepAlive
    stop_watch: StopWatch
    view_of: Callable[[SlackThread], SlackThreadView]
    timeout: float
    notebook: str
    """The name of the notebook that the investigator keeps."""
    monotonic: Callable[[], float] = time.monotonic

    async def run(self, held: Held) -> RunningTurn | None:
        """Deal with what is open, under the lock; None if there is nothing.

        The lease is refreshed meanwhile; losing it cancels the work and raises `LockLostError`.
        """
        lock, session, thread = held.lock, held.session, held.session.thread
        open_messages = await self.repository.open_messages(lock.session_id)
        choice = choose(open_messages, lock.claim.turn_id)
        if choice.is_nothing or thread is None:
            return None

        def guard() -> None:
            self.keep_alive.guard(lock)

        turn_id = lock.claim.turn_id
        async with ProgressMessage(self.poster, self.signals, thread, turn_id, guard) as progress:
            turn = RunningTurn(lock, session, thread, choice, guard, progress, self.monotonic())
            try:
                await self.keep_alive.run(lock, self._deal_with(turn))
            except asyncio.CancelledError:
                await self.finisher.hand_back(turn)
                raise
            except LeaseUnsureError:
                await self.finisher.pause(turn)
                raise
        return turn

    async def _deal_with(self, turn: RunningTurn) -> None:
        """Post what an earlier turn left, then do the first thing that is to be done."""
        choice, claim = turn.choice, turn.lock.claim
        for answer in choice.unposted:
            if await self.answers.post(turn.thread, answer, turn.guard, perhaps_posted=True):
                await turn.lock.close([answer.id], Outcome.ANSWERED)
            else:
                turn.left_unposted = True
        if choice.has_remains_of_another_turn(claim.turn_id):
            await self._tidy_up(turn)
        if choice.stopped:
            end = await self.endings.stopped(claim, choice.stopped, Gathered())
            await self.finisher.finish(turn, end, choice.stopped)
        elif choice.muting:
            end = self.endings.muted(claim, choice.muting)
            await self.finisher.finish(turn, end, choice.muting)
        elif choice.hopeless:
            log.error("turn.gave_up", turn_id=claim.turn_id, messages=len(choice.hopeless))
            text = words.gave_up([one.request_id for one in choice.hopeless])
            end = self.endings.failed(claim, choice.hopeless, text, "interrupted too often")
            await self.finisher.finish(turn, end, choice.hopeless)
        elif choice.questions:
            await self._begin(turn)
            await self.finisher.finish(turn, *await self._investigate(turn))
        else:
            turn.is_recorded = True
            await turn.lock.release()

    async def _tidy_up(self, turn: RunningTurn) -> None:
        """Mend what a turn that was cut off left in the thread and in the store."""
        if turn.choice.is_ended_unseen:
            # To begin a turn is what marks an earlier one as interrupted.
            await turn.lock.begin_turn([])
        await self.notices.mend_progress(turn.thread, turn.lock.claim.turn_id, turn.guard)

    async def _begin(self, turn: RunningTurn) -> None:
        """Count the try where taking in did not, say what is owed, before any work."""
        claim, questions = turn.lock.claim, turn.choice.questions
        if any(one.turn_id != claim.turn_id for one in questions):
            await turn.lock.begin_turn([one.id for one in questions])
        turn.progress.start()
        if turn.session.notice_owed:
            turn.notice_posted = await self.notices.starting(
                turn.thread, turn.lock.fence, turn.guard
            )
        died = {one.turn_id for one in questions if one.turn_id not in (None, claim.turn_id)}
        if died:
            await self.notices.interrupted(turn.thread, sorted(filter(None, died)), turn.guard)

    async def _investigate(self, turn: RunningTurn) -> tuple[TurnEnd, Sequence[Message]]:
        """Return the turn's end and the messages it ends.

        Whatever goes wrong in the investigator becomes an answer that says so.
        """
        claim, questions = turn.lock.claim, turn.choice.questions
        if not any(one.text or one.attributes for one in questions):
            return self.endings.withdrawn(questions), questions
        gathered = Gathered()
        work = investigate(self.steps, await self._case(turn), gathered, turn.progress.note)
        try:
            stopped = await self.stop_watch.run(claim.session_id, work, timeout=self.timeout)
        except TurnTimeoutError as error:
            log.warning("turn.timed_out", turn_id=claim.turn_id, timeout_s=self.timeout)
            text = words.timed_out(self.timeout, claim.holder_id)
            end = self.endings.failed(claim, questions, text, str(error))
        except Exception as error:
            log.exception("turn.failed", turn_id=claim.turn_id)
            why = f"{type(error).__name__}: {error}"
            end = self.endings.failed(claim, questions, words.failed(claim.holder_id), why)
        else:
            if stopped:
                return await self.endings.stopped(claim, stopped, gathered), stopped
            end = await self.endings.answered(claim, questions, gathered)
        return end, questions

    async def _case(self, turn: RunningTurn) -> Case:
        claim, questions = turn.lock.claim, turn.choice.questions
        return Case(
            session=turn.session,
            new=tuple(one for one in questions if one.text or one.attributes),
            timeline=SessionTimeline(self.repository, claim.session_id, questions),
            thread=self.view_of(turn.thread),
            inbox=SessionInbox(self.repository, claim.session_id, claim.turn_id),
            memory=await self.repository.read_notebook(claim.session_id, self.notebook) or {},
        )
