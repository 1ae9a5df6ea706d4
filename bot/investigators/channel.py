"""When the channel is the case: the thread in which somebody asks holds nothing else."""

from collections.abc import Sequence
from datetime import datetime

from bot.document.thread import Around, ThreadMessage
from bot.investigators.brief.reading import holds_nothing_else
from bot.investigators.contract import Case
from bot.messages import ts_of, wants_answer


async def channel_of(
    case: Case,
    messages: Sequence[ThreadMessage],
    *,
    was_read: bool,
    since: datetime | None,
) -> Around | None:
    """Read the channel where it is the case, and None elsewhere.

    `was_read`: an earlier turn of this session read it; `since` is how far (None: all of it is
    wanted again). A reply that mentions nobody does not have it read.
    """
    if not any(map(wants_answer, case.new)):
        return None
    if not was_read and not holds_nothing_else(messages, frozenset(map(ts_of, case.new))):
        return None
    return await case.thread.around(since if was_read else None)
