"""What a turn reads before it works: the thread, and its channel where that is the case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.document.thread import Around, FileText, ThreadMessage
from bot.investigators.brief.reading import holds_nothing_else
from bot.investigators.contract import Case
from bot.messages import ts_of, wants_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The messages that a turn rests on."""

    thread: Sequence[ThreadMessage]
    around: Around | None = None
    """The channel, where it is the case: the thread holds nothing but the question."""
    files: Sequence[FileText] = ()
    """The files that all these messages share."""

    @property
    def messages(self) -> Sequence[ThreadMessage]:
        """All of them, the channel's first."""
        return [*(self.around.messages if self.around else ()), *self.thread]


async def scene_of(case: Case, *, was_channel: bool, since: datetime | None) -> Scene:
    """Read what a case is about.

    `was_channel`: the channel was the case in an earlier turn of this session. Then it is read
    from `since` on, or for the last six hours (None). A reply that mentions nobody has neither
    channel nor files read.
    """
    thread = await case.thread.read()
    if not any(map(wants_answer, case.new)):
        return Scene(thread=thread)
    around = None
    if was_channel:
        around = await case.thread.around(since)
    elif holds_nothing_else(thread, frozenset(map(ts_of, case.new))):
        around = await case.thread.around()
    scene = Scene(thread=thread, around=around)
    if not any(message.files for message in scene.messages):
        return scene
    return replace(scene, files=await case.thread.read_files(scene.messages))
