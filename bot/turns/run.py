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
from bot.turns.investigation import (
    Gathered,
    SessionInbox,
    SessionTimeline,
    TurnTimeoutError,
    investigate,
)
from bot.turns.keep_alive import KeepAlive
from bot.turns.notices import Notices
from session import (
    Lock,
    Message,
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
    notice_posted: bool = False
    is_recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRunner:
    """Runs turns; everything it needs comes in here."""

    repository: Repository
    steps: Steps
    poster: Poster
    answers: Answers
    notices: Notices
    signals: Signals
    keep_alive: KeepAlive
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
        async with ProgressMessage(self.poster, thread, label, guard) as progress:
            turn = _Running(lock, thread, choice, guard, progress, self.monotonic())
            try:
                return await self.keep_alive.run(lock, self._deal_with(turn))
            except asyncio.CancelledError:
                await self._hand_back(turn)
                raise

    async def _deal_with(self, turn: _Running) -> Sequence[Message]:
        """Earlier answers first, then messages nobody can deal with, then the others."""
        delivered = None
        for answer in turn.choice.unposted:
            if await self.answers.post(turn.thread, answer, turn.guard, perhaps_posted=True):
                delivered = answer.id
        if turn.choice.hopeless:
            return await self._give_up(turn)
        if not turn.choice.chosen:
            turn.is_recorded = True
            await turn.lock.release(delivered=delivered)
            return ()
        await self._begin(turn)
        end = await self._investigated(turn)
        await self._finish(turn, end)
        return turn.choice.chosen

    async def _begin(self, turn: _Running) -> None:
        """Count the try where taking in did not, say what is owed, before any work."""
        claim, chosen = turn.lock.claim, turn.choice.chosen
        if any(one.turn_id != claim.turn_id for one in chosen):
            await turn.lock.begin_turn([one.id for one in chosen])
        if turn.lock.session.notice_owed:
            turn.notice_posted = await self.notices.starting(
                turn.thread, turn.lock.fence, turn.guard
            )
        died = {one.turn_id for one in chosen if one.turn_id not in (None, claim.turn_id)}
        for turn_id in sorted(filter(None, died)):
            await self.notices.interrupted(turn.thread, turn_id, turn.guard)

    async def _investigated(self, turn: _Running) -> TurnEnd:
        """Run the investigator; whatever goes wrong in it becomes an answer that says so."""
        chosen, claim = turn.choice.chosen, turn.lock.claim
        ids = tuple(one.id for one in chosen)
        if not any(one.text or one.attributes for one in chosen):
            return TurnEnd(outcome=Outcome.STOPPED, message_ids=ids, note="deleted by its author")
        case = Case(
            session=turn.lock.session,
            new=chosen,
            timeline=SessionTimeline(self.repository, claim.session_id, chosen),
            thread=self.view_of(turn.thread),
            inbox=SessionInbox(self.repository, claim.session_id, claim.turn_id),
        )
        try:
            gathered = await investigate(
                self.steps, case, turn.progress.note, timeout=self.timeout
            )
        except TurnTimeoutError as error:
            log.warning("turn.timed_out", turn_id=claim.turn_id, timeout_s=self.timeout)
            text = words.timed_out(self.timeout, claim.holder_id)
            return self._failure(turn, text, str(error))
        except Exception as error:
            log.exception("turn.failed", turn_id=claim.turn_id)
            note = f"{type(error).__name__}: {error}"
            return self._failure(turn, words.failed(claim.holder_id), note)
        answer = None
        if self._is_to_be_posted(chosen, gathered):
            answer = await self.answers.compose(claim.turn_id, claim.holder_id, gathered.findings)
        return TurnEnd(
            outcome=Outcome.ANSWERED, message_ids=ids, answer=answer, memory=gathered.memory
        )

    async def _finish(self, turn: _Running, end: TurnEnd) -> None:
        """Record the end in one commit, post what is owed, then give the lease back."""
        turn.is_recorded = True
        answer = end.answer
        await turn.lock.finish_turn(
            replace(end, notice_posted=turn.notice_posted, release=answer is None)
        )
        self._log_closed(turn, end)
        if answer is None:
            await self._react(turn, end)
        elif await self.answers.post(turn.thread, answer, turn.guard):
            await turn.progress.leave(self._trace(turn, end))
            await turn.lock.release(delivered=answer.id)
        else:
            await turn.progress.leave(self._trace(turn, end))

    async def _give_up(self, turn: _Running) -> Sequence[Message]:
        """Close messages that crashed the bot as often as it may be tried, and say so."""
        hopeless, claim = turn.choice.hopeless, turn.lock.claim
        ids = [one.id for one in hopeless]
        log.error("turn.gave_up", turn_id=claim.turn_id, message_ids=ids)
        text = words.gave_up([one.request_id for one in hopeless])
        end = TurnEnd(
            outcome=Outcome.FAILED,
            message_ids=tuple(ids),
            answer=self.answers.say(claim.turn_id, claim.holder_id, text),
            note=f"interrupted {hopeless[0].tries} times",
        )
        await self._finish(turn, end)
        return hopeless

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

    def _failure(self, turn: _Running, text: str, note: str) -> TurnEnd:
        claim = turn.lock.claim
        return TurnEnd(
            outcome=Outcome.FAILED,
            message_ids=tuple(one.id for one in turn.choice.chosen),
            answer=self.answers.say(claim.turn_id, claim.holder_id, text),
            note=note[:500],
        )

    def _is_to_be_posted(self, chosen: Sequence[Message], gathered: Gathered) -> bool:
        """Plain replies are answered only by something new; whoever mentions us, always."""
        return gathered.is_worth_posting or any(one.attributes.get("asks") for one in chosen)

    async def _react(self, turn: _Running, end: TurnEnd) -> None:
        await turn.progress.leave(self._trace(turn, end))
        if end.outcome is Outcome.ANSWERED:
            last = turn.choice.chosen[-1].attributes.get("ts")
            if last:
                await self.signals.react(turn.thread.channel_id, last, Signals.NOTHING_NEW)

    def _trace(self, turn: _Running, end: TurnEnd) -> str:
        seconds = self.monotonic() - turn.began_at
        if end.outcome is Outcome.ANSWERED:
            return words.trace(turn.progress.steps, seconds)
        return words.trace_failed(seconds)

    def _log_closed(self, turn: _Running, end: TurnEnd) -> None:
        """Write the one closing line that every message gets, under its own request id."""
        now = self.repository.now()
        for message in (*turn.choice.hopeless, *turn.choice.chosen):
            if message.id in end.message_ids:
                log.info(
                    "message.closed",
                    request_id=message.request_id,
                    outcome=end.outcome.value,
                    duration_s=round((now - message.stored_at).total_seconds(), 3),
                    turn_id=turn.lock.claim.turn_id,
                    holder_id=turn.lock.holder_id,
                    note=end.note,
                )
