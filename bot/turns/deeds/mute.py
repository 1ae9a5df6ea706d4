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

    def __init__(self, *, reads_replies: bool) -> None:
        """`reads_replies`: whether plain replies count where nothing is muted (`REPLIES`)."""
        self._reads_replies = reads_replies

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Note it in the session and say so."""
        mute = picked[-1].kind == MUTE
        is_direct = _is_direct(turn.session)
        await turn.end(
            Ending(
                outcome=Outcome.ANSWERED,
                messages=picked,
                answer=sentence(self._text(turn.session, mute=mute)),
                muted=None if is_direct else mute,
            )
        )

    def _text(self, session: Session, *, mute: bool) -> str:
        if _is_direct(session):
            return words.NOT_MUTED_HERE
        if begun_by_alert(session):
            return words.MUTED_ALERT if mute else words.UNMUTED_ALERT
        if self._reads_replies:
            return words.MUTED if mute else words.UNMUTED
        return words.MUTED_MENTIONS if mute else words.UNMUTED_MENTIONS


def _is_direct(session: Session) -> bool:
    """Tell whether one person talks to the bot alone: all that is said is said to it."""
    return session.thread is not None and session.thread.channel_id.startswith("D")
