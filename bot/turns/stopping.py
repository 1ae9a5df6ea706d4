"""The rules for what a stop ends: in the turn that runs, and in one that begins with a stop.

A stop names the turn that ran when it was taken in, or none.
"""

from collections.abc import Sequence

from bot.messages import CASES, STOP, STOP_ALL
from session import Message, TurnId

KINDS = frozenset({STOP, STOP_ALL})


def stops_of(
    entries: Sequence[Message], turn_id: TurnId, questions: Sequence[Message]
) -> list[Message]:
    """Return the stops that end the running turn, which works on `questions`.

    A stop that names no turn came before any ran: it counts if one of the questions is its
    author's.
    """
    authors = {question.author_id for question in questions}
    return [
        entry
        for entry in entries
        if entry.kind in KINDS
        and (
            entry.kind == STOP_ALL
            or named_by(entry) == turn_id
            or (named_by(entry) is None and entry.author_id in authors)
        )
    ]


def ended_by(stops: Sequence[Message], entries: Sequence[Message]) -> list[Message]:
    """Return the open questions that these stops end.

    They are those with which the turn began that a stop names, and its author's own; `stop all`
    ends all that were sent before it.
    """
    return [
        entry
        for entry in entries
        if entry.kind in CASES and any(_ends(stop, entry) for stop in stops)
    ]


def named_by(stop: Message) -> str | None:
    """Return the id of the turn that a stop names."""
    turn_id = stop.attributes.get("stops")
    return str(turn_id) if turn_id else None


def _ends(stop: Message, question: Message) -> bool:
    is_of_turn = question.turn_id is not None and question.turn_id == named_by(stop)
    if is_of_turn and not question.joined:
        return True
    is_earlier = question.sent_at <= stop.sent_at
    return is_earlier and (stop.kind == STOP_ALL or question.author_id == stop.author_id)
