"""Makes the findings of a brief: the whole, what is new, or an answer to one question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.document.templates import Piece, filled, listed
from bot.document.values import Block, Break, Document, Heading, Paragraph, Small, Text
from bot.investigators.brief import indicator_table, words
from bot.investigators.brief.developments import Developments, developments_since, keys_of
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.layout import Layout, author
from bot.investigators.brief.lookup import Lookup
from bot.investigators.brief.reading import Entry
from bot.investigators.contract import Finding
from bot.mrkdwn import clip


def whole(known: Digest, about: Sequence[Lookup], ticket_id: str | None, now: datetime) -> Finding:
    """Brief somebody who knows nothing of the thread yet; the first message is one screen."""
    if not any(entry.text.strip() for entry in known.entries):
        return Finding(text=words.NOTHING_TO_READ)
    return Finding(
        document=Document(tuple(_whole(known, about, ticket_id, Layout.at(known, now))))
    )


def _whole(
    known: Digest, about: Sequence[Lookup], ticket_id: str | None, layout: Layout
) -> Iterator[Block]:
    yield Heading(words.TITLE)
    yield _at_a_glance(known, layout, ticket_id)
    for lookup in about:
        yield from layout.about(lookup)
    if len(known.entries) > 1:
        yield from layout.timeline(words.TIMELINE, known.entries)
        yield from layout.affected(words.AFFECTED)
    yield from layout.open_questions(words.OPEN_QUESTIONS, known.open_questions)
    yield from layout.checks(words.CHECKS, known.sightings)
    yield from _indicators(layout, words.INDICATORS, known.sightings, Small((Text(words.FOOTER),)))


@dataclass(frozen=True, slots=True)
class News:
    """What came into a thread after `since`, beyond the indicators that were told then."""

    known: Digest
    since: datetime
    now: datetime
    told: frozenset[str] = frozenset()

    def finding(self, about: Sequence[Lookup]) -> Finding:
        """Say what is new, and nothing that was said before."""
        new = developments_since(self.known, self.since, self.told)
        if not (new.entries or new.sightings or about):
            when = self._layout.moment(self.since)
            nothing = Paragraph(filled(words.NOTHING_NEW, when=when))
            return Finding(document=Document((nothing,)), worth_posting=False)
        return Finding(document=Document(tuple(self._news(about, new))))

    @property
    def _layout(self) -> Layout:
        return Layout.at(self.known, self.now)

    def _news(self, about: Sequence[Lookup], new: Developments) -> Iterator[Block]:
        layout = self._layout
        for lookup in about:
            yield from layout.about(lookup)
        if new.entries or not new.sightings:
            yield self._opening(layout, new.entries)
        yield from layout.timeline(words.NEW_MESSAGES, new.entries)
        yield from layout.answered(words.ANSWERED, new.answered)
        yield from layout.open_questions(words.OPEN_QUESTIONS, new.asked)
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


def read_up_to(notebook: Mapping[str, Any]) -> datetime | None:
    """Return how far the last brief read, if there was one."""
    try:
        return datetime.fromisoformat(str(notebook["read_up_to"]))
    except (KeyError, TypeError, ValueError):
        return None


def told_before(notebook: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of the indicators that the last brief knew."""
    told = notebook.get("told")
    return frozenset(map(str, told)) if isinstance(told, list | tuple) else frozenset()


def remembering(when: datetime, known: Digest) -> dict[str, Any]:
    """Return what the next turn has to know."""
    return {"read_up_to": when.isoformat(), "told": keys_of(known)}


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


def _at_a_glance(known: Digest, layout: Layout, ticket_id: str | None) -> Block:
    first, last = known.told[0], known.told[-1]
    pieces: list[Piece] = [words.counted(len(known.told), "message")]
    for authors, mark in ((known.people, ""), (known.bots, "🔔 ")):
        if authors:
            names = [
                (Text(mark + clip(name, 40), bold=True), Text(f" ({count})"))
                for name, count in authors
            ]
            pieces.append(listed(names, 6))
    length = words.span(last.when - first.when)
    pieces.append(
        filled(words.LASTED, first=layout.when(first), last=layout.when(last), length=length)
    )
    if ticket_id:
        pieces.append(Text(ticket_id, bold=True))
    places = "  ·  ".join(f"{{p{number}}}" for number in range(len(pieces)))
    return Paragraph(filled(places, **{f"p{n}": piece for n, piece in enumerate(pieces)}))
