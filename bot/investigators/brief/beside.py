"""The values that a brief gets beside its messages: other cases, and the runbook that fits."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from bot.document.templates import filled, listed
from bot.document.values import Block, Heading, Inlines, Link, Paragraph, Text
from bot.investigators.brief import words
from bot.investigators.brief.first_steps import first_steps
from bot.investigators.brief.indicators import Indicator, defanged
from bot.investigators.brief.layout import bullets, titled
from bot.investigators.brief.runbooks import Match
from bot.investigators.brief.telling import key_of
from bot.investigators.contract import EarlierCase, SeenBefore
from bot.mrkdwn import clip
from session import Sighting

_LINES = 5
_NAMES = 3
_LONGEST = 70
_STEPS = 4
_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What other cases saw, and the runbook; empty where there is neither."""

    asked: Mapping[str, Indicator] = field(default_factory=lambda: MappingProxyType({}))
    """The indicators by which other cases were looked for, the most telling first."""
    seen: SeenBefore = field(default_factory=SeenBefore)
    runbook: Match | None = None

    def __bool__(self) -> bool:
        return bool(self.seen.cases or self.runbook)

    def without(self, links: Set[str]) -> "Beside":
        """Leave out the cases whose first message has one of these addresses: it was read."""
        cases = tuple(it for it in self.seen.cases if it.where.link not in links)
        return replace(self, seen=replace(self.seen, cases=cases))

    def beyond(self, known: Set[tuple[str, datetime]]) -> "Beside":
        """Leave out what other cases saw in the very messages of this one, by key and time.

        A case that is a channel holds what its threads say.
        """
        cases = _with_only(self.seen.cases, lambda it: (it.key, it.seen_at) not in known)
        return replace(self, seen=replace(self.seen, cases=cases))

    def since(self, when: datetime, new: Set[Indicator], told_runbook: str) -> "Beside":
        """Keep what is new: of `new` indicators, or seen elsewhere after a moment.

        `told_runbook` is the name of the runbook that was shown before.
        """
        keys = frozenset(map(key_of, new))
        cases = _with_only(self.seen.cases, lambda it: it.key in keys or it.seen_at > when)
        known = self.runbook is not None and self.runbook.runbook.name == told_runbook
        return replace(
            self,
            seen=replace(self.seen, cases=cases),
            runbook=None if known else self.runbook,
        )

    def blocks(self, now: datetime) -> Iterator[Block]:
        """Say where else the same was seen, and how the runbook begins."""
        lines = list(_seen_lines(self.asked, self.seen, now))
        yield from titled(words.SEEN_BEFORE, lines)
        if self.runbook is not None:
            yield from _runbook(self.runbook)


NOTHING_BESIDE = Beside()


def _with_only(
    cases: Sequence[EarlierCase], wanted: Callable[[Sighting], bool]
) -> tuple[EarlierCase, ...]:
    kept = (replace(it, sightings=tuple(filter(wanted, it.sightings))) for it in cases)
    return tuple(it for it in kept if it.sightings)


def _seen_lines(
    asked: Mapping[str, Indicator], seen: SeenBefore, now: datetime
) -> Iterator[Inlines]:
    """One line for those indicators that the same cases saw, the most telling first."""
    groups: dict[tuple[int, ...], list[Indicator]] = {}
    for key, indicator in asked.items():
        places = [n for n, it in enumerate(seen.cases) if any(s.key == key for s in it.sightings)]
        if places:
            groups.setdefault(tuple(places), []).append(indicator)
    for saw, indicators in list(groups.items())[:_LINES]:
        yield _seen_line(indicators, [seen.cases[place] for place in saw], now)
    if len(groups) > _LINES:
        left = sum(len(indicators) for indicators in list(groups.values())[_LINES:])
        yield (Text(words.more_seen(left), italic=True),)
    if seen.has_more:
        yield (Text(words.IN_MANY, italic=True),)


def _seen_line(
    indicators: Sequence[Indicator], cases: Sequence[EarlierCase], now: datetime
) -> Inlines:
    """Name the case that saw any of these last, and count the others."""
    keys = frozenset(map(key_of, indicators))
    dated = [
        (max(it.seen_at for it in case.sightings if it.key in keys), case.where) for case in cases
    ]
    when, where = max(dated, key=lambda pair: pair[0])
    names = [Text(clip(defanged(it), _LONGEST), code=True) for it in indicators]
    others = len(cases) - 1
    return filled(
        words.ALSO_IN_MORE if others else words.ALSO_IN,
        names=listed(names, _NAMES),
        channel=Text(where.channel, bold=True),
        when=Link(where.link, words.ago(now - when)),
        count=str(others),
    )


def _runbook(match: Match) -> Iterator[Block]:
    """Name it and why it fits, then its first steps."""
    runbook = match.runbook
    title = Link(runbook.link, runbook.title, bold=True) if runbook.link else None
    why = [Text(word, code=True) for word in match.words[:_WORDS]]
    said = filled(
        words.RUNBOOK_FITS, title=title or Text(runbook.title, bold=True), why=listed(why, _WORDS)
    )
    if runbook.owner:
        said += filled(words.RUNBOOK_OWNER, owner=runbook.owner)
    yield Heading(words.RUNBOOK, 3)
    yield Paragraph(said)
    steps = first_steps(runbook.text, _STEPS)
    if steps:
        yield bullets([(Text(f"☐ {step}"),) for step in steps])
