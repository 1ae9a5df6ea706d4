"""Condenses a thread into the turning points that fit on a screen."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.investigators.brief.digest import Digest
from bot.investigators.brief.effects import Effect, Point, point_of, turns_a_case
from bot.investigators.brief.excerpts import excerpt_around
from bot.investigators.brief.indicators import Indicator
from bot.investigators.brief.phrases_effects import COMMAND
from bot.investigators.brief.questions import questions_in
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.replies import Form, forms_of, says_nothing

QUIET = timedelta(minutes=30)
_LATEST = timedelta(hours=1)
_CHANGING = re.compile(r"[\d.:,%]+")
_WEIGHTS = {
    Effect.STATE: 6,
    Effect.CAUSE: 6,
    Effect.CHANGE: 5,
    Effect.DECISION: 5,
    Effect.HANDOVER: 4,
}
_COMMAND = 2
_ALERT, _TURN, _FIRST_SIGHT, _SUSPECT, _MOST_ECHO = 4, 2, 2, 1, 3
_SAYS_LITTLE, _SAYS_NOTHING = -2, -9
_BRIEF = 8
_LEAST = 4
_LEAST_OF_THE_LATEST = 2
_ALONE = 6
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    entry: Entry
    quiet_before: timedelta
    """The longest silence since the moment before it, if it was long; else zero."""
    point: Point | None = None
    """What a person does with it."""
    repeats: int = 0
    """How many later messages say the same with other figures."""
    last: Entry | None = None
    """The last of them."""

    def quote(self, limit: int) -> str:
        """Quote the message around its point, or its first indicator, defanged."""
        places = [hit.start for hit in self.entry.hits[:3]]
        if self.point:
            places = [self.point.place]
        return excerpt_around(self.entry, [] if self.entry.is_alert else places, limit)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments that are shown, and how many messages are not."""

    moments: tuple[Moment, ...]
    left_out: int


def condense(entries: Sequence[Entry], known: Digest, limit: int) -> Timeline:
    """Choose at most `limit` moments of `entries`, in order.

    The first message that says anything is among them. A third of them at least are of the latest
    hour, if it has as many that matter. What only differs in its figures comes last.
    """
    told = [entry for entry in entries if _tells(entry)] or list(entries)
    groups = _folded(told)
    places = _chosen(groups, _weights(groups, known), limit) if groups else []
    shown = [groups[place] for place in places]
    return Timeline(tuple(_moments(shown, told)), _left_out(shown, told))


def _tells(entry: Entry) -> bool:
    """Whether a message belongs to the case; one to Burrow does if it names an indicator."""
    if not entry.is_to_burrow:
        return True
    asked = list(questions_in(entry.text, entry.hits)) if entry.hits else []
    return any(not any(a <= hit.start < b for a, b in asked) for hit in entry.hits)


def _chosen(groups: Sequence[Sequence[Entry]], weights: dict[int, int], limit: int) -> list[int]:
    """Return the places of the groups that are shown, in order."""
    samey, least = _samey(groups), 1 if len(groups) > limit else _SAYS_LITTLE
    order = sorted(weights, key=lambda place: (place in samey, -weights[place], place))
    plain = [place for place in order if _is_worth_a_line(groups[place], weights[place])]
    telling = [place for place in order if weights[place] >= least]
    first = [0] if 0 in telling else []
    begin = groups[-1][-1].when - _LATEST
    latest = [place for place in order if groups[place][-1].when > begin and weights[place] > 0]
    if len(latest) < _LEAST_OF_THE_LATEST:
        latest += [place for place in plain if groups[place][-1].when > begin]
    if len(telling) < _LEAST:
        telling += plain
    chosen = dict.fromkeys((*first, *latest[: max(1, limit // 3)], *telling))
    return sorted(list(chosen)[:limit])


def _samey(groups: Sequence[Sequence[Entry]]) -> frozenset[int]:
    """Return the messages between the first and the last of those that differ in figures only."""
    places: dict[str, list[int]] = {}
    for place, (entry, *_) in enumerate(groups):
        places.setdefault(_CHANGING.sub("#", entry.text[:80].lower()), []).append(place)
    return frozenset(place for same in places.values() for place in same[1:-1])


def _is_worth_a_line(group: Sequence[Entry], weight: int) -> bool:
    """Whether a message without a cue says something all the same; a question does not."""
    entry = group[0]
    words = entry.said.strip()
    is_long = len(words) >= 12 if _OTHER_SCRIPT.search(words) else words.count(" ") >= 3
    return weight == 0 and is_long and not entry.asks and not _leans(entry)


def _left_out(shown: Sequence[Sequence[Entry]], told: Sequence[Entry]) -> int:
    """Count what is not shown; questions to Burrow are no messages of the case."""
    seen = {id(entry) for group in shown for entry in group}
    counted = [entry for entry in told if not entry.is_to_burrow] or told
    return sum(id(entry) not in seen for entry in counted)


def _weights(groups: Sequence[Sequence[Entry]], known: Digest) -> dict[int, int]:
    """Weigh each group by its first message; what says nothing weighs less than nothing."""
    firsts = Counter(id(seen.first) for seen in known.sightings)
    suspects = {id(seen.first) for seen in known.sightings if seen.is_suspect}
    echoes = _echoes(known)
    weights: dict[int, int] = {}
    for place, (entry, *_) in enumerate(groups):
        point = point_of(entry)
        weights[place] = (
            (_WEIGHTS[point.effect] if point else 0)
            + _COMMAND * bool(point and COMMAND.search(entry.said))
            + (_ALERT + _TURN * turns_a_case(entry)) * entry.is_alert
            + _FIRST_SIGHT * bool(firsts[id(entry)])
            + min(firsts[id(entry)], 2)
            + _SUSPECT * (id(entry) in suspects)
            + bool(_OTHER_SCRIPT.search(entry.text[:200]))
            + (place == 0)
            + _SAYS_NOTHING * (not entry.is_alert and says_nothing(entry.text))
            + _SAYS_LITTLE * (_is_brief(entry.text) and not entry.hits and not point)
        )
        if weights[place] > 0 or _stands_alone(entry):
            weights[place] += min(echoes.get(id(entry), 0), _MOST_ECHO)
    return weights


def _echoes(known: Digest) -> Mapping[int, int]:
    """Count for each message the questions it answers, and for its own the answers but one."""
    counts: Counter[int] = Counter()
    answered = [it for it in known.questions if it.answer is not None]
    for question in answered:
        counts[id(question.answer)] += 1
    asked = Counter(id(question.asked) for question in answered)
    for message, answers in asked.items():
        counts[message] += answers - 1
    return counts


def _stands_alone(entry: Entry) -> bool:
    """Whether an answer tells something without its question; `there's one, slot 22` does not."""
    return entry.said.count(" ") >= _ALONE and not _leans(entry)


def _leans(entry: Entry) -> bool:
    """Whether a message is nothing without the one before it."""
    leans = Form.YES_OR_NO | Form.POINTS_BACK | Form.NOTHING | Form.VAGUE | Form.AT_IT
    return bool(forms_of(entry.said.strip()[:600]) & leans)


def _is_brief(text: str) -> bool:
    """Whether a text is a word or two; Chinese and Japanese put no spaces between words."""
    return len(text) < _BRIEF if _OTHER_SCRIPT.search(text) else text.count(" ") < 2


def _folded(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Put alerts that only differ in their figures behind the first of them."""
    groups: list[list[Entry]] = []
    seen: dict[tuple[str, str, tuple[Indicator, ...]], list[Entry]] = {}
    for entry in entries:
        key = (
            entry.message.author,
            _CHANGING.sub("#", entry.text[:200]),
            entry.indicators,
        )
        if entry.is_alert and key in seen:
            seen[key].append(entry)
            continue
        seen[key] = [entry]
        groups.append(seen[key])
    return groups


def _moments(shown: Sequence[Sequence[Entry]], told: Sequence[Entry]) -> Iterator[Moment]:
    silences = {
        after.when: after.when - before.when
        for before, after in pairwise(told)
        if after.when - before.when > QUIET
    }
    previous = None
    for first, *repeats in shown:
        between = [
            silence
            for when, silence in silences.items()
            if previous is not None and previous.when < when <= first.when
        ]
        yield Moment(
            entry=first,
            quiet_before=max(between, default=timedelta()),
            point=point_of(first),
            repeats=len(repeats),
            last=repeats[-1] if repeats else None,
        )
        previous = first
