"""Give up: a question that cut off every turn that took it up is closed as failed."""

from collections.abc import Sequence

import structlog

from bot import words
from bot.cards.reading import Cards
from bot.cards.words import NOT_NEEDED
from bot.document.nodes import Text
from bot.document.sentences import sentence
from bot.messages import CASES
from bot.turns.card_ends import goes_with, show_afterwards, with_card
from bot.turns.deeds.contract import MAX_TRIES, Deed, tries_before
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome, TurnId

log = structlog.get_logger(__name__)


class GiveUp(Deed):
    """Comes before investigating, so that such a question crashes nothing more."""

    kinds = CASES

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the questions that were tried too often."""
        questions = super().pick(entries, turn_id)
        return [question for question in questions if tries_before(question, turn_id) >= MAX_TRIES]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close them and say so."""
        log.error("turn.gave_up", turn_id=turn.id, messages=len(picked))
        text = words.gave_up([question.request_id for question in picked])
        opened = await self._cards.of(turn.session.id)
        ending = Ending(
            outcome=Outcome.FAILED,
            messages=picked,
            answer=sentence(text),
            note="interrupted too often",
        )
        ending = with_card(ending, opened)
        if goes_with(opened, ending):
            show_afterwards(turn, opened, over=(Text(NOT_NEEDED),))
        await turn.end(ending)
