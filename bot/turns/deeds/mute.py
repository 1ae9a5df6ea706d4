"""Mute and unmute: whether plain replies in a thread count."""

from collections.abc import Sequence

from bot import words
from bot.document.sentences import sentence
from bot.messages import MUTE, UNMUTE
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome


class Mute(Deed):
    """The last request counts."""

    kinds = frozenset({MUTE, UNMUTE})

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Note it in the session and say so."""
        mute = picked[-1].kind == MUTE
        await turn.end(
            Ending(
                outcome=Outcome.ANSWERED,
                messages=picked,
                answer=sentence(words.MUTED if mute else words.UNMUTED),
                muted=mute,
            )
        )
