"""The kinds of stored messages, and the attributes that the bot keeps with them."""

from datetime import datetime, timedelta

from session import Message, Session

QUESTION = "question"
STOP = "stop"
STOP_ALL = "stop all"
MUTE = "mute"
UNMUTE = "unmute"
APPROVAL = "approval"
"""Somebody's decision about one call of a card."""
WITHDRAWAL = "withdrawal"
"""A card is to go: its time is up, or its questions were taken back."""
INDICATORS = "indicators"
EXPORT = "export"

QUESTIONS = frozenset({QUESTION, INDICATORS, EXPORT})
"""What people ask for, and a turn works on."""
ALERT = "alert"
ALERT_REPEATS = "alert repeats"
ALERT_RECOVERS = "alert recovers"
ALERTS_LIMITED = "alerts limited"
ALERT_LINES = frozenset({ALERT_REPEATS, ALERT_RECOVERS, ALERTS_LIMITED})
"""Entries for lines in an alert's thread that are still to be posted; nobody wrote them."""
OF_ALERTS = ALERT_LINES | {ALERT}
CASES = QUESTIONS | {ALERT}
"""What a turn works on until it has an answer, and what a stop ends."""

KINDS = CASES | ALERT_LINES | {STOP, STOP_ALL, MUTE, UNMUTE, APPROVAL, WITHDRAWAL}
"""All that entries can be that are no answers, as far as this version knows."""
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
    """Tell whether it mentions the bot or is a direct message; one that is taken back does not."""
    return bool(message.attributes.get("asks"))


def is_taken_back(message: Message) -> bool:
    """Tell whether its author deleted it, or made a command of it: nothing of it is kept."""
    return not (message.text or message.attributes)


def wants_answer(message: Message) -> bool:
    """Tell whether somebody waits for an answer: always, unless it is a plain reply."""
    return bool(message.attributes.get("asks", True))


def begun_by_alert(session: Session) -> bool:
    """Tell whether an alert made a session: its user is the app's bot, whose id begins with B.

    https://docs.slack.dev/reference/methods/bots.info
    """
    return session.user_id.startswith("B")


def app_of(message: Message) -> str:
    """Return the name of the app whose alert it is; empty for what people wrote."""
    return str(message.attributes.get("app") or "") if message.kind == ALERT else ""


def owes_answer(message: Message) -> bool:
    """Tell whether the thread is briefed for it: an alert's is, though nobody asked."""
    return mentions_us(message) or message.kind == ALERT
