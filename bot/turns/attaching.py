"""The files of an answer: attached after its posts; they never keep it owed."""

from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from bot.document.posts import File
from bot.errors import Hope, PostingError
from bot.surfaces.contract import Posts
from bot.turns.answers import say_beside, titles_of
from bot.words import files as file_words
from session import Message, NewMessage

log = structlog.get_logger(__name__)


async def attach(
    posts: Posts,
    answer: NewMessage | Message,
    files: Sequence[File],
    *,
    is_stopped: Callable[[], Awaitable[bool]],
    standing: Collection[str] = (),
) -> bool:
    """Attach what an answer names and what is not `standing` yet; False if a stop cut that short.

    Says what cannot be attached.
    """
    kept = {file.title: file for file in files}
    missing: list[str] = []
    for title in titles_of(answer):
        if title in standing:
            continue
        if await is_stopped():
            return False
        try:
            if (file := kept.get(title)) is None:
                raise PostingError("its text is not kept")
            await posts.attach(file, is_stopped=is_stopped)
        except PostingError as error:
            log.error("file.not_attached", title=title, reason=str(error), hope=error.hope.value)
            if error.hope is Hope.NONE:
                return True
            missing.append(title)
    if missing:
        await say_beside(posts, answer, "files", file_words.files_missing(missing))
    return True
