"""Reads a thread once: each message with its indicators, and what kind of message it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.document.thread import FileText, ThreadMessage
from bot.investigators.brief.extract import extract
from bot.investigators.brief.finders.called import things_in, tickets_in
from bot.investigators.brief.finders.canvas import Names
from bot.investigators.brief.finders.machines import machines_in
from bot.investigators.brief.indicators import Hit, Indicator, Kind, defanged, harmless
from bot.investigators.brief.one_form import whole_forms
from bot.investigators.brief.pieces import pieces_of
from bot.investigators.brief.questions import questions_in
from bot.investigators.brief.refang import Written, refang
from bot.investigators.to_burrow import to_burrow
from bot.mrkdwn import one_line

_LONGEST = 20_000
"""Characters read of one message; Slack itself cuts at 40,000."""
_EMPHASIS = re.compile(r"(?<![\w*_~`\\/.])([*_~]{1,3})(\S(?:[^\n*_~]{0,300}\S)?)\1(?![\w*_~])")
"""`*bold*`, which shows its stars where nothing reads them as markup."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as the brief sees it."""

    message: ThreadMessage
    written: Written
    hits: tuple[Hit, ...]
    asks: tuple[tuple[int, int], ...] = ()
    """Where in the text a person asks something."""
    is_to_burrow: bool = False
    file: FileText | None = None
    """The file in which this stands, if not in the message itself."""
    piece: int = 0
    """Which piece of the file it is, from 1 on."""

    @property
    def text(self) -> str:
        """The text as it is meant: refanged."""
        return self.written.text

    @property
    def when(self) -> datetime:
        """When it was sent."""
        return self.message.sent_at

    @property
    def is_alert(self) -> bool:
        """Whether another bot posted it."""
        return self.message.is_bot and not self.message.is_burrow

    @property
    def source(self) -> tuple[str, str]:
        """The message, and the file in it, if it stands in one."""
        return self.message.ts, self.file.file.id if self.file else ""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Its indicators, each once."""
        return tuple(dict.fromkeys(hit.indicator for hit in self.hits))

    @property
    def suspects(self) -> frozenset[Indicator]:
        """Names and addresses that were written defanged: somebody does not trust them."""
        return frozenset(
            hit.indicator
            for hit in self.hits
            if hit.indicator.kind in (Kind.IP, Kind.DOMAIN)
            and self.written.is_defanged(hit.start, hit.end)
        )

    @property
    def said(self) -> str:
        """What it says besides what it asks, at the same places; the rest is blank."""
        said = self.text
        for start, end in self.asks:
            said = said[:start] + " " * (end - start) + said[end:]
        return said

    @property
    def excerpt(self) -> str:
        """The text on one line, with everything in it defanged."""
        return self.shown(0, len(self.text))

    @property
    def question(self) -> str:
        """The first sentence in it that asks something, defanged; empty if there is none."""
        return self.shown(*self.asks[0]) if self.asks else ""

    def shown(self, start: int, end: int) -> str:
        """Return a stretch of the text on one line, defanged; no indicator is cut."""
        for hit in self.hits:
            if hit.start < end and start < hit.end:
                start, end = min(start, hit.start), max(end, hit.end)
        between = " · " if self.is_alert else " "
        return _defanged(self.written, self.hits, start, end, between)


def read_entries(
    messages: Sequence[ThreadMessage],
    asks: frozenset[str],
    own_domains: frozenset[str] = frozenset(),
    files: Iterable[FileText] = (),
) -> list[Entry]:
    """Read messages into entries, oldest first; Burrow's own are left out.

    `asks` are the `ts` of messages that are known to be addressed to Burrow. What belongs to
    `own_domains` (lower case), or to the workspace itself, is no indicator. What stands in
    `files` comes last, a long file in several entries.
    """
    own = own_domains | {urlsplit(message.link).hostname or "" for message in messages}
    ordered = sorted(messages, key=lambda message: (message.sent_at, message.ts))
    speaks_to_burrow = to_burrow(ordered)
    entries = [
        _entry(
            message,
            Names(own=own),
            is_to_burrow=message.ts in asks or speaks_to_burrow(message),
        )
        for message in ordered
        if not message.is_burrow
    ]
    names = _names_of(entries, own)
    reread = [_reread(entry, names) for entry in entries]
    in_files = [entry for file in files for entry in _entries_of_file(file, names)]
    return _with_one_form([*reread, *in_files])


def _names_of(entries: Sequence[Entry], own: frozenset[str]) -> Names:
    """Collect what one message of a thread makes certain for all the others."""
    texts = [entry.text for entry in entries]
    tickets = frozenset[str]().union(*map(tickets_in, texts))
    others = frozenset[str]().union(*map(machines_in, texts), *map(things_in, texts))
    return Names(
        known=_certain_names(entries),
        commits=_certain_commits(entries),
        machines=others - tickets,
        tickets=tickets,
        own=own,
    )


def _entries_of_file(file: FileText, names: Names) -> Iterator[Entry]:
    for number, text in enumerate(pieces_of(file.text), 1):
        written = refang(text)
        hits = tuple(extract(written, names))
        yield Entry(message=file.message, written=written, hits=hits, file=file, piece=number)


def _certain_names(entries: Iterable[Entry]) -> frozenset[str]:
    """Collect the names that somebody defanged, or that stand in a URL."""
    return frozenset(
        hit.indicator.value
        for entry in entries
        for hit in entry.hits
        if hit.indicator.kind is Kind.DOMAIN
        and (hit.is_inside or entry.written.is_defanged(hit.start, hit.end))
    )


def _certain_commits(entries: Iterable[Entry]) -> frozenset[str]:
    """Collect what the words around it, or a link, call a commit; a number may be anything."""
    return frozenset(
        hit.indicator.value
        for entry in entries
        for hit in entry.hits
        if hit.indicator.kind is Kind.COMMIT and not hit.indicator.value.isdigit()
    )


def _reread(entry: Entry, names: Names) -> Entry:
    """Find in a message what only the rest of the thread shows to be a host, a commit or none."""
    found = {indicator.value for indicator in entry.indicators}
    text = entry.text.lower()
    sure = names.known | names.commits | names.tickets
    is_missed = any(name.lower() in text and name not in found for name in sure)
    if not is_missed and found.isdisjoint(names.machines):
        return entry
    return replace(entry, hits=tuple(extract(entry.written, names, entry.message.labels)))


def _with_one_form(entries: Sequence[Entry]) -> list[Entry]:
    """Give the short and the long form of a commit the same indicator."""
    forms = whole_forms(hit.indicator for entry in entries for hit in entry.hits)
    if not forms:
        return list(entries)
    return [
        replace(
            entry,
            hits=tuple(
                replace(hit, indicator=forms.get(hit.indicator, hit.indicator))
                for hit in entry.hits
            ),
        )
        for entry in entries
    ]


def _entry(message: ThreadMessage, names: Names, *, is_to_burrow: bool) -> Entry:
    written = refang(message.text[:_LONGEST])
    hits = tuple(extract(written, names, message.labels))
    is_person = not (message.is_bot or is_to_burrow)
    return Entry(
        message=message,
        written=written,
        hits=hits,
        asks=tuple(questions_in(written.text, hits)) if is_person else (),
        is_to_burrow=is_to_burrow,
    )


def defanged_text(text: str | Written) -> str:
    """Write a text on one line, with its indicators defanged."""
    written = refang(text) if isinstance(text, str) else text
    return _defanged(written, extract(written), 0, len(written.text), " ")


def _defanged(written: Written, hits: Sequence[Hit], start: int, end: int, between: str) -> str:
    """Defang what was found, and leave as it was what somebody had defanged already."""
    pieces: list[str] = []
    for hit in hits:
        if start <= hit.start and hit.end <= end:
            pieces += (harmless(written.as_written(start, hit.start)), _shown(written, hit))
            start = hit.end
    pieces.append(harmless(written.as_written(start, end)))
    lines = _EMPHASIS.sub(r"\2", "".join(pieces)).splitlines()
    return between.join(one_line(line) for line in lines if line.strip())


def _shown(written: Written, hit: Hit) -> str:
    """Keep what was written where it is harmless anyway."""
    shown = defanged(hit.indicator)
    return written.text[hit.start : hit.end] if shown == hit.indicator.value else shown
