"""All indicators as one table, what matters first."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from bot.document.values import Block, Heading, Inlines, Paragraph, Table, Text
from bot.investigators.brief import words
from bot.investigators.brief.developments import short_key
from bot.investigators.brief.digest import Sighting
from bot.investigators.brief.indicators import Indicator, Kind, defanged
from bot.investigators.brief.layout import Layout
from bot.mrkdwn import clip

FEW = 8
"""So many stand in the brief itself, more in a message of their own."""
MOST = 2_000
"""So many a file takes. A message holds about 28, and ten messages no more than 280."""
_LONGEST = 500
_INSIDE = frozenset({"private", "link-local", "internal", "unspecified", "broadcast", "CGNAT"})
_TO_ROTATE = (Kind.SECRET, Kind.ACCESS_KEY)
_ORDER = {kind: place for place, kind in enumerate(Kind)}


def count(sightings: Sequence[Sighting]) -> Block:
    """One line that counts the indicators by kind."""
    kinds = Counter(sighting.indicator.kind for sighting in sightings)
    counted = [words.counted(kinds[kind], *words.KINDS[kind]) for kind in Kind if kinds[kind]]
    return Paragraph((Text(words.indicators(len(sightings), ", ".join(counted))),))


def table(
    layout: Layout, title: str, sightings: Sequence[Sighting], told: Set[str] = frozenset()
) -> Iterator[Block]:
    """The table under its title; nothing if there are no indicators.

    `told` are the keys of those that an earlier brief knew: they come after the new ones.
    """
    if not sightings:
        return
    yield Heading(title, 3)
    ordered = sorted(sightings, key=lambda sighting: _rank(sighting, told))
    header = tuple((Text(name),) for name in words.COLUMNS)
    yield Table(header, tuple(_row(layout, sighting) for sighting in ordered[:MOST]))
    if len(ordered) > MOST:
        yield Paragraph((Text(words.and_more(len(ordered) - MOST), italic=True),))


def _rank(sighting: Sighting, told: Set[str]) -> tuple[bool, bool, bool, bool, int, int]:
    """What messages say before what only files hold; outside before inside, new before told.

    Then secrets and what is suspect; within a kind what is seen most comes first.
    """
    indicator = sighting.indicator
    return (
        sighting.is_only_in_files,
        indicator.note in _INSIDE,
        bool(told) and short_key(indicator) in told,
        not sighting.is_suspect and indicator.kind is not Kind.SECRET,
        _ORDER[indicator.kind],
        -sighting.messages,
    )


def _row(layout: Layout, sighting: Sighting) -> tuple[Inlines, ...]:
    indicator = sighting.indicator
    note = ", ".join(_notes(sighting))
    return (
        (Text(words.KINDS[indicator.kind][0]),),
        (Text(_value(indicator)),),
        (Text(str(sighting.messages)),),
        (layout.when(sighting.first),),
        (Text(note),) if note else (),
    )


def _value(indicator: Indicator) -> str:
    return clip(
        indicator.value if indicator.kind is Kind.SECRET else defanged(indicator), _LONGEST
    )


def _notes(sighting: Sighting) -> Iterator[str]:
    if sighting.indicator.note:
        yield sighting.indicator.note
    if sighting.indicator.kind in _TO_ROTATE:
        yield words.ROTATE
    if sighting.is_suspect:
        yield words.DEFANGED
    if file := sighting.first.file:
        yield words.IN_FILE.format(file=clip(file.file.name, 60))
    for hit in sighting.first.hits:
        if hit.indicator == sighting.indicator and hit.label:
            yield words.LABEL_SAYS.format(host=hit.label.replace(".", "[.]"))
            return
