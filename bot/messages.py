"""The kinds of stored messages, and what the bot keeps with them beside their words."""

from datetime import datetime, timedelta

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

KINDS = QUESTIONS | {STOP, STOP_ALL, MUTE, UNMUTE, APPROVAL, WITHDRAWAL}
"""All that people's entries can be, as far as this version knows."""
LEFT_FOR = timedelta(hours=1)
"""How long an entry of another kind is left to an instance that knows it: a later version's."""

EXPIRED, DELETED = "expired", "deleted"
"""Why a card is withdrawn."""


def card_of(entry: Message) -> str:
    """Return the id of the card that a decision or a withdrawal is about."""
    return str(entry.attributes.get("card") or "")


def is_expiry(withdrawal: Message) -> bool:
    """Tell whether a card is to go because its time is up."""
    return withdrawal.attributes.get("why") == EXPIRED


def is_left_too_long(entry: Message, now: datetime) -> bool:
    """Tell whether an entry of an unknown kind has been due for as long as it is left alone."""
    is_unknown = entry.kind not in KINDS and not entry.is_answer
    return is_unknown and now - (entry.look_at or entry.stored_at) >= LEFT_FOR


def ts_of(message: Message) -> str:
    """Return its `ts` in Slack; empty where it has none."""
    return str(message.attributes.get("ts") or "")


def mentions_us(message: Message) -> bool:
    """Tell whether it mentions the bot or is a direct message; a deleted one does not."""
    return bool(message.attributes.get("asks"))


def wants_answer(message: Message) -> bool:
    """Tell whether somebody waits for an answer: always, unless it is a plain reply."""
    return bool(message.attributes.get("asks", True))
