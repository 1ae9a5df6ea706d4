"""Stop: ends the questions of a turn that is not running (any more), and their author's own."""

from collections.abc import Sequence

from bot import words
from bot.document.sentences import sentence
from bot.messages import QUESTIONS, ts_of
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from bot.turns.stopping import KINDS, ended_by
from session import Message, Outcome, TurnId


class Stop(Deed):
    """Says who stopped what. A stop that comes too late for anything leaves no post."""

    kinds = KINDS

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the stops, and the questions that they end."""
        stops = [entry for entry in entries if entry.kind in KINDS]
        return [*ended_by(stops, entries), *stops]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close them, and tell its author if a stop came too late."""
        await turn.end(await stopped(turn, picked))
        if all(entry.kind in KINDS for entry in picked):
            last = picked[-1]
            await turn.surface.hint(
                last.author_id,
                sentence(words.NOTHING_RUNNING),
                about=ts_of(last),
            )


async def stopped(turn: OpenTurn, ended: Sequence[Message], found: bool = False) -> Ending:
    """Say who stopped whose questions; `ended` are the stops and the questions."""
    stop = next(entry for entry in ended if entry.kind in KINDS)
    questions = [entry for entry in ended if entry.kind in QUESTIONS]
    ending = Ending(outcome=Outcome.STOPPED, messages=ended, note=f"stopped by {stop.author_id}")
    if not questions:
        return ending
    others = dict.fromkeys(
        question.author_id for question in questions if question.author_id != stop.author_id
    )
    names = await turn.surface.names([stop.author_id, *others])
    text = words.stopped(names[stop.author_id], [names[user_id] for user_id in others], found)
    return ending.saying(sentence(text))
