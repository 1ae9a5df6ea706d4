"""One turn: everything open in a locked session, investigated, answered, recorded, posted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot import words
from bot.investigators.contract import Case
from bot.investigators.loading import Steps
from bot.slack.posting import Label, Poster
from bot.slack.progress import ProgressMessage
from bot.slack.signals import Signals
from bot.slack.thread import SlackThreadView
from bot.turns.answers import Answers
from bot.turns.choose import Choice, choose
from bot.turns.endings import Endings
from bot.turns.investigation import (
    Gathered,
    SessionInbox,
    SessionTimeline,
    TurnTimeoutError,
    investigate,
)
from bot.turns.keep_alive import KeepAlive, LeaseUnsureError
from bot.turns.notices import Notices
from bot.turns.stop import StopWatch
from session import (
    Lock,
    LockLostError,
    Message,
    MessageId,
    MessageKind,
    Outcome,
    Repository,
    SessionError,
    SlackThread,
    TurnEnd,
)

log = structlog.get_logger(__name__)
HAND_BACK_SECONDS = 3.0


@dataclass(slots=True)
class _Running:
    """What a turn knows while it runs."""

    lock: Lock
    thread: SlackThread
    choice: Choice
    guard: Callable[[], None]
    progress: ProgressMessage
    began_at: float
    delivered: MessageId | None = None
    notice_posted: bool = False
    is_recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRunner:
    """Runs turns; everything it needs comes in here."""

    repository: Repository
    steps: Steps
    poster: Poster
    answers: Answers
    endings: Endings
    notices: Notices
    signals: Signals
    keep_alive: KeepAlive
    stop_watch: StopWatch
    view_of: Callable[[SlackThread], SlackThreadView]
    timeout: float
    monotonic: Callable[[], float] = time.monotonic

    async def run(self, lock: Lock) -> Sequence[Message]:
        """Deal with all that is open, under the lock, and return what was dealt with.

        The lease is refreshed meanwhile; losing it cancels the work and raises `LockLostError`.
        """
        thread = lock.session.thread
        open_messages = await self.repository.open_messages(lock.session_id)
        choice = choose(open_messages, lock.claim.turn_id)
        if choice.is_nothing or thread is None:
            return ()

        def guard() -> None:
            self.keep_alive.guard(lock)

        label = Label(kind="progress", key=lock.claim.turn_id)
        async with ProgressMessage(self.poster, self.signals, thread, label, guard) as progress:
            turn = _Running(lock, thread, choice, guard, progress, self.monotonic())
            try:
                return await self.keep_alive.run(lock, self._deal_with(turn))
            except asyncio.CancelledError:
                await self._hand_back(turn)
                raise
            except LeaseUnsureError:
                await self._say_paused(turn)
                raise

    async def _deal_with(self, turn: _Running) -> Sequence[Message]:
        """Post what an earlier turn left, then do the first thing that is to be done."""
        choice, claim = turn.choice, turn.lock.claim
        for answer in choice.unposted:
            if await self.answers.post(turn.thread, answer, turn.guard, perhaps_posted=True):
                turn.delivered = answer.id
        if choice.stopped:
            end = await self.endings.stopped(claim, choice.stopped, Gathered())
            return await self._finish(turn, end, choice.stopped)
        if choice.muting:
            return await self._finish(
                turn, self.endings.muted(claim, choice.muting), choice.muting
            )
        if choice.hopeless:
            log.error("turn.gave_up", turn_id=claim.turn_id, messages=len(choice.hopeless))
            text = words.gave_up([one.request_id for one in choice.hopeless])
            end = self.endings.failed(claim, choice.hopeless, text, "interrupted too often")
            return await self._finish(turn, end, choice.hopeless)
        if choice.questions:
            await self._begin(turn)
            return await self._investigate(turn)
        turn.is_recorded = True
        await turn.lock.release(delivered=turn.delivered)
        return ()

    async def _begin(self, turn: _Running) -> None:
        """Count the try where taking in did not, say what is owed, before any work."""
        claim, questions = turn.lock.claim, turn.choice.questions
        if any(one.turn_id != claim.turn_id for one in questions):
            await turn.lock.begin_turn([one.id for one in questions])
        if turn.lock.session.notice_owed:
            turn.notice_posted = await self.notices.starting(
                turn.thread, turn.lock.fence, turn.guard
            )
        died = {one.turn_id for one in questions if one.turn_id not in (None, claim.turn_id)}
        for turn_id in sorted(filter(None, died)):
            await self.notices.interrupted(turn.thread, turn_id, turn.guard)

    async def _investigate(self, turn: _Running) -> Sequence[Message]:
        """Run the investigator; whatever goes wrong in it becomes an answer that says so."""
        claim, questions = turn.lock.claim, turn.choice.questions
        if not any(one.text or one.attributes for one in questions):
            return await self._finish(turn, self.endings.withdrawn(questions), questions)
        gathered = Gathered()
        work = investigate(
            self.steps, self._case(turn), gathered, turn.progress.note, timeout=self.timeout
        )
        try:
            stopped = await self.stop_watch.run(claim.session_id, work)
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
                end = await self.endings.stopped(claim, stopped, gathered)
                return await self._finish(turn, end, stopped)
            end = await self.endings.answered(claim, questions, gathered)
        return await self._finish(turn, end, questions)

    def _case(self, turn: _Running) -> Case:
        claim, questions = turn.lock.claim, turn.choice.questions
        return Case(
            session=turn.lock.session,
            new=tuple(one for one in questions if one.text or one.attributes),
            timeline=SessionTimeline(self.repository, claim.session_id, questions),
            thread=self.view_of(turn.thread),
            inbox=SessionInbox(self.repository, claim.session_id, claim.turn_id),
        )

    async def _finish(
        self, turn: _Running, end: TurnEnd, dealt_with: Sequence[Message]
    ) -> Sequence[Message]:
        """Record the end in one commit, post what is owed, then give the lease back."""
        turn.is_recorded = True
        answer = end.answer
        await turn.lock.finish_turn(
            replace(
                end,
                delivered=turn.delivered,
                notice_posted=turn.notice_posted,
                release=answer is None,
            )
        )
        self._log_closed(turn, end, dealt_with)
        if answer is None:
            await self._sign(turn, end, dealt_with)
        elif await self.answers.post(turn.thread, answer, turn.guard):
            await turn.progress.leave(self._trace(turn, end))
            await turn.lock.release(delivered=answer.id)
        else:
            await turn.progress.leave(self._trace(turn, end))
        return dealt_with

    async def _hand_back(self, turn: _Running) -> None:
        """Leave the messages to whoever comes next; only what is not recorded yet is undone."""
        if turn.is_recorded:
            return
        end = TurnEnd(
            outcome=Outcome.INTERRUPTED, notice_posted=turn.notice_posted, note="handed back"
        )
        try:
            async with asyncio.timeout(HAND_BACK_SECONDS):
                await turn.lock.finish_turn(end)
                await turn.progress.leave(words.trace_interrupted())
        except (SessionError, TimeoutError) as error:
            log.warning("turn.not_handed_back", reason=str(error) or type(error).__name__)

    async def _say_paused(self, turn: _Running) -> None:
        """Tell the thread, if the lease still covers a post; a successor tells it otherwise."""
        if turn.is_recorded:
            return
        try:
            turn.guard()
            await self.notices.paused(turn.thread, turn.lock.claim.turn_id, turn.guard)
            await turn.progress.leave(words.trace_interrupted())
        except LockLostError:
            log.info("turn.lost_silently", turn_id=turn.lock.claim.turn_id)

    async def _sign(self, turn: _Running, end: TurnEnd, dealt_with: Sequence[Message]) -> None:
        """Where nothing is posted, a small sign on the last message says that it was seen."""
        await turn.progress.leave(self._trace(turn, end))
        last = dealt_with[-1]
        if end.outcome is Outcome.ANSWERED and (ts := last.attributes.get("ts")):
            await self.signals.react(turn.thread.channel_id, ts, Signals.NOTHING_NEW)
        elif last.kind is MessageKind.STOP:
            await self.signals.whisper(
                turn.thread.channel_id,
                turn.thread.thread_ts,
                last.author_id,
                words.NOTHING_RUNNING,
            )

    def _trace(self, turn: _Running, end: TurnEnd) -> str:
        seconds = self.monotonic() - turn.began_at
        match end.outcome:
            case Outcome.ANSWERED:
                return words.trace(turn.progress.steps, seconds)
            case Outcome.STOPPED:
                return words.trace_stopped(seconds)
        return words.trace_failed(seconds)

    def _log_closed(self, turn: _Running, end: TurnEnd, dealt_with: Sequence[Message]) -> None:
        """Write the one closing line that every message gets, under its own request id."""
        now = self.repository.now()
        for message in dealt_with:
            log.info(
                "message.closed",
                request_id=message.request_id,
                outcome=end.outcome.value,
                duration_s=round((now - message.stored_at).total_seconds(), 3),
                turn_id=turn.lock.claim.turn_id,
                holder_id=turn.lock.holder_id,
                note=end.note,
            )
