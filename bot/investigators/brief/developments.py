"""Finds the news of a thread since a moment."""

import hashlib
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from bot.investigators.brief.answers import Question
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.indicators import Indicator
from bot.investigators.brief.reading import Entry

_MOST_KEYS = 1_000
_MOST_OPEN = 100


@dataclass(frozen=True, slots=True)
class Developments:
    """What a follow-up has to tell."""

    entries: tuple[Entry, ...]
    """The messages that are not addressed to Burrow."""
    sightings: tuple[Sighting, ...]
    answered: tuple[Question, ...]
    """The questions that got their answer since, and those that a brief called open before."""
    asked: tuple[Question, ...]
    """The questions asked since that are open."""


def developments_since(
    known: Digest, when: datetime, told: Set[str], called_open: Set[str] = frozenset()
) -> Developments:
    """Tell apart what came after a moment.

    `told` are the keys of the indicators known then: an edit may add others to an older message.
    `called_open` are the keys of the questions that were open then: what came since may show that
    an older message is the answer.
    """
    return Developments(
        entries=known.entries_since(when),
        sightings=tuple(seen for seen in known.sightings if _is_new(seen, when, told)),
        answered=tuple(
            question
            for question in known.questions
            if question.answer
            and (question.answer.when > when or _key_of_question(question) in called_open)
        ),
        asked=tuple(question for question in known.open_questions if question.asked.when > when),
    )


def keys_of(known: Digest, told: Set[str] = frozenset()) -> list[str]:
    """Return a short key of each indicator, to be remembered from one brief to the next.

    `told` are keys to remember besides.
    """
    keys = dict.fromkeys((*(short_key(seen.indicator) for seen in known.sightings), *sorted(told)))
    return list(keys)[:_MOST_KEYS]


def open_keys_of(known: Digest) -> list[str]:
    """Return a short key of each open question, the latest last."""
    return [_key_of_question(question) for question in known.open_questions[-_MOST_OPEN:]]


def _key_of_question(question: Question) -> str:
    return f"{question.asked.message.ts}/{question.span[0]}"


def _is_new(seen: Sighting, when: datetime, told: Set[str]) -> bool:
    if seen.first.when > when:
        # Of a channel only what is new was read: what was told may stand there again.
        return short_key(seen.indicator) not in told
    return bool(told) and seen.first.message.is_edited and short_key(seen.indicator) not in told


def short_key(indicator: Indicator) -> str:
    """Return what stands for an indicator in a notebook."""
    value = f"{indicator.kind} {indicator.value}".encode()
    return hashlib.blake2b(value, digest_size=4).hexdigest()
