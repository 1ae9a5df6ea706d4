"""One turn: deliver what is owed, then do the first deed that picks anything."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from bot.observe.measuring import spending
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import TAKEOVERS
from bot.surfaces.contract import Surface
from bot.turns.deeds.contract import Deed
from bot.turns.ending import TurnResult
from bot.turns.keep_alive import KeepAlive, LeaseUnsureError
from bot.turns.open_turn import OpenTurn
from bot.turns.owed import OwedAnswers
from session import (
    ANSWER,
    Bounded,
    Lock,
    Message,
    MessageId,
    Repository,
    Session,
    SessionId,
    SlackThread,
    TurnId,
)

log = structlog.get_logger(__name__)

_NO_TURN = TurnId("")
_REMEMBERED = 1_000


class TurnRunner:
    """Runs turns. `call_seconds` is the longest that a call to a surface may take."""

    def __init__(
        self,
        repository: Repository,
        deeds: Sequence[Deed],
        surface_of: Callable[[SlackThread], Surface],
        *,
        call_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        self._repository = repository
        self._recorder = recorder
        self._deeds = deeds
        self._known_kinds = frozenset({ANSWER}).union(*(deed.kinds for deed in deeds))
        self._surface_of = surface_of
        self._call_seconds = call_seconds
        self._monotonic = monotonic
        self._owed = OwedAnswers(repository, call_seconds, recorder)
        self._keep_alive = KeepAlive(call_seconds, recorder)
        self._told_of: Bounded[MessageId, None] = Bounded(_REMEMBERED)

    async def run(self, lock: Lock) -> TurnResult | None:
        """Run one turn under the lock, which is refreshed meanwhile.

        None if the session is not a Slack thread's: another program's, which is left alone.
        Losing the lock cancels the work and raises `LockLostError`.
        """
        # Lock, then load: what was read before may be what an earlier holder has changed.
        session = await lock.load_session()
        if session is None or session.thread is None:
            return None
        turn = self._opened(lock, session, session.thread)
        structlog.contextvars.bind_contextvars(
            channel_id=session.thread.channel_id, thread_ts=session.thread.thread_ts
        )
        with spending():
            try:
                await self._keep_alive.run(lock, self._work(turn))
            except asyncio.CancelledError:
                await turn.hand_back()
                raise
            except LeaseUnsureError:
                await turn.pause()
                raise
            finally:
                await turn.progress.close()
        return turn.result

    async def are_due(self, session_id: SessionId) -> bool:
        """Tell whether a turn would do anything with what is open."""
        entries = await self._repository.open_messages(session_id)
        return bool(self._due_answers(entries) or self._first_deed(entries, _NO_TURN))

    def _opened(self, lock: Lock, session: Session, thread: SlackThread) -> OpenTurn:
        return OpenTurn(
            lock,
            session,
            self._surface_of(thread),
            self._repository,
            call_seconds=self._call_seconds,
            monotonic=self._monotonic,
            recorder=self._recorder,
        )

    async def _work(self, turn: OpenTurn) -> None:
        entries = await self._repository.open_messages(turn.lock.session_id)
        self._tell_of_strangers(entries)
        # Before an answer is closed: if we die then, nobody comes to mend what its turn left.
        if any(entry.turn_id not in (None, turn.id) for entry in entries):
            self._recorder.count(TAKEOVERS)
            await turn.tidy_up()
        if owed := self._due_answers(entries):
            await self._owed.deliver(turn.lock, turn.surface, turn.posts, owed)
        if (first := self._first_deed(entries, turn.id)) is not None:
            deed, picked = first
            await deed.do(turn, picked)

    def _due_answers(self, entries: Sequence[Message]) -> list[Message]:
        return [entry for entry in entries if entry.kind == ANSWER and self._owed.is_due(entry)]

    def _first_deed(
        self, entries: Sequence[Message], turn_id: TurnId
    ) -> tuple[Deed, Sequence[Message]] | None:
        """Return the first deed that picks anything, and what it picks."""
        if not entries:
            return None
        open_kinds = {entry.kind for entry in entries}
        for deed in self._deeds:
            if deed.kinds and deed.kinds.isdisjoint(open_kinds):
                continue
            if picked := deed.pick(entries, turn_id):
                return deed, picked
        return None

    def _tell_of_strangers(self, entries: Sequence[Message]) -> None:
        """Log an open entry that no deed picks, once: a later version may know its kind."""
        for entry in entries:
            if entry.kind not in self._known_kinds and entry.id not in self._told_of:
                self._told_of[entry.id] = None
                log.error("entry.no_deed", kind=entry.kind, message_id=entry.id)
