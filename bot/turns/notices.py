"""What the bot says of its own accord: that it begins, that it was interrupted."""

from collections.abc import Callable, Sequence

import structlog

from bot import words
from bot.errors import PostingError
from bot.slack.parts import plain
from bot.slack.posting import Label, Poster
from bot.slack.progress import left_behind
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
        self, thread: SlackThread, turn_ids: Sequence[TurnId], guard: Callable[[], None]
    ) -> None:
        """Say that earlier turns were cut off."""
        try:
            ours = await self._poster.ours(thread)
            for turn_id in turn_ids:
                label = Label(kind="interrupted", key=turn_id)
                if not any(label.is_on(one) for one in ours):
                    await self._poster.post(thread, plain(words.INTERRUPTED), label, guard)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))

    async def mend_progress(
        self, thread: SlackThread, turn_id: TurnId, guard: Callable[[], None]
    ) -> None:
        """End the progress messages that turns other than `turn_id` left behind."""
        try:
            for ts in left_behind(await self._poster.ours(thread), turn_id):
                guard()
                trace = plain(words.trace_interrupted())
                await self._poster.update(thread.channel_id, ts, trace)
        except PostingError as error:
            log.warning("progress.not_mended", reason=str(error))
