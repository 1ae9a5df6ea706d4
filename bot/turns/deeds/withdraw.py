"""Withdraw: nobody can decide about a card any more; its time is up, or its questions are gone."""

from collections.abc import Sequence

import structlog

from bot.cards import words
from bot.cards.reading import Cards
from bot.document.nodes import Text
from bot.document.sentences import sentence
from bot.messages import WITHDRAWAL, card_of, is_expiry, is_taken_back
from bot.turns.card_ends import show_afterwards, with_card
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome

log = structlog.get_logger(__name__)


class Withdraw(Deed):
    """Stands behind `resume`: what was decided in time counts."""

    kinds = frozenset({WITHDRAWAL})

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close the card and its questions; say so where nobody answered."""
        opened = await self._cards.of(turn.session.id)
        ending = Ending(outcome=Outcome.STOPPED, messages=picked, note="nothing to withdraw")
        mine = [it for it in picked if opened and card_of(it) == opened.card.id]
        is_expired = any(map(is_expiry, mine))
        questions = opened.questions if opened else ()
        is_asked = not all(map(is_taken_back, questions))
        if opened is None or not opened.is_pending or not mine or (is_asked and not is_expired):
            await turn.end(ending)
            return
        log.info("card.withdrawn", card_id=opened.card.id, is_expired=is_expired)
        ending = Ending(
            outcome=Outcome.STOPPED,
            messages=[*picked, *opened.questions],
            answer=sentence(words.EXPIRED) if is_asked else None,
            note="nobody answered" if is_asked else "taken back by its author",
        )
        over = words.NOBODY_ANSWERED if is_asked else words.DELETED
        await turn.end(with_card(ending, opened))
        outcome = "expired" if is_asked else "withdrawn"
        show_afterwards(turn, opened, over=(Text(over),), outcome=outcome)
