"""The whole case as one document for a file: the draft of a post-mortem."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.document.posts import Attachment
from bot.document.templates import filled
from bot.document.thread import ReadInPart
from bot.document.values import (
    Block,
    Document,
    Heading,
    Inlines,
    Link,
    Paragraph,
    Text,
    TimeForm,
)
from bot.investigators.brief import indicator_table, words
from bot.investigators.brief.excerpts import with_code
from bot.investigators.brief.file_names import files
from bot.investigators.brief.glance import at_a_glance
from bot.investigators.brief.layout import Layout, author, titled
from bot.investigators.brief.reading import Entry
from bot.investigators.contract import Finding
from bot.mrkdwn import clip

_MOMENTS = 60
_QUESTIONS = 500
_LONGEST = 1_000
"""Characters of one message; its time links to the whole of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The parts of a case file."""

    layout: Layout
    now: datetime
    """When the last of it was said."""
    thread: str
    """The address of the thread; empty if it has none."""
    ticket_id: str | None
    part: ReadInPart | None = None

    def finding(self) -> Finding:
        """Give the case as an attachment, with one line that says what is in it."""
        known = self.layout.known
        spoken = any(entry.text.strip() for entry in known.entries if not entry.is_to_burrow)
        if not (spoken or known.in_files):
            return Finding(text=words.NOTHING_TO_EXPORT.format(place=self.layout.place))
        said = words.exported(len(known.told), len(known.sightings), len(known.open_questions))
        return Finding(
            document=Document((Paragraph((Text(said),)),)),
            attachments=(Attachment(title=words.CASE, document=Document(tuple(self._blocks()))),),
        )

    def _blocks(self) -> Iterator[Block]:
        layout = replace(self.layout, form=TimeForm.DATE_AND_CLOCK)
        known = layout.known
        yield Heading(words.CASE_TITLE)
        yield at_a_glance(known, layout, self.ticket_id)
        yield self._note(layout)
        yield from files(known.files)
        yield from titled(words.STILL_TO_WRITE, [(Text(it),) for it in words.TO_WRITE])
        yield from layout.timeline(words.TIMELINE, known.entries, _MOMENTS)
        yield from layout.affected(words.AFFECTED)
        yield from layout.open_questions(words.OPEN_QUESTIONS, known.open_questions, _QUESTIONS)
        answered = [question for question in known.questions if question.answer]
        yield from layout.answered(words.ANSWERED_QUESTIONS, answered, _QUESTIONS)
        yield from layout.checks(words.CHECKS, known.sightings)
        yield from indicator_table.table(layout, words.INDICATORS, known.sightings)
        yield from titled(words.PEOPLE, list(_people(layout)))
        yield from titled(words.ALL_MESSAGES, [_said(layout, it) for it in known.told])

    def _note(self, layout: Layout) -> Block:
        """Say what it was made from, and when."""
        root = Link(self.thread, words.THIS_THREAD) if self.thread else words.THIS_THREAD
        note = filled(words.CASE_NOTE, thread=root, when=layout.moment(self.now))
        if layout.around is not None:
            note += filled(words.CASE_CHANNEL, channel=layout.around.channel)
        if self.part is not None:
            read, count = str(self.part.read), str(self.part.count)
            note += filled(words.CASE_IN_PART, read=read, count=count)
        return Paragraph(note)


def _people(layout: Layout) -> Iterator[Inlines]:
    """Name everybody who wrote, in the order in which they came in, with their time there."""
    by_author: dict[str, list[Entry]] = {}
    for entry in layout.known.told:
        key = entry.message.author_id or entry.message.author
        by_author.setdefault(key, []).append(entry)
    for entries in by_author.values():
        yield _person(layout, entries)


def _person(layout: Layout, entries: Sequence[Entry]) -> Inlines:
    count = words.counted(len(entries), "message")
    first, last = (layout.when(entry) for entry in (entries[0], entries[-1]))
    template = words.WROTE_ONCE if len(entries) == 1 else words.WROTE
    who = author(entries[0])
    if entries[0].is_alert:
        who = Text(f"🔔 {who.text}", bold=True)
    return filled(template, who=who, count=count, first=first, last=last)


def _said(layout: Layout, entry: Entry) -> Inlines:
    excerpt = clip(entry.excerpt, _LONGEST) or words.NO_TEXT
    return filled(
        words.SAID, when=layout.when(entry), who=author(entry), excerpt=with_code(excerpt)
    )
