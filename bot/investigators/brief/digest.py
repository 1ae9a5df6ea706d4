"""Makes sense of a thread: who, when, which indicators, which questions."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.investigators.brief.indicators import OWN, Indicator, Kind
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.terms import rare_words

_SOON = timedelta(minutes=10)
_REPLY = re.compile(
    r"\W*(?:yes|yep|yeah|no|nope|not yet|on it|me\b|i am|i['’]?m|i did|i have|i['’]?ve|done"
    r"|looking|checking|sure|correct|it was|it['’]?s|that was|that['’]?s|because"
    r"|don['’]?t know|unknown|nobody|never|agreed|confirmed|ok|ack|\+1|👍|\d)",
    re.IGNORECASE,
)
"""How a reply to the message right before it tends to begin."""
_FAR = 200
"""How many messages after a question an answer may come."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An indicator, the message in which it was first seen, and in how many it is."""

    indicator: Indicator
    first: Entry
    messages: int
    is_suspect: bool
    """Whether somebody wrote it defanged."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the people of the thread, and the message that seems to answer it."""

    asked: Entry
    answer: Entry | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What is in a thread."""

    entries: tuple[Entry, ...]
    people: tuple[tuple[str, int], ...]
    """Who wrote how many messages, busiest first."""
    bots: tuple[tuple[str, int], ...]
    sightings: tuple[Sighting, ...]
    questions: tuple[Question, ...]

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that nobody seems to have answered, latest last."""
        return tuple(one for one in self.questions if one.answer is None)

    def of_kind(self, kind: Kind) -> tuple[Sighting, ...]:
        """The indicators of one kind, most often seen first."""
        return tuple(one for one in self.sightings if one.indicator.kind is kind)

    def entries_since(self, when: datetime) -> tuple[Entry, ...]:
        """The messages after a moment that are not addressed to Burrow."""
        return tuple(one for one in self.entries if one.when > when and not one.is_to_burrow)


def digest(entries: Sequence[Entry]) -> Digest:
    """Digest a thread's entries, oldest first."""
    return Digest(
        entries=tuple(entries),
        people=_counted(one for one in entries if not one.message.is_bot),
        bots=_counted(one for one in entries if one.is_alert),
        sightings=_sightings(entries),
        questions=_questions(entries),
    )


def _counted(entries: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.message.author_id or entry.message.author] += 1
        names[entry.message.author_id or entry.message.author] = entry.message.author
    return tuple((names[key] or key, count) for key, count in counts.most_common())


def _sightings(entries: Sequence[Entry]) -> tuple[Sighting, ...]:
    first: dict[Indicator, Entry] = {}
    counts: Counter[Indicator] = Counter()
    for entry in entries:
        for indicator in entry.indicators:
            if indicator.note == OWN:
                continue
            first.setdefault(indicator, entry)
            counts[indicator] += 1
    suspects = {one for entry in entries for one in entry.suspects}
    for host in _only_in_urls(entries) - suspects:
        first.pop(host, None)
    order = {kind: place for place, kind in enumerate(Kind)}
    found = [Sighting(one, first[one], counts[one], one in suspects) for one in first]
    return tuple(
        sorted(
            found, key=lambda one: (order[one.indicator.kind], not one.is_suspect, -one.messages)
        )
    )


def _only_in_urls(entries: Sequence[Entry]) -> set[Indicator]:
    """Find the names that the list of URLs shows already."""
    hits = [hit for entry in entries for hit in entry.hits]
    alone = {hit.indicator for hit in hits if not hit.is_inside}
    return {
        hit.indicator
        for hit in hits
        if hit.indicator.kind is Kind.DOMAIN and hit.indicator not in alone
    }


def _questions(entries: Sequence[Entry]) -> tuple[Question, ...]:
    spoken = [one for one in entries if not one.message.is_bot and not one.is_to_burrow]
    words = [rare_words(one.text) for one in spoken]
    return tuple(
        Question(asked=entry, answer=_answer(place, spoken, words))
        for place, entry in enumerate(spoken)
        if entry.question
    )


def _answer(place: int, spoken: Sequence[Entry], words: Sequence[frozenset[str]]) -> Entry | None:
    """Find what seems to answer: it names the asker, speaks of the same, or replies at once."""
    asked = spoken[place]
    about = {one for one in asked.indicators if one.value in asked.text[slice(*asked.asks[0])]}
    asker = f"@{asked.message.author}".lower()
    asked_words = rare_words(asked.question)
    for later in range(place + 1, min(place + 1 + _FAR, len(spoken))):
        other = spoken[later]
        is_question = bool(other.question) and not other.is_decision
        if other.message.author_id == asked.message.author_id or is_question:
            continue
        shared = len(asked_words & words[later]) + 2 * len(about & set(other.indicators))
        at_once = other.when - asked.when <= _SOON and (
            shared or _REPLY.match(other.text) or _is_addressed(other, asked)
        )
        if at_once or shared >= 2 or asker in other.text.lower():
            return other
    return None


def _is_addressed(entry: Entry, asked: Entry) -> bool:
    return f"@{entry.message.author}".lower() in asked.text.lower()
