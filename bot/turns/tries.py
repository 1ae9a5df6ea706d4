"""How often a question was tried: a turn that a question crashes must not crash for ever."""

from session import Message, TurnId

MAX_TRIES = 3


def tries_before(question: Message, turn_id: TurnId) -> int:
    """Count the turns that took it up before `turn_id` and did not end it."""
    return question.tries - (1 if question.turn_id == turn_id else 0)
