"""Which of the open messages the next turn deals with."""

from collections.abc import Sequence
from dataclasses import dataclass

from session import Message, MessageKind, TurnId

MAX_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a look at the inbox leads to."""

    unposted: tuple[Message, ...] = ()
    """Answers of earlier turns that are stored but perhaps not posted."""
    hopeless: tuple[Message, ...] = ()
    """Tried `MAX_TRIES` times without an end: to be closed as failed, before they crash more."""
    chosen: tuple[Message, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do at all."""
        return not (self.unposted or self.hopeless or self.chosen)


def choose(open_messages: Sequence[Message], turn_id: TurnId) -> Choice:
    """Take all open messages; but one on its last try goes alone, sparing its neighbours.

    `turn_id` is the turn about to run, whose own try may be counted on a message already.
    """
    unposted = tuple(one for one in open_messages if one.kind is MessageKind.ANSWER)
    people = [one for one in open_messages if one.kind is not MessageKind.ANSWER]
    hopeless = tuple(one for one in people if _tries_before(one, turn_id) >= MAX_TRIES)
    rest = [one for one in people if one not in hopeless]
    risky = [one for one in rest if _tries_before(one, turn_id) == MAX_TRIES - 1]
    calm = [one for one in rest if one not in risky]
    chosen = tuple(calm) or tuple(risky[:1])
    return Choice(unposted=unposted, hopeless=hopeless, chosen=chosen)


def _tries_before(message: Message, turn_id: TurnId) -> int:
    return message.tries - (1 if message.turn_id == turn_id else 0)
