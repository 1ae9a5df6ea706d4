"""Posts a turn's recorded answer, and deals with a refusal or a stop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog

from bot import words
from bot.errors import Hope, PostingError
from bot.observe.recorder import Recorder
from bot.observe.series import ANSWERS
from bot.surfaces.contract import Posts, Surface
from bot.turns.answers import NOT_DELIVERED, STOPPED, Answer, post, say_beside
from bot.turns.attaching import attach
from bot.turns.ending import Ending
from bot.turns.owed import FIRST_RETRY, pause_of, tell_authors
from bot.turns.stopping import ended_by, stops_of
from session import Lock, NewMessage, Outcome, Repository

log = structlog.get_logger(__name__)

Stored = Callable[[Callable[[], Awaitable[object]]], Awaitable[None]]
"""Makes a write, again while the store fails: `OpenTurn.stored`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Of one turn, under its lock."""

    lock: Lock
    surface: Surface
    posts: Posts
    repository: Repository
    stored: Stored
    recorder: Recorder

    async def post(self, answer: Answer, ending: Ending) -> None:
        """Post it with its files, or as far as a stop lets it. Raises `PostingError`."""
        is_stopped = partial(self._is_stopped, ending)
        is_whole = await post(
            self.posts, answer.message, answer.parts, standing=set(), is_stopped=is_stopped
        )
        if is_whole and answer.files:
            is_whole = await attach(
                self.posts, answer.message, answer.files, is_stopped=is_stopped
            )
        if not is_whole:
            await self._say_cut_short(answer.message, ending)
        self.recorder.count(ANSWERS, "delivered")

    async def keep_owed(self, answer: NewMessage, error: PostingError) -> None:
        """Have a refused answer tried again, or close it as not delivered and tell its authors."""
        log.error("answer.not_posted", reason=str(error), hope=error.hope.value)
        self.recorder.count(ANSWERS, "not_delivered" if error.hope is Hope.NONE else "owed")
        if error.hope is Hope.NONE:
            await self.stored(lambda: self.lock.close([answer.id], NOT_DELIVERED))
            await tell_authors(self.repository, self.surface, answer)
        else:
            due_at = self.repository.now() + (pause_of(error) or FIRST_RETRY)
            await self.stored(lambda: self.lock.postpone(answer.id, due_at))

    async def _is_stopped(self, ending: Ending) -> bool:
        entries = await self.repository.open_messages(self.lock.session_id)
        return bool(stops_of(entries, self.lock.claim.turn_id, ending.messages))

    async def _say_cut_short(self, answer: NewMessage, ending: Ending) -> None:
        """Say that the rest is not posted, and close the stops that have nothing more to end."""
        turn_id = self.lock.claim.turn_id
        log.info("answer.stopped", turn_id=turn_id)
        await say_beside(self.posts, answer, STOPPED, words.POSTING_STOPPED)
        entries = await self.repository.open_messages(self.lock.session_id)
        stops = stops_of(entries, turn_id, ending.messages)
        done = [stop.id for stop in stops if not ended_by([stop], entries)]
        await self.stored(lambda: self.lock.close(done, Outcome.STOPPED))
