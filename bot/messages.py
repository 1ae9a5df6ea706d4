"""The kinds of stored messages, and what the bot keeps with them beside their words."""

from session import Message

QUESTION = "question"
STOP = "stop"
STOP_ALL = "stop all"
MUTE = "mute"
UNMUTE = "unmute"
APPROVAL = "approval"
"""Somebody's decision about one call of a card."""
WITHDRAWAL = "withdrawal"
"""A card is to go: its time is up, or its questions were deleted."""
INDICATORS = "indicators"
EXPORT = "export"

QUESTIONS = frozenset({QUESTION, INDICATORS, EXPORT})
"""What a turn works on until it has an answer, and what a stop ends."""

EXPIRED = "expired"


def card_of(entry: Message) -> str:
    """Return the id of the card that a decision or a withdrawal is about."""
    return str(entry.attributes.get("card") or "")


def is_expiry(withdrawal: Message) -> bool:
    """Tell whether a card is to go because its time is up."""
    return withdrawal.attributes.get("why") == EXPIRED


def ts_of(message: Message) -> str:
    """Return its `ts` in Slack; empty where it has none."""
    return str(message.attributes.get("ts") or "")


def mentions_us(message: Message) -> bool:
    """Tell whether it mentions the bot or is a direct message; a deleted one does not."""
    return bool(message.attributes.get("asks"))


def wants_answer(message: Message) -> bool:
    """Tell whether somebody waits for an answer: always, unless it is a plain reply."""
    return bool(message.attributes.get("asks", True))
