"""The head of a brief: how much was written, when, and by whom."""

from collections.abc import Iterator, Sequence

from bot.document.templates import Piece, filled, listed
from bot.document.values import Block, Inlines, Paragraph, Text
from bot.investigators.brief import words
from bot.investigators.brief.digest import Digest
from bot.investigators.brief.layout import Layout
from bot.mrkdwn import clip


def at_a_glance(known: Digest, layout: Layout, ticket_id: str | None) -> Block:
    """Say in a line how much was written and when, and by whom: in a second one, if by many."""
    is_spoken = any(not entry.is_to_burrow for entry in known.entries)
    much: list[Piece] = []
    if around := layout.around:
        channel, since = Text(around.channel, bold=True), layout.moment(around.since)
        much.append(filled(words.CHANNEL_SINCE, channel=channel, when=since))
    if is_spoken:
        much += [words.counted(len(known.told), "message"), _lasted(known, layout)]
    if count := sum(it.left_out is None for it in known.files):
        much.append(words.counted(count, "file"))
    if ticket_id:
        much.append(Text(ticket_id, bold=True))
    writers = list(_writers(known)) if is_spoken else []
    lines = [much, writers] if len(known.told) > 1 else [[*much, *writers]]
    run = [piece for line in lines if line for piece in (Text("\n"), *_apart(line))]
    return Paragraph(tuple(run[1:]))


def _apart(pieces: Sequence[Piece]) -> Inlines:
    places = "  ·  ".join(f"{{p{number}}}" for number in range(len(pieces)))
    return filled(places, **{f"p{n}": piece for n, piece in enumerate(pieces)})


def _writers(known: Digest) -> Iterator[Piece]:
    for authors, mark in ((known.people, ""), (known.bots, "🔔 ")):
        if authors:
            names = [
                (Text(mark + clip(name, 40), bold=True), Text(f" ({count})"))
                for name, count in authors
            ]
            yield listed(names, 6)


def _lasted(known: Digest, layout: Layout) -> Inlines:
    first, last = known.told[0], known.told[-1]
    if first is last:
        return (layout.when(first),)
    length = words.span(last.when - first.when)
    return filled(words.LASTED, first=layout.when(first), last=layout.when(last), length=length)
