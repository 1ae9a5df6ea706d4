"""Makes sense of a thread: who, when, which indicators, which questions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.document.thread import FileText
from bot.investigators.brief.affected import Affected, affected
from bot.investigators.brief.answers import Question, answered
from bot.investigators.brief.indicators import OWN, Indicator, Kind
from bot.investigators.brief.reading import Entry


@dataclass(frozen=True, slots=True)
class Sighting:
    """An indicator, and where it was seen."""

    indicator: Indicator
    entries: tuple[Entry, ...]
    """The messages that have it, oldest first."""
    is_suspect: bool
    """Whether somebody wrote it defanged."""

    @property
    def first(self) -> Entry:
        """The message in which it was first seen."""
        return self.entries[0]

    @property
    def last(self) -> Entry:
        """The message in which it was seen last."""
        return self.entries[-1]

    @property
    def messages(self) -> int:
        """In how many messages it is; a file counts as one."""
        return len({entry.source for entry in self.entries})

    @property
    def is_only_in_files(self) -> bool:
        """Whether no message says it."""
        return self.first.file is not None


@dataclass(frozen=True, slots=True)
class Digest:
    """What is in a thread."""

    entries: tuple[Entry, ...]
    people: tuple[tuple[str, int], ...]
    """Who wrote how many messages, busiest first."""
    bots: tuple[tuple[str, int], ...]
    sightings: tuple[Sighting, ...]
    questions: tuple[Question, ...]
    affected: tuple[Affected, ...] = ()
    in_files: tuple[Entry, ...] = ()
    """What stands in files; `entries` are messages."""
    files: tuple[FileText, ...] = ()
    """The files, and those that were left out."""

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that nobody seems to have answered, latest last."""
        return tuple(question for question in self.questions if question.answer is None)

    @property
    def told(self) -> tuple[Entry, ...]:
        """The messages that are not addressed to Burrow, or all if there are no others."""
        return tuple(_told(self.entries))

    def entries_since(self, when: datetime) -> tuple[Entry, ...]:
        """The messages after a moment that are not addressed to Burrow."""
        return tuple(
            entry for entry in self.entries if entry.when > when and not entry.is_to_burrow
        )


def digest(entries: Sequence[Entry], files: Sequence[FileText] = ()) -> Digest:
    """Digest a thread's entries, oldest first; `files` are those from which some of them are."""
    spoken = [entry for entry in entries if not entry.file]
    in_files = [entry for entry in entries if entry.file]
    return Digest(
        entries=tuple(spoken),
        people=_counted(it for it in _told(spoken) if not it.message.is_bot),
        bots=_counted(entry for entry in spoken if entry.is_alert),
        sightings=_sightings([*spoken, *in_files]),
        questions=answered(spoken),
        affected=affected(spoken),
        in_files=tuple(in_files),
        files=tuple(files),
    )


def _told(entries: Sequence[Entry]) -> Sequence[Entry]:
    return [entry for entry in entries if not entry.is_to_burrow] or entries


def _counted(entries: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.message.author_id or entry.message.author] += 1
        names[entry.message.author_id or entry.message.author] = entry.message.author
    return tuple((names[key] or key, count) for key, count in counts.most_common())


def _sightings(entries: Sequence[Entry]) -> tuple[Sighting, ...]:
    seen: dict[Indicator, list[Entry]] = {}
    for entry in entries:
        for indicator in entry.indicators:
            if indicator.note != OWN:
                seen.setdefault(indicator, []).append(entry)
    suspects = {indicator for entry in entries for indicator in entry.suspects}
    for host in _only_in_urls(entries) - suspects:
        seen.pop(host, None)
    order = {kind: place for place, kind in enumerate(Kind)}
    found = [Sighting(it, tuple(_told(where)), it in suspects) for it, where in seen.items()]
    return tuple(
        sorted(
            found,
            key=lambda it: (
                it.is_only_in_files,
                order[it.indicator.kind],
                not it.is_suspect,
                -it.messages,
            ),
        )
    )


def _only_in_urls(entries: Sequence[Entry]) -> set[Indicator]:
    """Find the names that the list of URLs shows already."""
    hits = [hit for entry in entries for hit in entry.hits]
    alone = {hit.indicator for hit in hits if not hit.is_inside}
    return {
        hit.indicator
        for hit in hits
        if hit.indicator.kind is Kind.DOMAIN and hit.indicator not in alone
    }
