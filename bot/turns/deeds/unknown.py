"""Unknown: what a later version stored, and no instance of it took up, is closed as failed."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot import words
from bot.document.sentences import sentence
from bot.messages import is_left_too_long
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, Outcome, TurnId

log = structlog.get_logger(__name__)


class Unknown(Deed):
    """Comes last. In a rolling deploy an instance of the later version takes it up before."""

    kinds = frozenset()

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return those that were left to others for too long."""
        now = self._now()
        return [entry for entry in entries if is_left_too_long(entry, now)]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Close them and say so."""
        kinds = sorted({entry.kind for entry in picked})
        log.error("turn.unknown_kinds", turn_id=turn.id, kinds=kinds)
        text = words.not_known([entry.request_id for entry in picked])
        await turn.end(
            Ending(
                outcome=Outcome.FAILED,
                messages=picked,
                answer=sentence(text),
                note=f"of an unknown kind: {', '.join(kinds)}",
            )
        )
