"""Mute and unmute: whether plain replies in a thread count."""

from collections.abc import Sequence

from bot import words
from bot.document.sentences import sentence
from bot.messages import MUTE, UNMUTE, begun_by_alert
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome, Session


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
                answer=sentence(_text(turn.session, mute=mute)),
                muted=mute,
            )
        )


def _text(session: Session, *, mute: bool) -> str:
    if not mute:
        return words.UNMUTED
    return words.MUTED_ALERT if begun_by_alert(session) else words.MUTED
