"""Reads for a turn: the thread, and its channel if a mention stands alone in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.document.thread import Around, FileText, ThreadMessage
from bot.investigators.contract import Case, ThreadView
from bot.investigators.to_burrow import holds_nothing_else
from bot.messages import ts_of, wants_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The messages that a turn rests on."""

    thread: Sequence[ThreadMessage]
    around: Around | None = None
    """The channel, where it is the case: the thread holds nothing but the question."""
    files: Sequence[FileText] = ()
    """The files that all these messages share."""
    is_whole: bool = True
    """Whether all that the case holds was read, its channel and files too."""

    @property
    def messages(self) -> Sequence[ThreadMessage]:
        """All of them, the channel's first."""
        return [*(self.around.messages if self.around else ()), *self.thread]


async def scene_of(case: Case, *, was_channel: bool, since: datetime | None) -> Scene:
    """Read what a case is about; contract: `read_scene`.

    A reply that mentions nobody has neither channel nor files read.
    """
    if not any(map(wants_answer, case.new)):
        thread = await case.thread.read()
        has_more = was_channel or any(message.files for message in thread)
        return Scene(thread=thread, is_whole=not has_more)
    asks = frozenset(map(ts_of, case.new))
    return await read_scene(case.thread, asks, was_channel=was_channel, since=since)


async def read_scene(
    view: ThreadView, asks: frozenset[str], *, was_channel: bool, since: datetime | None
) -> Scene:
    """Read a thread, its channel where that is the case, and the files of both.

    `asks` are the `ts` of what is asked of Burrow. `was_channel`: the channel was the case in an
    earlier turn of the session. Then it is read from `since` on, or for the last six hours (None).
    """
    thread = await view.read()
    around = None
    if was_channel:
        around = await view.around(since)
    elif holds_nothing_else(thread, asks):
        around = await view.around()
    is_new_only = was_channel and (around is None or since is not None)
    is_unread = around is not None and not around.is_read
    scene = Scene(thread=thread, around=around, is_whole=not (is_new_only or is_unread))
    if not any(message.files for message in scene.messages):
        return scene
    return replace(scene, files=await view.read_files(scene.messages))
