"""Makes the findings of a brief: the whole, what is new, or an answer to one question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.investigators.brief import words
from bot.investigators.brief.digest import Digest
from bot.investigators.brief.layout import Block, Layout, context, fitted, header, section
from bot.investigators.brief.lookup import Lookup
from bot.investigators.brief.reading import Entry
from bot.investigators.contract import Finding
from bot.mrkdwn import bold, clip, date, plain, utc


def whole(known: Digest, about: Sequence[Lookup], ticket_id: str | None) -> Finding:
    """Brief somebody who knows nothing of the thread yet."""
    if not any(one.text.strip() for one in known.entries):
        return Finding(text=words.NOTHING_TO_READ)

    def build(layout: Layout) -> Iterator[Block]:
        yield header(words.TITLE)
        yield context(_at_a_glance(known, layout, ticket_id))
        for one in about:
            yield from layout.about(one)
        if len(known.entries) > 1:
            yield from layout.timeline(words.TIMELINE, known.entries)
        yield from layout.open_questions(words.OPEN_QUESTIONS, known.open_questions)
        yield from layout.checks(words.CHECKS, known.sightings, known.open_questions)
        yield from layout.indicators(words.INDICATORS, known.sightings)
        yield context(words.FOOTER)

    return Finding(text=_summary(known), blocks=fitted(known, build))


@dataclass(frozen=True, slots=True)
class News:
    """What came into a thread after `since`."""

    known: Digest
    since: datetime

    def finding(self, about: Sequence[Lookup]) -> Finding:
        """Say what is new, and nothing that was said before."""
        known, since = self.known, self.since
        entries = known.entries_since(since)
        sightings = [one for one in known.sightings if one.first.when > since]
        answered = [
            one
            for one in known.questions
            if one.answer and one.asked.when <= since < one.answer.when
        ]
        asked = [one for one in known.open_questions if one.asked.when > since]
        if not (entries or sightings or about):
            return self._nothing()

        def build(layout: Layout) -> Iterator[Block]:
            for one in about:
                yield from layout.about(one)
            if entries or not sightings:
                yield section(self._opening(layout.moment(since), entries))
            yield from layout.timeline(words.NEW_MESSAGES, entries)
            yield from layout.answered(words.ANSWERED, answered)
            yield from layout.open_questions(words.OPEN_QUESTIONS, asked)
            yield from layout.checks(words.CHECKS, sightings, asked)
            yield from layout.indicators(words.NEW_INDICATORS, sightings)

        text = self._opening(utc(since), entries)
        if sightings and not entries:
            text = words.new_indicators(utc(since), len(sightings))
        return Finding(text=text, blocks=fitted(known, build))

    def _opening(self, when: str, entries: Sequence[Entry]) -> str:
        if not entries:
            return words.only_since(when)
        authors = dict.fromkeys(one.message.author or "somebody" for one in entries)
        return words.new_since(when, len(entries), [bold(clip(one, 40)) for one in authors])

    def _nothing(self) -> Finding:
        return Finding(
            text=words.nothing_new(utc(self.since)),
            blocks=(section(words.nothing_new(date(self.since))),),
            worth_posting=False,
        )


def answer(known: Digest, about: Sequence[Lookup]) -> Finding:
    """Answer questions alone; there is at least one."""
    text = f"{words.ABOUT} “{plain(clip(about[0].question, 120))}”"
    return Finding(
        text=text,
        blocks=fitted(known, lambda layout: [one for it in about for one in layout.about(it)]),
    )


def read_up_to(memory: Mapping[str, Any]) -> datetime | None:
    """Return how far the last brief read, if there was one."""
    try:
        return datetime.fromisoformat(memory["brief"]["read_up_to"])
    except (KeyError, TypeError, ValueError):
        return None


def remembering(when: datetime) -> dict[str, Any]:
    """Return what the next turn has to know."""
    return {"brief": {"read_up_to": when.isoformat()}}


def _at_a_glance(known: Digest, layout: Layout, ticket_id: str | None) -> str:
    first, last = known.entries[0], known.entries[-1]
    parts = [words.counted(len(known.entries), "message")]
    for authors, icon in ((known.people, ""), (known.bots, ":bell: ")):
        if authors:
            named = [f"{bold(name)} ({count})" for name, count in authors]
            parts.append(icon + words.joined(named, 6))
    length = last.when - first.when
    parts.append(f"{layout.when(first)} to {layout.when(last)} ({words.span(length)})")
    if ticket_id:
        parts.append(bold(ticket_id))
    return "  ·  ".join(parts)


def _summary(known: Digest) -> str:
    parts = [
        words.counted(len(known.entries), "message"),
        words.counted(len(known.sightings), "indicator"),
        words.counted(len(known.open_questions), "open question"),
    ]
    return f"{words.TITLE}: {', '.join(parts)}"
