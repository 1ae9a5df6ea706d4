"""Finds which indicators of a thread are the same, written shorter or longer."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from bot.investigators.brief.finders.fingerprints import BEGINNING
from bot.investigators.brief.indicators import Indicator, Kind


def whole_forms(indicators: Iterable[Indicator]) -> Mapping[Indicator, Indicator]:
    """Return the longest form of each commit, digest and URL that has a longer one.

    40 hex digits without a cue pass for SHA-1; they are a commit if a commit begins so. A URL
    with and without its last slash is one.
    """
    found = set(indicators)
    return _whole_commits(found) | _whole_digests(found) | _whole_urls(found)


def _whole_urls(found: Set[Indicator]) -> dict[Indicator, Indicator]:
    longer = {
        item: replace(item, value=f"{item.value}/") for item in found if item.kind is Kind.URL
    }
    return {item: whole for item, whole in longer.items() if whole in found}


def _whole_digests(found: Set[Indicator]) -> dict[Indicator, Indicator]:
    hashes = [item for item in found if item.kind is Kind.HASH]
    forms: dict[Indicator, Indicator] = {}
    for item in (it for it in hashes if it.note.endswith(BEGINNING)):
        whole = max(
            (it for it in hashes if it.value.startswith(item.value)), key=lambda it: len(it.value)
        )
        if whole != item:
            forms[item] = whole
    return forms


def _whole_commits(found: Set[Indicator]) -> dict[Indicator, Indicator]:
    commits = sorted({item.value for item in found if item.kind is Kind.COMMIT}, key=len)
    hashes = {item.value: item for item in found if item.note == "SHA-1"}
    forms: dict[Indicator, Indicator] = {}
    for value in commits:
        whole = max((other for other in (*commits, *hashes) if other.startswith(value)), key=len)
        if whole != value:
            forms[Indicator(Kind.COMMIT, value)] = Indicator(Kind.COMMIT, whole)
        if whole in hashes:
            forms[hashes[whole]] = Indicator(Kind.COMMIT, whole)
    return forms
