"""What a turn reads before it works: the thread, and its channel where that is the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.document.thread import Around, ThreadMessage
from bot.investigators.brief.reading import holds_nothing_else
from bot.investigators.contract import Case
from bot.messages import ts_of, wants_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The messages that a turn rests on."""

    thread: Sequence[ThreadMessage]
    around: Around | None = None
    """The channel, where it is the case: the thread holds nothing but the question."""

    @property
    def messages(self) -> Sequence[ThreadMessage]:
        """All of them, the channel's first."""
        return [*(self.around.messages if self.around else ()), *self.thread]


async def scene_of(case: Case, *, was_channel: bool, since: datetime | None) -> Scene:
    """Read what a case is about.

    `was_channel`: the channel was the case in an earlier turn of this session. Then it is read
    from `since` on, or for the last six hours (None). A reply that mentions nobody does not have
    it read.
    """
    thread = await case.thread.read()
    if not any(map(wants_answer, case.new)):
        return Scene(thread=thread)
    if was_channel:
        return Scene(thread=thread, around=await case.thread.around(since))
    if holds_nothing_else(thread, frozenset(map(ts_of, case.new))):
        return Scene(thread=thread, around=await case.thread.around())
    return Scene(thread=thread)
