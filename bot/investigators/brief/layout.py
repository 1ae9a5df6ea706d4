"""Lays a brief out in Block Kit, within Slack's limits.

Limits: https://docs.slack.dev/reference/block-kit/blocks/section-block (3,000 characters) and
https://github.com/slackapi/bolt-js/issues/2509 (about 13,200 characters of blocks in all).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.investigators.brief import words
from bot.investigators.brief.answers import Question
from bot.investigators.brief.checks import Check, next_checks
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.indicators import Kind, defanged
from bot.investigators.brief.lookup import Lookup
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.timeline import Moment, condense
from bot.mrkdwn import DAY_AND_TIME, TIME, bold, clip, code, date, italic, plain

Block = Mapping[str, Any]

MAX_SECTION = 2_900
MAX_BLOCKS = 48
MAX_TOTAL = 10_500
"""Characters of JSON; one post takes a little more."""
_LONG = frozenset({Kind.URL, Kind.HASH, Kind.ARN, Kind.EMAIL, Kind.ERROR})
_BEST = 3
_LONGEST_UNBROKEN = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each list is shown."""

    moments: int
    indicators: int
    of_a_kind: int
    others: int
    excerpt: int


ROOMS = (
    Room(moments=14, indicators=22, of_a_kind=5, others=6, excerpt=150),
    Room(moments=10, indicators=14, of_a_kind=3, others=5, excerpt=120),
    Room(moments=6, indicators=8, of_a_kind=2, others=3, excerpt=80),
    Room(moments=3, indicators=3, of_a_kind=1, others=1, excerpt=40),
)
"""The first in which a brief fits is taken."""


class Layout:
    """Writes the parts of a brief for one thread and one amount of room."""

    def __init__(self, known: Digest, room: Room) -> None:
        times = [one.when for one in known.entries]
        is_long = bool(times) and max(times) - min(times) > _LONGEST_UNBROKEN
        self._form = DAY_AND_TIME if is_long else TIME
        self._known = known
        self._room = room

    def when(self, entry: Entry) -> str:
        """The time of a message, which links to it."""
        return date(entry.when, form=self._form, url=entry.message.link)

    def moment(self, when: datetime) -> str:
        """A time that links nowhere."""
        return date(when, form=self._form)

    def timeline(self, title: str, entries: Sequence[Entry]) -> list[Block]:
        """The condensed timeline of some of the messages."""
        timeline = condense(entries, self._known, self._room.moments)
        lines = [line for one in timeline.moments for line in self._moment_lines(one)]
        if timeline.left_out:
            lines.append(italic(words.left_out(timeline.left_out)))
        return titled(title, lines)

    def open_questions(self, title: str, questions: Sequence[Question]) -> list[Block]:
        """Questions that wait for an answer, the latest of them if there are many."""
        shown = questions[-self._room.others :]
        lines = [f"• {self._question(one)}" for one in shown]
        return titled(title, self._cut(lines, len(questions)))

    def answered(self, title: str, questions: Sequence[Question]) -> list[Block]:
        """Questions that have an answer now, with it."""
        lines = [
            f"• {self._question(one)}\n   {self._said(one.answer)}"
            for one in questions[: self._room.others]
            if one.answer
        ]
        return titled(title, self._cut(lines, len(questions)))

    def checks(
        self, title: str, sightings: Sequence[Sighting], open_questions: Sequence[Question]
    ) -> list[Block]:
        """What is worth checking next, an open question last."""
        checks = next_checks(sightings, self._room.others, self._known.entries)
        lines = [self._check(one) for one in checks]
        return titled(title, [f"{number}. {line}" for number, line in enumerate(lines, start=1)])

    def indicators(self, title: str, sightings: Sequence[Sighting]) -> list[Block]:
        """The indicators by kind, each with where it was first seen."""
        lines: list[str] = []
        free = self._room.indicators
        for kind in Kind:
            of_kind = [one for one in sightings if one.indicator.kind is kind]
            shown = of_kind[: min(free, self._room.of_a_kind)]
            if of_kind:
                items = self._cut([self._sighting(one) for one in shown], len(of_kind))
                lines.append(_listed(words.LABELS[kind], items, is_long=kind in _LONG))
            free -= len(shown)
        return titled(title, lines)

    def about(self, lookup: Lookup) -> list[Block]:
        """What the thread says about what somebody asked."""
        quoted = f"{bold(words.ABOUT)} “{plain(clip(lookup.question, 120))}”"
        terms = [code(clip(one, 60)) for one in lookup.terms]
        if not lookup.matches:
            return titled("", [quoted, words.not_found(terms)])
        lines = [
            f"• {self.when(match)} {self._author(match)} "
            f"{plain(lookup.quote(match, self._room.excerpt))}"
            for match in lookup.matches[: min(_BEST, self._room.others)]
        ]
        head = [quoted, words.found(terms, len(lookup.matches))]
        return titled("", head + self._cut(lines, len(lookup.matches)))

    def _moment_lines(self, moment: Moment) -> list[str]:
        entry = moment.entry
        mark = ":bell: " if entry.is_alert else ""
        said = plain(moment.quote(self._room.excerpt)) or "_(no text)_"
        line = f"{self.when(entry)} {mark}{self._author(entry)} {said}"
        if moment.last:
            line += f" _({words.repeats(moment.repeats, self.when(moment.last))})_"
        quiet = [italic(words.quiet(moment.quiet_before))] if moment.quiet_before else []
        return [*quiet, line]

    def _question(self, question: Question) -> str:
        asked = question.asked
        quoted = plain(clip(question.text, self._room.excerpt))
        return f"{self._author(asked)} at {self.when(asked)}: “{quoted}”"

    def _said(self, entry: Entry | None) -> str:
        if entry is None:
            return ""
        return f"{self.when(entry)} {self._author(entry)} {self._excerpt(entry)}"

    def _sighting(self, sighting: Sighting) -> str:
        indicator = sighting.indicator
        note = f"{indicator.note}, " if indicator.note else ""
        times = f"{sighting.messages}×, first " if sighting.messages > 1 else ""
        return f"{_shown(sighting, 110)} {note}{times}{self.when(sighting.first)}"

    def _check(self, check: Check) -> str:
        limit = 20 if check.about[0].indicator.kind is Kind.HASH else 70
        it = words.joined([_shown(one, limit) for one in check.about], 2)
        return words.CHECK_TEXTS[check.rule].format(it=it, when=self.when(check.about[0].first))

    def _chase(self, question: Question) -> str:
        asked = question.asked
        return words.chase(self._author(asked), self.when(asked))

    def _author(self, entry: Entry) -> str:
        return bold(clip(entry.message.author or "somebody", 40))

    def _excerpt(self, entry: Entry) -> str:
        return plain(clip(entry.excerpt, self._room.excerpt)) or "_(no text)_"

    def _cut(self, lines: list[str], total: int) -> list[str]:
        missing = total - len(lines)
        return [*lines, italic(words.and_more(missing, bool(lines)))] if missing > 0 else lines


def header(text: str) -> Block:
    """A title; plain text of at most 150 characters."""
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def section(text: str) -> Block:
    """A paragraph of mrkdwn, in which Slack turns nothing into links by itself."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def titled(title: str, lines: Sequence[str]) -> list[Block]:
    """Sections of whole lines under a title; nothing if there are no lines."""
    if not lines:
        return []
    total = sum(len(line) + 1 for line in lines) + len(title)
    enough = total / (total // MAX_SECTION + 1)
    pieces = [bold(title)] if title else [""]
    for line in lines:
        longer = len(pieces[-1]) + len(line) + 1
        if longer > MAX_SECTION or (len(pieces[-1]) > len(title) + 2 and longer > enough + 200):
            pieces.append("")
        pieces[-1] = f"{pieces[-1]}\n{line}" if pieces[-1] else line
    return [section(piece) for piece in pieces]


def _listed(label: str, items: Sequence[str], *, is_long: bool) -> str:
    """Short things stand in one line, long ones each in their own."""
    if is_long and len(items) > 1:
        return "\n• ".join((bold(label), *items))
    return f"{bold(label)}  {'  ·  '.join(items)}"


def _shown(sighting: Sighting, limit: int) -> str:
    indicator = sighting.indicator
    if indicator.kind is Kind.SECRET:
        return plain(indicator.value)
    return code(clip(defanged(indicator), limit))


def fitted(known: Digest, build: Callable[[Layout], Iterable[Block]]) -> tuple[Block, ...]:
    """Build the blocks with as much room as a post has."""
    blocks: tuple[Block, ...] = ()
    for room in ROOMS:
        blocks = tuple(build(Layout(known, room)))
        if len(blocks) <= MAX_BLOCKS and size(blocks) <= MAX_TOTAL:
            break
    return blocks


def size(blocks: Sequence[Block]) -> int:
    """Count characters as a post does."""
    return sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks)
