"""Posts the bot's own notices: it begins, it pauses, it was interrupted.

Each is said once: a successor looks for its label before it says it.
"""

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
_ANY_INTERRUPTED = Label(kind=INTERRUPTED, key="")


async def starting(posts: Posts, session: Session, fence: int) -> tuple[Posted | None, bool]:
    """Post "Starting a new investigation".

    Return the post, if we made it, and whether the notice is dealt with. `fence` 1 means that
    nobody can have posted it before us.
    """
    label = Label(kind=NOTICE, key=session.id)
    try:
        if fence > 1 and await posts.ours(label):
            return None, True
        return await posts.post(STARTING, label), True
    except PostingError as error:
        log.warning("notice.not_posted", reason=str(error))
        return None, error.hope is Hope.NONE


async def paused(posts: Posts, turn_id: TurnId) -> None:
    """Say that our own turn was cut off; `interrupted` finds this and says nothing more."""
    label = Label(kind=INTERRUPTED, key=turn_id)
    try:
        await posts.post(sentence(words.PAUSED), label)
    except PostingError as error:
        log.warning("notice.not_posted", reason=str(error))


async def interrupted(posts: Posts, turn_ids: Sequence[str]) -> None:
    """Say that earlier turns were cut off; where nobody can look, rather twice than never."""
    try:
        said = await _interruptions(posts)
        for turn_id in turn_ids:
            if turn_id not in said:
                label = Label(kind=INTERRUPTED, key=turn_id)
                await posts.post(sentence(words.INTERRUPTED), label)
    except PostingError as error:
        log.warning("notice.not_posted", reason=str(error))


async def _interruptions(posts: Posts) -> set[str]:
    try:
        return {posted.label.key for posted in await posts.ours(_ANY_INTERRUPTED)}
    except PostingError as error:
        if error.hope is not Hope.PASSING:
            raise
        log.warning("notice.not_looked_for", reason=str(error))
        return set()


async def mend_progress(posts: Posts, running: TurnId) -> None:
    """End the progress messages that turns other than the running one left behind."""
    try:
        await mend(posts, running)
    except PostingError as error:
        log.warning("progress.not_mended", reason=str(error))
