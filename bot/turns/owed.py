"""Answers that are stored and do not stand in the thread yet: delivered before anything else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import words
from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.document.values import Document, Link, Paragraph, Text
from bot.errors import Hope, PostingError
from bot.messages import ALERT, QUESTIONS, ts_of
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import ANSWERS
from bot.surfaces.contract import Posts, Surface
from bot.turns.answers import (
    ANSWERED,
    NOT_DELIVERED,
    STOPPED,
    parts_of,
    post,
    questions_of,
    say_beside,
    standing,
    titles_of,
)
from bot.turns.attaching import attach
from bot.turns.kept_files import kept_files
from bot.turns.stopping import KINDS, stops_of
from bot.words import files as file_words
from session import Lock, Message, NewMessage, Repository

log = structlog.get_logger(__name__)

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
LATE_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)


class OwedAnswers:
    """Looks each up before posting it, since another process may have posted it already.

    `call_seconds` is the longest that a call to the surface may take: a post of a process that
    died may still arrive for that long. Such an answer has no time of its own to be looked at:
    only a process that leaves in order sets one.
    """

    def __init__(
        self, repository: Repository, call_seconds: float, recorder: Recorder = NO_RECORDER
    ) -> None:
        self._repository = repository
        self._recorder = recorder
        self._call_time = timedelta(seconds=call_seconds)

    async def deliver(
        self, lock: Lock, surface: Surface, posts: Posts, owed: Sequence[Message]
    ) -> None:
        """Post what is due, oldest first; what fails stays owed or is given up."""
        for answer in owed:
            try:
                await self._deliver_one(lock, surface, posts, answer)
            except PostingError as error:
                await self.keep(lock, surface, answer, error)

    def is_due(self, answer: Message) -> bool:
        """Tell whether an answer is to be tried now."""
        return answer.due_at is None or answer.due_at <= self._repository.now()

    async def keep(
        self, lock: Lock, surface: Surface, answer: Message, error: PostingError
    ) -> None:
        """Try a refused answer again later, or close it as not delivered and tell its author."""
        age = self._repository.now() - answer.stored_at
        if error.hope is not Hope.NONE and age < GIVE_UP_AFTER:
            now = self._repository.now()
            pause = pause_of(error)
            retry_at = next_try(answer.stored_at, now) if pause is None else now + pause
            log.warning(
                "answer.still_owed", answer_id=answer.id, reason=str(error), hope=error.hope.value
            )
            self._recorder.count(ANSWERS, "owed")
            await lock.postpone(answer.id, retry_at)
            return
        self._recorder.count(ANSWERS, "not_delivered")
        log.error("answer.not_delivered", answer_id=answer.id, reason=str(error))
        await self._take_signs_off(surface, answer)
        await lock.close([answer.id], NOT_DELIVERED)
        await tell_authors(self._repository, surface, answer)

    async def _deliver_one(
        self, lock: Lock, surface: Surface, posts: Posts, answer: Message
    ) -> None:
        parts, found = parts_of(answer), await standing(posts, answer)
        is_missing = found is None or len(found) < len(parts)
        is_stopped, is_whole = partial(self._is_stopped, answer), True
        if is_missing and self._may_still_arrive(answer):
            await lock.postpone(answer.id, lock.acquired_at + self._call_time)
            return
        if is_missing:
            # We may die in the middle of it, too: back to the time that it had at first.
            await lock.postpone(answer.id, answer.stored_at)
            log.info("answer.posting_late", answer_id=answer.id, standing=len(found or ()))
            if self._repository.now() - answer.stored_at > LATE_AFTER and not found:
                parts[0] = await self._late(surface, answer) + parts[0]
            if found is None:
                parts = [part + sentence(words.REPEATED) for part in parts]
            is_whole = await post(
                posts, answer, parts, standing=found or set(), is_stopped=is_stopped
            )
        if is_whole and titles_of(answer):
            is_whole = await self._attach(posts, answer, is_stopped)
        if not is_whole:
            log.info("answer.stopped", answer_id=answer.id)
            await say_beside(posts, answer, STOPPED, words.POSTING_STOPPED)
        self._recorder.count(ANSWERS, "delivered_late")
        log.info("answer.delivered_late", answer_id=answer.id)
        await self._take_signs_off(surface, answer)
        await lock.close([answer.id], ANSWERED)

    async def _attach(
        self, posts: Posts, answer: Message, is_stopped: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Attach what is missing: the process that stored the answer may have begun with it."""
        try:
            found = await posts.attached()
        except PostingError as error:
            log.error("files.not_looked_for", answer_id=answer.id, reason=str(error))
            unsure = file_words.files_unsure(titles_of(answer))
            await say_beside(posts, answer, "files", unsure)
            return True
        files = await kept_files(self._repository, answer)
        return await attach(posts, answer, files, standing=found, is_stopped=is_stopped)

    async def _is_stopped(self, answer: Message) -> bool:
        """Tell whether a stop names the turn that gave the answer, or comes from an asker."""
        entries = await self._repository.open_messages(answer.session_id)
        stops = [entry for entry in entries if entry.kind in KINDS]
        if not stops or answer.turn_id is None:
            return False
        found = [await self._repository.get_message(name) for name in questions_of(answer)]
        return bool(stops_of(stops, answer.turn_id, [question for question in found if question]))

    def _may_still_arrive(self, answer: Message) -> bool:
        """Tell whether a dead process's post can be on the wire yet.

        A lease that ran out by itself covered its posts to their end. In a local store a lease
        ends with its process.
        """
        was_left_in_order = answer.due_at is not None and answer.due_at > answer.stored_at
        return self._repository.is_local and not was_left_in_order

    async def _take_signs_off(self, surface: Surface, answer: Message) -> None:
        """Take off what its turn left on its questions, should it have died.

        Before the answer is closed, so that nothing is left behind if this turn dies as well.
        """
        found = [await self._repository.get_message(asked) for asked in questions_of(answer)]
        marked = [ts_of(asked) for asked in found if asked is not None and ts_of(asked)]
        with suppress(TimeoutError):
            async with asyncio.timeout(self._call_time.total_seconds()):
                await asyncio.gather(*(surface.unmark(ts, Sign.QUEUED) for ts in marked))

    async def _late(self, surface: Surface, answer: Message) -> Document:
        for message_id in questions_of(answer)[-1:]:
            question = await self._repository.get_message(message_id)
            if question is not None and ts_of(question):
                link = Link(surface.link(question), words.YOUR_QUESTION)
                return Document((Paragraph((Text(words.LATE_ANSWER_TO), link)),))
        return Document()


async def tell_authors(
    repository: Repository, surface: Surface, answer: NewMessage | Message
) -> None:
    """Tell each author once, and nobody else, that the answer could not be posted."""
    found = [await repository.get_message(message_id) for message_id in questions_of(answer)]
    asked = {it.author_id: it for it in found if it and it.kind != ALERT}
    for user_id, message in asked.items():
        text = words.NOT_DELIVERED if message.kind in QUESTIONS else words.DONE_UNSAID
        if not await surface.hint(user_id, sentence(text), about=ts_of(message)):
            log.error("answer.nobody_told", user_id=user_id)


def pause_of(error: PostingError) -> timedelta | None:
    """Return the pause that was asked for, within what is sensible: then is the time to try."""
    if error.again_in is None:
        return None
    return min(max(timedelta(seconds=error.again_in), FIRST_RETRY), LONGEST_RETRY)


def next_try(stored_at: datetime, now: datetime) -> datetime:
    """Say when to try again: after 5 s, then after as long as it is owed, at most an hour."""
    return now + min(max(now - stored_at, FIRST_RETRY), LONGEST_RETRY)
