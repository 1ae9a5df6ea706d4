"""The contract of a deed: the kinds of messages that it picks, and what it does with them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from bot.turns.open_turn import OpenTurn
from session import Message, TurnId

MAX_TRIES = 3
"""A question that cut off so many turns is given up."""


class Deed(ABC):
    """One thing that a turn can do with open messages."""

    kinds: ClassVar[frozenset[str]]
    """The kinds of entries that are its business; a deed without any looks at all of them."""

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the open entries that this deed deals with next; nothing if it has none.

        `turn_id` is the turn about to run, whose own try may be counted on an entry already.
        """
        return [entry for entry in entries if entry.kind in self.kinds]

    @abstractmethod
    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Do it, and end the turn."""


def tries_before(question: Message, turn_id: TurnId) -> int:
    """Count the turns that took it up before `turn_id` and did not end it."""
    return question.tries - (1 if question.turn_id == turn_id else 0)
