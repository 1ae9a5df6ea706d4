"""Makes the findings of a brief: the whole, what is new, or an answer to one question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.document.templates import filled, listed
from bot.document.thread import Around
from bot.document.values import Block, Break, Document, Heading, Paragraph, Small, Text
from bot.investigators.brief import indicator_table, words
from bot.investigators.brief.beside import NOTHING_BESIDE, Beside
from bot.investigators.brief.developments import (
    Developments,
    developments_since,
    keys_of,
    open_keys_of,
)
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.file_names import files
from bot.investigators.brief.glance import at_a_glance
from bot.investigators.brief.layout import Layout, author, bullets
from bot.investigators.brief.lookup import Lookup
from bot.investigators.brief.reading import Entry
from bot.investigators.contract import Finding


def whole(
    known: Digest,
    about: Sequence[Lookup],
    ticket_id: str | None,
    now: datetime,
    around: Around | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Finding:
    """Brief somebody who knows nothing of the thread yet; the first message is one screen."""
    layout = Layout.at(known, now, around, is_alone=not beside)
    more = list(beside.blocks(now))
    spoken = any(entry.text.strip() for entry in known.entries if not entry.is_to_burrow)
    if spoken or known.in_files:
        return Finding(document=Document(tuple(_whole(known, about, ticket_id, layout, more))))
    return Finding(document=Document(tuple(_nothing_yet(layout, more))))


def _nothing_yet(layout: Layout, more: Iterable[Block]) -> Iterator[Block]:
    """Say that there is nothing to brief, and what can be asked.

    `more` is what is known from elsewhere about the words of the question.
    """
    around, sightings = layout.around, layout.known.sightings
    if around is None:
        yield Paragraph((Text(words.NOTHING_ELSE),))
    else:
        when = layout.moment(around.since)
        yield Paragraph(filled(words.NOTHING_AROUND, channel=around.channel, when=when))
    yield from _unread(layout)
    yield from files(layout.known.files)
    yield from more
    yield from layout.checks(words.CHECKS, sightings)
    yield from indicator_table.table(layout, words.INDICATORS, sightings)
    yield Paragraph((Text(words.TRY_ASKING),))
    yield bullets(
        [
            filled(words.EXAMPLE, question=Text(question, code=True), gives=gives)
            for question, gives in words.EXAMPLES
        ]
    )


def _unread(layout: Layout) -> Iterator[Block]:
    """Say that the channel is the case and could not be read."""
    if layout.unread:
        yield Paragraph((Text(words.NOT_READ.format(channel=layout.unread)),))


def _whole(
    known: Digest,
    about: Sequence[Lookup],
    ticket_id: str | None,
    layout: Layout,
    more: Iterable[Block],
) -> Iterator[Block]:
    yield Heading(words.TITLE)
    yield at_a_glance(known, layout, ticket_id)
    yield from _unread(layout)
    said = [*_told(known, about, layout), *more, *layout.checks(words.CHECKS, known.sightings)]
    if not (said or known.sightings or known.people):
        said = [Paragraph((Text(words.NOTHING_TO_ADD),))]
    yield from said
    footer = Small((Text(layout.footer),))
    yield from _indicators(layout, words.INDICATORS, known.sightings, footer)


def _told(known: Digest, about: Sequence[Lookup], layout: Layout) -> Iterator[Block]:
    """What the messages and files say, and of an alert alone only what it is about."""
    yield from files(known.files)
    for lookup in about:
        yield from layout.about(lookup)
    if len(known.entries) > 1:
        yield from layout.timeline(words.TIMELINE, known.entries)
    if len(known.entries) > 1 or known.bots:
        yield from layout.affected(words.AFFECTED)
    yield from layout.open_questions(words.OPEN_QUESTIONS, known.open_questions)


@dataclass(frozen=True, slots=True)
class News:
    """What came into a thread after `since`, beyond the indicators that were told then."""

    known: Digest
    since: datetime
    now: datetime
    told: frozenset[str] = frozenset()
    around: Around | None = None
    beside: Beside = NOTHING_BESIDE
    told_runbook: str = ""
    called_open: frozenset[str] = frozenset()
    """The keys of the questions that were open then."""

    def finding(self, about: Sequence[Lookup]) -> Finding:
        """Say what is new, and nothing that was said before."""
        new = developments_since(self.known, self.since, self.told, self.called_open)
        indicators = {seen.indicator for seen in new.sightings}
        beside = self.beside.since(self.since, indicators, self.told_runbook)
        if not (new.entries or new.sightings or new.answered or about or beside):
            when = self._layout.moment(self.since)
            place = self._layout.place
            nothing = Paragraph(filled(words.NOTHING_NEW, place=place, when=when))
            said = Document((nothing, *_unread(self._layout)))
            return Finding(document=said, worth_posting=False)
        return Finding(document=Document(tuple(self._news(about, new, beside))))

    @property
    def _layout(self) -> Layout:
        return Layout.at(self.known, self.now, self.around)

    def _news(self, about: Sequence[Lookup], new: Developments, beside: Beside) -> Iterator[Block]:
        layout = self._layout
        yield from _unread(layout)
        for lookup in about:
            yield from layout.about(lookup)
        if new.entries or not new.sightings:
            yield self._opening(layout, new.entries)
        yield from files([it for it in self.known.files if it.message.sent_at > self.since])
        yield from layout.timeline(words.NEW_MESSAGES, new.entries)
        yield from layout.answered(words.ANSWERED, new.answered)
        yield from layout.open_questions(words.OPEN_QUESTIONS, new.asked)
        yield from beside.blocks(self.now)
        yield from layout.checks(words.CHECKS, new.sightings)
        yield from _indicators(layout, words.NEW_INDICATORS, new.sightings)

    def _opening(self, layout: Layout, entries: Sequence[Entry]) -> Block:
        when = layout.moment(self.since)
        if not entries:
            return Paragraph(filled(words.ONLY_SINCE, when=when))
        people = list(dict.fromkeys(map(author, entries)))
        count = words.counted(len(entries), "new message")
        return Paragraph(filled(words.NEW_SINCE, when=when, count=count, people=listed(people)))


def answer(known: Digest, about: Sequence[Lookup], now: datetime) -> Finding:
    """Answer questions alone; there is at least one."""
    layout = Layout.at(known, now)
    return Finding(
        document=Document(tuple(block for lookup in about for block in layout.about(lookup)))
    )


def all_indicators(layout: Layout, told: Set[str] = frozenset()) -> Finding:
    """Give the table of all indicators, those before the others that no brief told yet."""
    sightings = layout.known.sightings
    if not sightings:
        return Finding(text=words.NO_INDICATORS.format(place=layout.place))
    blocks = indicator_table.table(layout, words.INDICATORS, sightings, told)
    return Finding(document=Document((indicator_table.count(sightings), *blocks)))


def read_up_to(notebook: Mapping[str, Any]) -> datetime | None:
    """Return how far the last brief read, if there was one."""
    try:
        return datetime.fromisoformat(str(notebook["read_up_to"]))
    except (KeyError, TypeError, ValueError):
        return None


def told_before(notebook: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of the indicators that the last brief knew."""
    return _keys(notebook, "told")


def called_open_before(notebook: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of the questions that the last brief called open."""
    return _keys(notebook, "open")


def _keys(notebook: Mapping[str, Any], name: str) -> frozenset[str]:
    keys = notebook.get(name)
    return frozenset(map(str, keys)) if isinstance(keys, list | tuple) else frozenset()


def is_about_channel(notebook: Mapping[str, Any]) -> bool:
    """Tell whether the last brief was about the channel."""
    return notebook.get("channel") is True


def remembering(
    when: datetime, known: Digest, told: Set[str], *, is_about_channel: bool, runbook: str
) -> dict[str, Any]:
    """Return what the next turn has to know.

    `told` are the keys that were remembered before, `runbook` is the name of the one shown last.
    """
    return {
        "read_up_to": when.isoformat(),
        "told": keys_of(known, told),
        "open": open_keys_of(known),
        "channel": is_about_channel,
        **({"runbook": runbook} if runbook else {}),
    }


def told_runbook(notebook: Mapping[str, Any]) -> str:
    """Return the name of the runbook that was shown last; empty if none was."""
    return str(notebook.get("runbook") or "")


def _indicators(
    layout: Layout, title: str, sightings: Sequence[Sighting], *last: Block
) -> Iterator[Block]:
    """A few indicators stand in the message itself, more in one of their own."""
    is_apart = len(sightings) > indicator_table.FEW
    if is_apart:
        yield indicator_table.count(sightings)
        yield from (*last, Break())
    yield from indicator_table.table(layout, title, sightings)
    if not is_apart:
        yield from last
