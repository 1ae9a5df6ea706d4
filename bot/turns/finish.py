"""The end of a turn: recorded, posted, logged; or handed back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot import words
from bot.events import Kind
from bot.slack.signals import Signals
from bot.turns.answers import Answers
from bot.turns.notices import Notices
from bot.turns.running import RunningTurn
from session import (
    LockLostError,
    Message,
    NewMessage,
    Outcome,
    Repository,
    SessionChange,
    SessionError,
    StorageError,
    TurnEnd,
)

log = structlog.get_logger(__name__)
HAND_BACK_SECONDS = 3.0
TRY_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finisher:
    """Ends turns in the one right order."""

    repository: Repository
    answers: Answers
    notices: Notices
    signals: Signals
    monotonic: Callable[[], float] = time.monotonic

    async def finish(self, turn: RunningTurn, end: TurnEnd, dealt_with: Sequence[Message]) -> None:
        """Record the end in one commit, post what is owed, then give the lease back."""
        answer = end.answer
        if answer is None:
            # First, since with nothing left open nobody would come to mend it.
            await turn.progress.leave(self._trace(turn, end))
        turn.is_recorded = True
        whole = replace(
            end,
            session=replace(end.session, notice_posted=turn.notice_posted),
            release=answer is None,
        )
        await self._stored(turn, lambda: turn.lock.finish_turn(whole))
        turn.dealt_with = dealt_with
        if answer is None:
            self._log_closed(turn, end)
            await self._sign(turn, end)
        else:
            await self._deliver(turn, end, answer)

    async def _deliver(self, turn: RunningTurn, end: TurnEnd, answer: NewMessage) -> None:
        """Post the recorded answer; only then the lease is given back, with that noted."""
        try:
            posted = await self.answers.post(turn.thread, answer, turn.guard)
        finally:
            # Not before: it says how long the author waited.
            self._log_closed(turn, end)
        await turn.progress.leave(self._trace(turn, end))
        if posted:
            await self._stored(turn, lambda: turn.lock.release(delivered=answer.id))
        else:
            turn.left_unposted = True

    async def _stored(self, turn: RunningTurn, write: Callable[[], Awaitable[object]]) -> None:
        """Write again and again while the store fails, for as long as the lease lasts.

        What is given up stays as it is until the lease ends; the work would be done anew.
        """
        while True:
            try:
                await write()
            except StorageError as error:
                log.warning("turn.not_stored", reason=str(error))
                turn.guard()
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            else:
                return

    async def hand_back(self, turn: RunningTurn) -> None:
        """Leave the messages to whoever comes next; only what is not recorded yet is undone."""
        if turn.is_recorded:
            return
        end = TurnEnd(
            outcome=Outcome.INTERRUPTED,
            session=SessionChange(notice_posted=turn.notice_posted),
            note="handed back",
        )
        try:
            async with asyncio.timeout(HAND_BACK_SECONDS):
                await turn.lock.finish_turn(end)
                await turn.progress.leave(words.trace_interrupted())
        except (SessionError, TimeoutError) as error:
            log.warning("turn.not_handed_back", reason=str(error) or type(error).__name__)

    async def pause(self, turn: RunningTurn) -> None:
        """Tell the thread, if the lease still covers a post; a successor tells it otherwise."""
        if turn.is_recorded:
            return
        try:
            turn.guard()
            await self.notices.paused(turn.thread, turn.lock.claim.turn_id, turn.guard)
            await turn.progress.leave(words.trace_interrupted())
        except LockLostError:
            log.info("turn.lost_silently", turn_id=turn.lock.claim.turn_id)

    async def _sign(self, turn: RunningTurn, end: TurnEnd) -> None:
        """Where nothing is posted, a small sign on the last message says that it was seen."""
        last = turn.dealt_with[-1]
        if end.outcome == Outcome.ANSWERED and (ts := last.attributes.get("ts")):
            await self.signals.react(turn.thread.channel_id, ts, Signals.NOTHING_NEW)
        elif last.kind == Kind.STOP:
            await self.signals.whisper(
                turn.thread.channel_id,
                turn.thread.thread_ts,
                last.author_id,
                words.NOTHING_RUNNING,
                about_ts=str(last.attributes.get("ts", "")),
            )

    def _trace(self, turn: RunningTurn, end: TurnEnd) -> str:
        seconds = self.monotonic() - turn.began_at
        match end.outcome:
            case Outcome.ANSWERED:
                return words.trace(turn.progress.steps, seconds)
            case Outcome.STOPPED:
                return words.trace_stopped(seconds)
        return words.trace_failed(seconds)

    def _log_closed(self, turn: RunningTurn, end: TurnEnd) -> None:
        """Write the one closing line that every message gets, under its own request id."""
        now = self.repository.now()
        for message in turn.dealt_with:
            log.info(
                "message.closed",
                request_id=message.request_id,
                outcome=str(end.outcome),
                duration_s=round((now - message.stored_at).total_seconds(), 3),
                turn_id=turn.lock.claim.turn_id,
                holder_id=turn.lock.holder_id,
                note=end.note,
            )
