"""Resume: people have decided about calls; the last decision has them carried out, once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from bot.cards import words
from bot.cards.board import refresh, show
from bot.cards.card import DECIDED
from bot.cards.reading import Cards, OpenCard, is_approved
from bot.document.nodes import Text
from bot.document.sentences import sentence
from bot.messages import APPROVAL, card_of, is_taken_back
from bot.observe.series import APPROVALS
from bot.turns.card_ends import show_afterwards, with_card
from bot.turns.deeds.contract import Deed
from bot.turns.deeds.work import Work, withdrawn
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome

log = structlog.get_logger(__name__)

TOO_LATE = "too late"
SHOW_SECONDS = 5.0
"""How long calls wait for their card to say that they are decided."""


class Resume(Deed):
    """Stands before `investigate`.

    The decisions are closed in the store, under the fence, before any call runs. So a call that
    was approved runs at most once: a successor that finds no open decision runs nothing.
    """

    kinds = frozenset({APPROVAL})

    def __init__(self, work: Work, cards: Cards) -> None:
        self._work = work
        self._cards = cards

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Carry out what is decided, or wait for the other decisions."""
        opened = await self._cards.of(turn.session.id)
        if opened is None or not opened.is_pending:
            await self._too_late(turn, picked)
            return
        stale = [it for it in picked if card_of(it) != opened.card.id]
        if stale:
            await turn.stored(lambda: turn.lock.close([it.id for it in stale], TOO_LATE))
        if all(map(is_taken_back, opened.questions)):
            await turn.end(with_card(withdrawn(opened.questions), opened))
            show_afterwards(turn, opened, over=(Text(words.DELETED),))
        elif opened.is_decided:
            await self._resume(turn, opened)
        else:
            mine = [it for it in picked if it not in stale]
            await turn.end(Ending(outcome=Outcome.PARKED, messages=mine))
            key = opened.card.key
            turn.afterwards(lambda: refresh(turn.surface, self._cards, turn.session.id, key=key))

    async def _resume(self, turn: OpenTurn, opened: OpenCard) -> None:
        await turn.begin(opened.questions)
        # Before anything runs: another update may have overtaken the one after the click.
        with suppress(TimeoutError):
            async with asyncio.timeout(SHOW_SECONDS):
                await show(turn.surface, opened)
        decisions = [entry.id for entry in opened.entries.values()]
        await turn.stored(lambda: turn.lock.close(decisions, DECIDED))
        for entry in opened.entries.values():
            turn.recorder.count(APPROVALS, "approved" if is_approved(entry) else "denied")
        log.info("card.decided", card_id=opened.card.id, turn_id=turn.id)
        ending = await self._work.ending(
            turn, opened.questions, opened.handed_over(), are_ours=True
        )
        await turn.end(ending)

    async def _too_late(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close decisions about a card that is gone, and tell who made them."""
        await turn.end(Ending(outcome=Outcome.STOPPED, messages=picked, note=TOO_LATE))
        for user_id in dict.fromkeys(entry.author_id for entry in picked):
            await turn.surface.hint(user_id, sentence(words.OVER))
