"""Stop: ends the questions of a turn that is not running (any more), and their author's own."""

from collections.abc import Sequence
from dataclasses import replace

from bot import words
from bot.cards import words as card_words
from bot.cards.reading import Cards, OpenCard
from bot.document.nodes import Person, Text
from bot.document.sentences import sentence
from bot.messages import ALERT, CASES, app_of, ts_of
from bot.turns.card_ends import goes_with, show_afterwards, with_card, withdrawn_by
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from bot.turns.stopping import KINDS, ended_by
from session import Message, Outcome, TurnId


class Stop(Deed):
    """Says who stopped what. A stop that comes too late for anything leaves no post."""

    kinds = KINDS

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the stops, and the questions that they end."""
        stops = [entry for entry in entries if entry.kind in KINDS]
        return [*ended_by(stops, entries), *stops]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close them, and tell its author if a stop came too late.

        Questions that wait for an approval end too, with their card.
        """
        stops = [entry for entry in picked if entry.kind in KINDS]
        opened = await self._cards.of(turn.session.id)
        ended = {entry.id: entry for entry in (*picked, *withdrawn_by(stops, opened))}
        ending = await stopped(turn, list(ended.values()))
        await turn.end(card_withdrawn(turn, ending, opened, stops[0]))
        if all(entry.kind in KINDS for entry in ended.values()):
            last = picked[-1]
            await turn.surface.hint(
                last.author_id,
                sentence(words.NOTHING_RUNNING),
                about=ts_of(last),
            )


async def stopped(turn: OpenTurn, ended: Sequence[Message], found: bool = False) -> Ending:
    """Say who stopped whose questions; `ended` are the stops and the questions."""
    stop = next(entry for entry in ended if entry.kind in KINDS)
    questions = [entry for entry in ended if entry.kind in CASES]
    ending = Ending(outcome=Outcome.STOPPED, messages=ended, note=f"stopped by {stop.author_id}")
    if not questions:
        return ending
    others = dict.fromkeys(
        question.author_id
        for question in questions
        if question.kind != ALERT and question.author_id != stop.author_id
    )
    apps = list(dict.fromkeys(app_of(it) for it in questions if it.kind == ALERT))
    names = await turn.surface.names([stop.author_id, *others])
    text = words.stopped(
        names[stop.author_id], [names[user_id] for user_id in others], found, apps
    )
    return replace(ending, answer=sentence(text))


def card_withdrawn(
    turn: OpenTurn, ending: Ending, opened: OpenCard | None, stop: Message
) -> Ending:
    """Have a card go whose questions were all stopped; thread and card say so."""
    ending = with_card(ending, opened)
    if not goes_with(opened, ending) or ending.answer is None:
        return ending
    by = (Text(card_words.WITHDRAWN_BY), Person(stop.author_id), Text("."))
    show_afterwards(turn, opened, over=by)
    return replace(ending, answer=ending.answer + sentence(card_words.WITHDRAWN))
