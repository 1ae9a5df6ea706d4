"""Investigate: the investigator works on everybody's open questions, and the thread is told."""

from collections.abc import Sequence
from typing import ClassVar

from bot.cards.reading import Cards
from bot.messages import QUESTION, is_taken_back
from bot.turns.card_ends import with_card
from bot.turns.deeds.contract import MAX_TRIES, Deed, tries_before
from bot.turns.deeds.work import Work, withdrawn
from bot.turns.open_turn import OpenTurn
from session import Message, TurnId


class Investigate(Deed):
    """The work."""

    kinds = frozenset({QUESTION})
    heeds_cards: ClassVar[bool] = True
    """Whether it is the investigator's own work, which approvals belong to."""

    def __init__(self, work: Work, cards: Cards) -> None:
        self._work = work
        self._cards = cards

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the questions; one on its last try goes alone, sparing its neighbours."""
        questions = super().pick(entries, turn_id)
        last = [q for q in questions if tries_before(q, turn_id) == MAX_TRIES - 1]
        calm = [q for q in questions if tries_before(q, turn_id) < MAX_TRIES - 1]
        return calm or last[:1]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Run the investigator.

        A card may be pending meanwhile, or a turn that carried out its calls was cut off.
        """
        is_asked = not all(map(is_taken_back, picked))
        if is_asked:
            await turn.begin(picked)
        heeds_card = self.heeds_cards and turn.may_have_card
        opened = await self._cards.of(turn.session.id) if heeds_card else None
        if is_asked:
            ending = await self._work.ending(turn, picked, opened)
        else:
            ending = with_card(withdrawn(picked), opened)
        await turn.end(ending)
        if opened is not None and opened.is_pending:
            turn.afterwards(turn.surface.suspend)
