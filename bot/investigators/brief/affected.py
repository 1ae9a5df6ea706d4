"""What a case is about: hosts, services, accounts, files, each with the latest state."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.investigators.brief.indicators import Hit, Kind
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.things import Thing, named_in

_MOST = 400
"""So many things are followed; a flood of alerts names no more that anybody reads."""
_STATE = re.compile(
    r"\b(?:down|offline|online|up again|back|isolated|quarantined|restarted|rebooted|patched"
    r"|(?:un)?blocked|disabled|enabled|reset|(?:un)?locked|encrypted|degraded|healthy|recovered"
    r"|resolved|clean|compromised|infected|(?:un)?affected|terminated|killed|stopped|drained"
    r"|scaled(?: up| down)?|rolled back|reverted|full|stable|re-?imaged|revoked|rotated|suspended"
    r"|failed over|removed|deleted|slow|unreachable|gesperrt|neu gestartet|isoliert|ausgefallen)\b"
    r"|停止|再起動|遮断|隔離|復旧|正常|無効化",
    re.IGNORECASE,
)
_SHARED = re.compile(r"\[file: [^\n]*\]")
"""The name of a file that somebody shares with a message."""
_NOTHING = ("",)
_SENTENCE = re.compile(r"[^.!?\n。]*(?:\.(?!\s)[^.!?\n。]*)*")


@dataclass(frozen=True, slots=True)
class Affected:
    """A thing that somebody named, and the latest that was said of its state."""

    thing: Thing
    name: str
    """Defanged."""
    first: Entry
    messages: int
    is_labelled: bool
    """Whether an alert or a pasted record says what it is: `Host: web-1`."""
    state: str = ""
    """The word for its state in the latest message that has one: `isolated`, `down`."""
    stated_in: Entry | None = None


@dataclass(slots=True)
class _Seen:
    """What is known of one thing on the way through the thread."""

    thing: Thing
    name: str
    shown: str
    is_labelled: bool = False
    entries: list[Entry] = field(default_factory=list)


def affected(entries: Sequence[Entry]) -> tuple[Affected, ...]:
    """Return what is affected: what alerts label first, then what is named most."""
    seen: dict[str, _Seen] = {}
    for entry in entries:
        shared = [match.span() for match in _SHARED.finditer(entry.text)]
        for it in named_in(entry.text):
            if any(start < it.end <= end for start, end in shared):
                continue
            if any(_is_no_thing(hit) and hit.start < it.end <= hit.end for hit in entry.hits):
                continue
            name = entry.text[it.start : it.end]
            if name.lower() not in seen and len(seen) < _MOST:
                seen[name.lower()] = _Seen(it.thing, name, entry.shown(it.start, it.end))
            if name.lower() in seen:
                seen[name.lower()].is_labelled |= it.is_labelled
                seen[name.lower()].entries.append(entry)
    is_lone_alert = len(entries) == 1 and entries[0].is_alert
    told = [it for it in seen.values() if it.is_labelled or is_lone_alert or _is_spoken_of(it)]
    found = [_affected(it) for it in told]
    return tuple(sorted(found, key=lambda it: (not it.is_labelled, not it.state, -it.messages)))


def _is_no_thing(hit: Hit) -> bool:
    return hit.indicator.kind in (Kind.TICKET, Kind.HASH, Kind.CVE, Kind.COMMIT, Kind.ERROR)


def _is_spoken_of(it: _Seen) -> bool:
    """Whether a thing without a label matters: it has a form of its own, or its state is told."""
    if it.thing in (Thing.REGISTRY, Thing.FILE, Thing.ACCOUNT, Thing.SID):
        return True
    return len({id(entry) for entry in it.entries}) > 1 or any(
        _state(entry, it.name) for entry in it.entries
    )


def _affected(it: _Seen) -> Affected:
    entries = _each_once(it.entries)
    stated = ((_state(entry, it.name), entry) for entry in reversed(entries))
    state, stated_in = next((pair for pair in stated if pair[0]), ("", None))
    return Affected(it.thing, it.shown, entries[0], len(entries), it.is_labelled, state, stated_in)


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    return list({id(entry): entry for entry in entries}.values())


def _state(entry: Entry, name: str) -> str:
    """Return the word for a thing's state that stands nearest to its name in a sentence."""
    for sentence in _SENTENCE.findall(entry.said):
        place = sentence.lower().find(name.lower())
        if place >= 0:
            rest = sentence.lower().replace(name.lower(), "x" * len(name))
            found = _STATE.finditer(rest)
            end = place + len(name)
            nearest = min(
                found, key=lambda it: max(it.start() - end, place - it.end()), default=_NOTHING
            )
            return nearest[0]
    return ""
