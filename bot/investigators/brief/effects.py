"""Tells what a message does to a case: change, cause, decision, hand-over, state."""

from dataclasses import dataclass
from enum import StrEnum

from bot.investigators.brief import phrases_effects as phrases
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import says_nothing


class Effect(StrEnum):
    """What a person does with a message, beside talking."""

    STATE = "state"
    CAUSE = "cause"
    CHANGE = "change"
    DECISION = "decision"
    HANDOVER = "handover"


# In this order: `back to normal after the rollback` is a state, not a change.
_CUES = {
    Effect.STATE: phrases.STATE,
    Effect.CAUSE: phrases.CAUSE,
    Effect.CHANGE: phrases.CHANGE,
    Effect.DECISION: phrases.DECISION,
    Effect.HANDOVER: phrases.HANDOVER,
}

_HEADLINE = 200
"""Characters of an alert in which its news stands."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a message does, and where in its text it says so."""

    effect: Effect
    place: int


def point_of(entry: Entry) -> Point | None:
    """Return what a person's message does, outside its questions; None for talk and thanks."""
    if entry.message.is_bot or says_nothing(entry.text):
        return None
    said = entry.said
    for effect, cues in _CUES.items():
        found = cues.search(said)
        if found:
            return Point(effect, found.start())
    return None


def turns_a_case(alert: Entry) -> bool:
    """Whether a bot reports that something was changed, or is over: a deploy, a recovery."""
    beginning = alert.text[:_HEADLINE]
    return any(_CUES[effect].search(beginning) for effect in (Effect.STATE, Effect.CHANGE))
