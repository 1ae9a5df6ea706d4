"""What the bot says of its own accord: that it begins, that it was interrupted."""

from collections.abc import Sequence

import structlog

from bot import words
from bot.document.posts import Label, Posted
from bot.document.sentences import sentence
from bot.errors import Hope, PostingError
from bot.surfaces.contract import Posts
from bot.turns.progress import STARTING, mend
from session import Session, TurnId

log = structlog.get_logger(__name__)

NOTICE = "notice"
INTERRUPTED = "interrupted"


class Notices:
    """Each is said once: a successor looks for its label before it says it."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    async def starting(self, session: Session, fence: int) -> tuple[Posted | None, bool]:
        """Post "Starting a new investigation".

        Return the post, if we made it, and whether the notice is dealt with. `fence` 1 means that
        nobody can have posted it before us.
        """
        label = Label(kind=NOTICE, key=session.id)
        try:
            if fence > 1 and await self._posts.ours(label):
                return None, True
            return await self._posts.post(STARTING, label), True
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))
            return None, error.hope is Hope.NONE

    async def paused(self, turn_id: TurnId) -> None:
        """Say that our own turn was cut off; `interrupted` finds this and says nothing more."""
        label = Label(kind=INTERRUPTED, key=turn_id)
        try:
            await self._posts.post(sentence(words.PAUSED), label)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))

    async def interrupted(self, turn_ids: Sequence[str]) -> None:
        """Say that earlier turns were cut off; where nobody can look, rather twice than never."""
        try:
            said = await self._interruptions()
            for turn_id in turn_ids:
                if turn_id not in said:
                    label = Label(kind=INTERRUPTED, key=turn_id)
                    await self._posts.post(sentence(words.INTERRUPTED), label)
        except PostingError as error:
            log.warning("notice.not_posted", reason=str(error))

    async def _interruptions(self) -> set[str]:
        try:
            return {posted.label.key for posted in await self._posts.ours(_ANY_INTERRUPTED)}
        except PostingError as error:
            if error.hope is not Hope.PASSING:
                raise
            log.warning("notice.not_looked_for", reason=str(error))
            return set()

    async def mend_progress(self, running: TurnId) -> None:
        """End the progress messages that turns other than the running one left behind."""
        try:
            await mend(self._posts, running)
        except PostingError as error:
            log.warning("progress.not_mended", reason=str(error))


_ANY_INTERRUPTED = Label(kind=INTERRUPTED, key="")
