"""What a look at the inbox leads to: which of the open entries the next turn deals with."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events import Kind
from session import ANSWER, Message, TurnId

MAX_TRIES = 3
_MUTING = frozenset({Kind.MUTE, Kind.UNMUTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Open entries by what is to be done with them; a turn does the first that is not empty."""

    unposted: tuple[Message, ...] = ()
    """Answers of earlier turns that are stored but perhaps not posted: done besides the rest."""
    stopped: tuple[Message, ...] = ()
    """Stop requests, and the questions older than the last of them."""
    muting: tuple[Message, ...] = ()
    """Requests to mute or unmute the thread."""
    hopeless: tuple[Message, ...] = ()
    """Tried `MAX_TRIES` times without an end: to be closed as failed, before they crash more."""
    questions: tuple[Message, ...] = ()
    """To be investigated."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do at all."""
        return not (
            self.unposted or self.stopped or self.muting or self.hopeless or self.questions
        )

    @property
    def is_ended_unseen(self) -> bool:
        """Whether the turn ends what it deals with without an investigation."""
        return bool(self.stopped or self.muting or self.hopeless)

    def has_remains_of_another_turn(self, turn_id: TurnId) -> bool:
        """Whether an earlier turn that took some of this up was cut off on its way."""
        entries = (*self.unposted, *self.stopped, *self.hopeless, *self.questions)
        return any(one.turn_id not in (None, turn_id) for one in entries)


def choose(open_messages: Sequence[Message], turn_id: TurnId) -> Choice:
    """Sort what is open. A question on its last try goes alone, sparing its neighbours.

    `turn_id` is the turn about to run, whose own try may be counted on a message already.
    """
    asked = [one for one in open_messages if one.kind == Kind.QUESTION]
    stopped = stopped_by(open_messages)
    asked = [one for one in asked if one not in stopped]
    hopeless = [one for one in asked if _tries_before(one, turn_id) >= MAX_TRIES]
    risky = [one for one in asked if _tries_before(one, turn_id) == MAX_TRIES - 1]
    calm = [one for one in asked if one not in hopeless and one not in risky]
    return Choice(
        unposted=tuple(one for one in open_messages if one.kind == ANSWER),
        stopped=tuple(stopped),
        muting=tuple(one for one in open_messages if one.kind in _MUTING),
        hopeless=tuple(hopeless),
        questions=tuple(calm or risky[:1]),
    )


def stopped_by(open_messages: Sequence[Message]) -> list[Message]:
    """Return the stop requests and every question older than the last of them; often nothing."""
    stops = [one for one in open_messages if one.kind == Kind.STOP]
    if not stops:
        return []
    last = max(one.sent_at for one in stops)
    older = [one for one in open_messages if one.kind == Kind.QUESTION and one.sent_at <= last]
    return [*older, *stops]


def _tries_before(message: Message, turn_id: TurnId) -> int:
    return message.tries - (1 if message.turn_id == turn_id else 0)
