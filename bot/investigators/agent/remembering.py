"""Writes the notes that a turn leaves for the next one."""

from dataclasses import replace
from datetime import datetime

from pydantic_ai.messages import ModelMessage

from bot.investigators.agent.compaction import turn_of
from bot.investigators.agent.memory import Memory
from bot.investigators.agent.pending import Pending
from bot.investigators.agent.turn import Turn
from bot.investigators.agent.work import Work


def remembered(
    turn: Turn, before: Memory, resumed: Pending | None, pending: Pending | None
) -> Memory:
    """Return what is remembered after a turn.

    A run that waits for people (`pending`) is no part of the history yet; one that went on in
    this turn (`resumed`) is now, behind the turns that came meanwhile.
    """
    work, history = turn.work, tuple[ModelMessage, ...](turn.messages)
    seen = work.telling.seen
    if pending is not None:
        history, seen = before.history, before.seen.counting_from(seen.last)
    elif resumed is not None:
        ids = (*resumed.turns, turn.id)
        history = (*before.history, *(it for it in turn.messages if turn_of(it) in ids))
    elif work.case.pending:
        pending = before.pending
    return replace(
        before,
        history=history,
        seen=seen,
        results=work.sources.results,
        channel_read_up_to=_channel_read_up_to(work) or before.channel_read_up_to,
        pending=pending,
    )


def _channel_read_up_to(work: Work) -> datetime | None:
    if work.around is None or not work.around.is_read:
        return None
    seen = [it.sent_at for it in work.messages]
    return max([*seen, *(it.sent_at for it in work.case.new)])
