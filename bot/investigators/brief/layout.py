"""Lays a brief out as blocks of a document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.document.templates import Piece, filled, listed
from bot.document.thread import Around
from bot.document.values import (
    Block,
    Heading,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Text,
    Time,
    TimeForm,
)
from bot.investigators.brief import words
from bot.investigators.brief.affected import Affected
from bot.investigators.brief.answers import Question
from bot.investigators.brief.checks import Check, next_checks
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.excerpts import with_code
from bot.investigators.brief.file_names import file_name
from bot.investigators.brief.indicators import Kind, defanged
from bot.investigators.brief.lookup import Lookup
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.timeline import Moment, condense
from bot.mrkdwn import clip

MOMENTS = 10
QUESTIONS = 12
THINGS = 5
NAME = 80
CHECKS = 5
CHECKED_IN_FILES = 100
"""A log may hold thousands of addresses."""
BEST = 3
EXCERPT = 120
_LEAST = 4
"""Moments of a short thread, of which half is shown."""
_SECTION = 3
"""The level of the headings inside a brief: bold, not large."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Writes the parts of a brief; times show their date unless the whole thread is of today."""

    known: Digest
    form: TimeForm
    around: Around | None = None
    """The channel, where it is the case."""
    unread: str = ""
    """The channel's name, where it is the case and could not be read."""
    is_alone: bool = True
    """Whether nothing else is told than what was read."""

    @classmethod
    def at(
        cls, known: Digest, now: datetime, around: Around | None = None, *, is_alone: bool = True
    ) -> "Layout":
        """Return the layout for somebody who reads it at `now`."""
        unread = around.channel if around and not around.is_read else ""
        around = None if unread else around
        begins = [around.since] if around else []
        told = (now, *begins, *(e.when for e in known.entries))
        days = {when.astimezone(UTC).date() for when in told}
        form = TimeForm.CLOCK if len(days) == 1 else TimeForm.DATE_AND_CLOCK
        return cls(known, form, around, unread, is_alone)

    @property
    def place(self) -> str:
        """Where the brief looked: `in this thread`."""
        if self.around is None:
            return words.IN_THREAD
        return words.IN_CHANNEL.format(channel=self.around.channel)

    @property
    def footer(self) -> str:
        """What the brief was made from, and how."""
        what = words.THIS_THREAD
        if self.around is not None:
            what = words.THREAD_AND_CHANNEL.format(channel=self.around.channel)
        return (words.FOOTER if self.is_alone else words.FOOTER_BESIDE).format(what=what)

    def when(self, entry: Entry) -> Time:
        """The time of a message, which links to it."""
        return Time(entry.when, self.form, entry.message.link)

    def moment(self, when: datetime) -> Time:
        """A time that links nowhere."""
        return Time(when, self.form)

    def timeline(
        self, title: str, entries: Sequence[Entry], most: int = MOMENTS
    ) -> Iterator[Block]:
        """The condensed timeline of some of the messages."""
        timeline = condense(entries, self.known, min(most, max(_LEAST, len(entries) // 2)))
        lines = [line for moment in timeline.moments for line in self._moment_lines(moment)]
        if timeline.left_out:
            lines.append(_aside(words.left_out(timeline.left_out)))
        yield from titled(title, lines)

    def affected(self, title: str) -> Iterator[Block]:
        """The things the case is about, by sort, each with the latest that was said of it."""
        lines: list[Inlines] = []
        for thing, label in words.THINGS.items():
            names = [self._affected(it) for it in self.known.affected if it.thing is thing]
            if names:
                lines.append(filled(words.THINGS_ARE, things=label, names=listed(names, THINGS)))
        yield from titled(title, lines)

    def open_questions(
        self, title: str, questions: Sequence[Question], most: int = QUESTIONS
    ) -> Iterator[Block]:
        """Questions that nobody has answered, the latest of them if there are many."""
        lines = [self._question(question) for question in questions[-most:]]
        yield from titled(title, cut(lines, len(questions)))

    def answered(
        self, title: str, questions: Sequence[Question], most: int = QUESTIONS
    ) -> Iterator[Block]:
        """Questions that have an answer now, with it."""
        lines = [
            (*self._question(question), Text("\n"), *self._said(question.answer))
            for question in questions[:most]
            if question.answer
        ]
        yield from titled(title, cut(lines, len(questions)))

    def checks(self, title: str, sightings: Sequence[Sighting]) -> Iterator[Block]:
        """What is worth checking next."""
        said = [seen for seen in sightings if not seen.is_only_in_files]
        in_files = [seen for seen in sightings if seen.is_only_in_files]
        looked_at = [*said, *in_files[:CHECKED_IN_FILES]]
        lines = [
            self._check(check) for check in next_checks(looked_at, CHECKS, self.known.entries)
        ]
        yield from titled(title, lines, is_ordered=True)

    def about(self, lookup: Lookup) -> Iterator[Block]:
        """What the thread says about what somebody asked, the best places first."""
        title = Text(words.ABOUT, bold=True)
        question = with_code(clip(lookup.question, 120))
        yield Paragraph(filled(words.QUESTION, title=title, question=question))
        terms = [Text(clip(term, 60), code=True) for term in lookup.terms]
        if not lookup.matches:
            missed = listed(terms, 4, "or")
            yield Paragraph(filled(words.NOT_FOUND, place=self.place, terms=missed))
            return
        in_files = [match.source for match in lookup.matches if match.file]
        found = words.found(len(lookup.matches) - len(in_files), len(set(in_files)))
        yield Paragraph(filled(found, terms=listed(terms, 4)))
        lines = [
            self._line(match, lookup.quote(match, EXCERPT)) for match in lookup.matches[:BEST]
        ]
        yield bullets(cut(lines, len(lookup.matches)))

    def _moment_lines(self, moment: Moment) -> Iterator[Inlines]:
        if moment.quiet_before:
            yield _aside(words.quiet(moment.quiet_before))
        said = self._line(moment.entry, moment.quote(EXCERPT))
        if moment.last:
            last = self.when(moment.last)
            said = filled(words.REPEATS, said=said, count=str(moment.repeats), when=last)
        if replies := moment.entry.message.replies:
            counted = words.counted(replies, "reply", "replies")
            said = filled(words.REPLIED, said=said, replies=counted)
        yield said

    def _affected(self, it: Affected) -> Piece:
        name = Text(clip(it.name, NAME), code=True)
        if it.stated_in is None:
            return name
        return filled(words.STATED, name=name, state=it.state, when=self.when(it.stated_in))

    def _said(self, entry: Entry) -> Inlines:
        return self._line(entry, clip(entry.excerpt, EXCERPT))

    def _line(self, entry: Entry, excerpt: str) -> Inlines:
        who = author(entry)
        if entry.is_alert:
            who = Text(f"🔔 {who.text}", bold=True)
        name: Piece = who
        if entry.file:
            name = filled(words.AUTHOR_IN_FILE, who=who, file=file_name(entry.file.file.name))
        said = with_code(excerpt or words.NO_TEXT)
        return filled(words.SAID, when=self.when(entry), who=name, excerpt=said)

    def _question(self, question: Question) -> Inlines:
        asked = question.asked
        quoted = with_code(clip(question.text, EXCERPT))
        return filled(words.ASKED, who=author(asked), when=self.when(asked), question=quoted)

    def _check(self, check: Check) -> Inlines:
        limit = 20 if check.about[0].indicator.kind is Kind.HASH else 70
        it = listed([_named(sighting, limit) for sighting in check.about], 2)
        when = self.when(check.about[0].first)
        return filled(words.CHECK_TEXTS[check.rule], it=it, when=when)


def author(entry: Entry) -> Text:
    """The name of who wrote a message, in bold."""
    return Text(clip(entry.message.author or words.SOMEBODY, 40), bold=True)


def titled(title: str, lines: Sequence[Inlines], *, is_ordered: bool = False) -> Iterator[Block]:
    """A list under a title; nothing if there are no lines."""
    if lines:
        yield Heading(title, _SECTION)
        yield bullets(lines, is_ordered=is_ordered)


def bullets(lines: Sequence[Inlines], *, is_ordered: bool = False) -> Listing:
    """A list of lines."""
    return Listing(tuple(map(Item, lines)), is_ordered)


def cut(lines: list[Inlines], total: int) -> list[Inlines]:
    """End a list of which some are left out by saying how many."""
    left = total - len(lines)
    return [*lines, _aside(words.and_more(left))] if left > 0 else lines


def _aside(text: str) -> Inlines:
    return (Text(text, italic=True),)


def _named(sighting: Sighting, limit: int) -> Piece:
    indicator = sighting.indicator
    if indicator.kind is Kind.SECRET:
        return Text(indicator.value)
    return Text(clip(defanged(indicator), limit), code=True)
