"""Chooses the indicators of a case that are worth remembering and worth asking other cases for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.investigators.brief.indicators import OWN, Indicator, Kind
from bot.investigators.brief.reading import Entry
from session import Sighting

MOST_KEPT = 200
MOST_ASKED = 60
# Kinds that two cases hardly share by chance come first.
_KINDS = (Kind.HASH, Kind.DOMAIN, Kind.IP, Kind.CVE, Kind.TICKET, Kind.ERROR)
_OUTSIDE = frozenset({"public", "documentation", "onion", "reserved"})
_WIDELY_USED = frozenset({
    "1.0.0.1", "1.1.1.1", "8.8.4.4", "8.8.8.8", "9.9.9.9", "amazonaws.com", "atlassian.net",
    "bitbucket.org", "github.com", "gitlab.com", "google.com", "googleapis.com", "microsoft.com",
    "office.com", "pagerduty.com", "sharepoint.com", "slack.com", "virustotal.com", "zoom.us",
})  # fmt: skip
"""Resolvers, and sites whose links stand in every second thread."""
_LONGEST_KEY = 300
"""Bytes: what is longer is no name that two cases share."""
_SIGNATURES_OF_ANYTHING = ("HTTP ", "status", "exit code")


def key_of(indicator: Indicator) -> str:
    """Return what stands for an indicator in every case: its kind and value, in lower case."""
    return f"{indicator.kind.value} {indicator.value.lower()}"


def sightings_of(entries: Sequence[Entry]) -> tuple[Sighting, ...]:
    """Return what a case is remembered by; nothing where no person wrote."""
    if all(entry.message.is_bot for entry in entries):
        return ()
    last = {it: entry.when for entry in sorted(entries, key=_when) for it in entry.indicators}
    kept = {key_of(it): last[it] for it in worth_keeping(entries)}
    return tuple(
        Sighting(key=key, seen_at=when)
        for key, when in kept.items()
        if len(key.encode()) <= _LONGEST_KEY
    )


def asked_elsewhere(entries: Sequence[Entry]) -> dict[str, Indicator]:
    """Return what is asked of other cases, by key, the most telling first."""
    found = ((key_of(it), it) for it in worth_asking(worth_keeping(entries)))
    return {key: it for key, it in found if len(key.encode()) <= _LONGEST_KEY}


def worth_keeping(entries: Sequence[Entry]) -> tuple[Indicator, ...]:
    """Return at most 200 indicators of a case, the most telling first.

    Domains, addresses, hashes, vulnerabilities, error signatures and tickets; no domain of one's
    own, no private address, and nothing that is in use everywhere.
    """
    suspects = {indicator for entry in entries for indicator in entry.suspects}
    found = dict.fromkeys(hit.indicator for entry in entries for hit in entry.hits)
    kept = [indicator for indicator in found if _tells(indicator)]
    return tuple(_ranked(kept, suspects)[:MOST_KEPT])


def worth_asking(kept: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return at most 60 of what `worth_keeping` returned, for one question to the store."""
    return tuple(indicator for indicator in kept if not _is_common(indicator))[:MOST_ASKED]


def _when(entry: Entry) -> datetime:
    return entry.when


def _tells(indicator: Indicator) -> bool:
    if indicator.kind not in _KINDS or indicator.note == OWN:
        return False
    if indicator.kind in (Kind.DOMAIN, Kind.IP):
        return indicator.note in _OUTSIDE and not _is_widely_used(indicator.value)
    return True


def _is_widely_used(value: str) -> bool:
    return any(value == site or value.endswith(f".{site}") for site in _WIDELY_USED)


def _is_common(indicator: Indicator) -> bool:
    return indicator.kind is Kind.ERROR and indicator.value.startswith(_SIGNATURES_OF_ANYTHING)


def _ranked(kept: Iterable[Indicator], suspects: set[Indicator]) -> list[Indicator]:
    """Suspects first, then by kind, then as they came."""
    return sorted(kept, key=lambda it: (it not in suspects, _KINDS.index(it.kind)))
