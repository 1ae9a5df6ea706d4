"""The state of one turn: begun, ended once, handed back or paused; nobody else writes it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot import words
from bot.cards.card import NO_CARD
from bot.errors import PostingError
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.surfaces.contract import Surface
from bot.turns import notices
from bot.turns.answers import Answer, compose
from bot.turns.delivery import Delivery
from bot.turns.ending import Ending, TurnResult, note_closed
from bot.turns.progress import Progress
from bot.turns.reasons import described
from session import (
    Lock,
    LockLostError,
    Message,
    Notebook,
    Outcome,
    Repository,
    Session,
    SessionChange,
    SessionError,
    StorageError,
    TurnEnd,
)

log = structlog.get_logger(__name__)

HAND_BACK_SECONDS = 3.0
TRY_AGAIN_SECONDS = 0.5
_HANDED_BACK = TurnEnd(outcome=Outcome.INTERRUPTED, note="handed back")


class OpenTurn:
    """A turn under its lock. A deed begins it, where there is work to do, and ends it."""

    def __init__(
        self,
        lock: Lock,
        session: Session,
        surface: Surface,
        repository: Repository,
        *,
        call_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        self.id = lock.claim.turn_id
        self.request_id = lock.holder_id
        """The request in whose name it runs."""
        self.lock = lock
        self.session = session
        self.surface = surface
        self.posts = surface.under(lock)
        self.progress = Progress(surface, self.posts, self.id, monotonic)
        self._repository = repository
        self.call_time = timedelta(seconds=call_seconds)
        """The longest that a call to the surface may take: so long may a post be on the wire."""
        self.recorder = recorder
        self._follows_a_death = False
        self._has_begun = False
        self._afterwards: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
        self._notice_posted = False
        self._end: TurnEnd | None = None
        self._kept = _HANDED_BACK
        self._closed: tuple[Message, ...] = ()
        self._is_delivered = True

    @property
    def may_have_card(self) -> bool:
        """Whether an earlier turn of the session can have left a card."""
        return self.lock.fence > 1

    @property
    def result(self) -> TurnResult:
        """What the turn came to, once it has ended."""
        mending = self.progress.mending
        return TurnResult(
            request_id=self.request_id,
            session=self.session,
            closed=self._closed,
            is_delivered=self._is_delivered,
            afterwards=self._afterwards if mending is None else (*self._afterwards, mending),
        )

    def afterwards(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have something done that needs no lock, once it is given back."""
        self._afterwards = (*self._afterwards, work)

    async def tidy_up(self) -> None:
        """Mend what a turn that was cut off left in the thread; its end is recorded with ours."""
        self._follows_a_death = True
        await notices.mend_progress(self.posts, self.id)

    async def begin(self, questions: Sequence[Message]) -> None:
        """Count the try, unless the take-in did, and post the notices, before any work."""
        if self._follows_a_death or any(question.turn_id != self.id for question in questions):
            await self.lock.begin_turn([question.id for question in questions])
        self._has_begun = True
        # What was parked waited for a person: nothing was cut off.
        cut_off = sorted({it.turn_id for it in questions if it.is_open and it.turn_id} - {self.id})
        known = {"fence": self.lock.fence, "questions": len(questions)}
        log.info("turn.started", turn_id=self.id, **known, takes_over=cut_off or None)
        notice = None
        if self.session.notice_owed:
            notice, self._notice_posted = await notices.starting(
                self.posts, self.session, self.lock.fence
            )
        self.progress.start(notice)
        if cut_off:
            await notices.interrupted(self.posts, cut_off)

    async def end(self, ending: Ending) -> None:
        """Record the end, post the answer, give the lease back.

        An ending that cannot be recorded is replaced by a failure that can.
        """
        try:
            answer = await self._record(ending)
        except (StorageError, LockLostError):
            raise
        except Exception as error:
            log.exception("turn.not_recorded", turn_id=self.id)
            self._end = None
            ending = ending.failing(words.failed(self.request_id), described(error))
            answer = await self._record(ending)
        self._closed = tuple(ending.messages)
        try:
            if answer is not None:
                await self._deliver(answer, ending)
            if ending.tail is not None and ending.tail.actions:
                await self.surface.suspend()
            elif NO_CARD in ending.records:
                await self.surface.status(None)
        finally:
            now, is_delivered = self._repository.now(), self._is_delivered
            note_closed(ending, self.lock, now, self.recorder, is_delivered=is_delivered)

    async def _record(self, ending: Ending) -> Answer | None:
        answer = await self._composed(ending)
        if answer is None:
            # First, since with nothing left open nobody would come to mend it.
            await self.progress.end(ending.outcome)
        elif self._follows_a_death and not self._has_begun:
            # To begin a turn is what marks an earlier one as interrupted.
            await self.lock.begin_turn([])
        message, files = (answer.message, answer.kept_files) if answer else (None, ())
        self._end = end = ending.recorded(self.session, message, files, said=self._notice_posted)
        await self.stored(lambda: self.lock.finish_turn(end))
        return answer

    def keep(
        self,
        notebook: Notebook | None,
        audit: Mapping[str, Any] | None,
        records: Sequence[Notebook] = (),
    ) -> None:
        """Have a hand-back store what the investigator left until then."""
        self._kept = replace(
            self._kept, notebook=notebook, audit=audit, more_notebooks=tuple(records)
        )

    async def stored(self, write: Callable[[], Awaitable[object]]) -> None:
        """Make a write, again and again while the store fails, as long as a call still has time.

        After that it raises. The lease then ends by itself, and the next holder works anew.
        """
        while True:
            try:
                await write()
            except StorageError as error:
                log.warning("turn.not_stored", reason=str(error))
                if self.lock.remaining() <= self.call_time.total_seconds():
                    raise
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            else:
                return

    async def hand_back(self) -> None:
        """Leave the messages to the next holder; what is recorded stays."""
        try:
            async with asyncio.timeout(HAND_BACK_SECONDS):
                if self._end is None:
                    change = SessionChange(notice_posted=self._notice_posted)
                    await self.lock.finish_turn(replace(self._kept, session=change))
                    await self.progress.leave(words.TRACE_INTERRUPTED)
                elif self._end.answer is not None and not self._is_delivered:
                    # A request of ours may be on the wire: nobody posts it again before that ends.
                    due_at = self._repository.now() + self.call_time
                    await self.lock.postpone(self._end.answer.id, due_at)
        except (SessionError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            log.warning("turn.not_handed_back", turn_id=self.id, reason=reason)
        else:
            log.info("turn.handed_back", turn_id=self.id, has_ended=self._end is not None)

    async def pause(self) -> None:
        """Tell the thread, if the lease still covers a post; a successor tells it otherwise."""
        if self._end is not None:
            return
        try:
            await notices.paused(self.posts, self.id)
            await self.progress.leave(words.TRACE_INTERRUPTED)
        except LockLostError:
            log.info("turn.lost_silently", turn_id=self.id)
        else:
            log.warning("turn.paused", turn_id=self.id)

    async def _composed(self, ending: Ending) -> Answer | None:
        if ending.answer is None and ending.tail is None:
            return None
        return await compose(
            self.surface,
            ending,
            turn_id=self.id,
            request_id=self.request_id,
            sent_at=self._repository.date(),
        )

    async def _deliver(self, answer: Answer, ending: Ending) -> None:
        """Post the recorded answer; only then the lease is given back, with that noted."""
        message = answer.message
        delivery = Delivery(
            self.lock, self.surface, self.posts, self._repository, self.stored, self.recorder
        )
        self._is_delivered = False
        try:
            await delivery.post(answer, ending)
        except PostingError as error:
            # First, too: with an answer that is given up nothing is left open.
            await self.progress.end(ending.outcome)
            await delivery.keep_owed(message, error)
        else:
            self._is_delivered = True
            await self.progress.end(ending.outcome)
            await self.stored(lambda: self.lock.release(delivered=message.id))
