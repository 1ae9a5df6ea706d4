"""Condenses a thread into a timeline that fits on a screen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.investigators.brief.digest import Digest
from bot.investigators.brief.indicators import Indicator
from bot.investigators.brief.reading import Entry

QUIET = timedelta(minutes=30)
_CHANGING = re.compile(r"[\d.:,%]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    entry: Entry
    quiet_before: timedelta
    """The longest silence since the moment before it, if it was long; else zero."""
    repeats: int = 0
    """How many later messages say the same with other figures."""
    last: Entry | None = None
    """The last of them."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments that are shown, and how many messages are not."""

    moments: tuple[Moment, ...]
    left_out: int


def condense(entries: Sequence[Entry], known: Digest, limit: int) -> Timeline:
    """Choose at most `limit` moments of `entries`: the first, the last, and what matters most."""
    told = [one for one in entries if one.hits or not one.is_to_burrow] or list(entries)
    groups = _folded(told)
    firsts = {id(one.first) for one in known.sightings}
    open_ones = {id(one.asked) for one in known.open_questions}

    def weight(place: int) -> tuple[int, int]:
        entry = groups[place][0]
        return (
            8 * (place in (0, len(groups) - 1))
            + 4 * entry.is_decision
            + 3 * entry.is_alert
            + 3 * (id(entry) in open_ones)
            + 2 * (id(entry) in firsts)
            + min(len(entry.hits), 2),
            -place,
        )

    best = sorted(sorted(range(len(groups)), key=weight, reverse=True)[:limit])
    shown = [groups[place] for place in best]
    moments = tuple(_moments(shown, told))
    return Timeline(moments, len(told) - sum(len(group) for group in shown))


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
            repeats=len(repeats),
            last=repeats[-1] if repeats else None,
        )
        previous = first
