"""The things that a case is about: hosts, services, accounts, files, with their states."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.investigators.brief.finders.called import models_in
from bot.investigators.brief.indicators import Hit, Kind
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.states import state_of
from bot.investigators.brief.things import Named, Thing, named_in

_MOST = 400
"""So many things are followed; a flood of alerts names no more that anybody reads."""
_NO_THINGS = (Kind.TICKET, Kind.HASH, Kind.CVE, Kind.COMMIT, Kind.ERROR)
_LONG = (Kind.URL, Kind.ARN, Kind.EMAIL)
_SHARED = re.compile(r"\[file: [^\n]*\]")
"""The name of a file that somebody shares with a message."""
_SPOKEN_OF_BY_NAME = (Thing.HOST, Thing.SERVICE, Thing.DATABASE)
"""What people call by the name that an alert's label gives: `Service: checkout`."""
_SHORTEST_NAME = 3


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
    models = frozenset[str]().union(*(models_in(entry.text) for entry in entries))
    for entry in entries:
        shared = [match.span() for match in _SHARED.finditer(entry.text)]
        for it in named_in(entry.text):
            if any(start < it.end <= end for start, end in shared):
                continue
            if any(_is_no_thing(hit, it) for hit in entry.hits):
                continue
            name = entry.text[it.start : it.end]
            if name in models and not it.is_labelled:
                continue
            if name.lower() not in seen and len(seen) < _MOST:
                seen[name.lower()] = _Seen(it.thing, name, entry.shown(it.start, it.end))
            if name.lower() in seen:
                seen[name.lower()].is_labelled |= it.is_labelled
                seen[name.lower()].entries.append(entry)
    is_lone_alert = len(entries) == 1 and entries[0].is_alert
    _add_mentions(seen.values(), entries)
    told = [it for it in seen.values() if it.is_labelled or is_lone_alert or _is_spoken_of(it)]
    found = [_affected(it) for it in told]
    return tuple(sorted(found, key=lambda it: (not it.is_labelled, not it.state, -it.messages)))


def _add_mentions(seen: Iterable[_Seen], entries: Sequence[Entry]) -> None:
    """Find the messages that call a labelled thing by its name, which has no form of its own."""
    named = [it for it in seen if it.is_labelled and it.thing in _SPOKEN_OF_BY_NAME]
    names = {it.name.lower(): it for it in named if len(it.name) >= _SHORTEST_NAME}
    if not names:
        return
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)
    mentions: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in {match.lower() for match in pattern.findall(entry.text)}:
            mentions.setdefault(name, []).append(entry)
    for name, it in names.items():
        ids = {id(entry) for entry in (*it.entries, *mentions.get(name, ()))}
        it.entries = [entry for entry in entries if id(entry) in ids]


def _is_no_thing(hit: Hit, it: Named) -> bool:
    """Whether a name is an indicator that is no thing, or only stands in a longer one."""
    if not hit.start < it.end <= hit.end:
        return False
    is_inside = hit.end - hit.start > it.end - it.start and not it.is_labelled
    return hit.indicator.kind in _NO_THINGS or (is_inside and hit.indicator.kind in _LONG)


def _is_spoken_of(it: _Seen) -> bool:
    """Whether a thing without a label matters: it has a form of its own, or its state is told."""
    if it.thing in (Thing.REGISTRY, Thing.FILE, Thing.ACCOUNT, Thing.SID):
        return True
    return len({id(entry) for entry in it.entries}) > 1 or any(
        state_of(entry.said, it.name) for entry in it.entries
    )


def _affected(it: _Seen) -> Affected:
    entries = _each_once(it.entries)
    stated = ((state_of(entry.said, it.name), entry) for entry in reversed(entries))
    state, stated_in = next((pair for pair in stated if pair[0]), ("", None))
    return Affected(it.thing, it.shown, entries[0], len(entries), it.is_labelled, state, stated_in)


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    return list({id(entry): entry for entry in entries}.values())
