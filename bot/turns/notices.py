"""What the bot says of its own accord: that it begins, that it was interrupted."""

from collections.abc import Callable

import structlog

from bot import words
from bot.errors import PostingError
from bot.slack.parts import plain
from bot.slack.posting import Label, Poster
from session import SlackThread, TurnId

log = structlog.get_logger(__name__)


class Notices:
    """Each is said once: a successor looks for its label before it says it."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def starting(self, thread: SlackThread, fence: int, guard: Callable[[], None]) -> bool:
        """Post "Starting a new investigation"; True if it stands in the thread afterwards.

        `fence` 1 means that nobody can have posted it before us.
        """
        label = Label(kind="notice", key=thread.thread_ts)
        try:
            if fence == 1 or await self._poster.find(thread, label) is None:
                await self._poster.post(thread, plain(words.STARTING), label, guard)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))
            return error.is_final
        return True

    async def paused(
        self, thread: SlackThread, turn_id: TurnId, guard: Callable[[], None]
    ) -> None:
        """Say that our own turn was cut off; `interrupted` finds this and says nothing more."""
        label = Label(kind="interrupted", key=turn_id)
        try:
            await self._poster.post(thread, plain(words.PAUSED), label, guard)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))

    async def interrupted(
        self, thread: SlackThread, turn_id: TurnId, guard: Callable[[], None]
    ) -> None:
        """Say that an earlier turn was cut off, and mend the progress message it left behind."""
        progress = Label(kind="progress", key=turn_id)
        try:
            if left_behind := await self._poster.find(thread, progress):
                guard()
                trace = plain(words.trace_interrupted())
                await self._poster.update(thread.channel_id, left_behind, trace)
            label = Label(kind="interrupted", key=turn_id)
            if await self._poster.find(thread, label) is None:
                await self._poster.post(thread, plain(words.INTERRUPTED), label, guard)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))
