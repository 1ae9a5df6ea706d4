"""Finds which indicators of a thread are the same, written shorter or longer."""

from collections.abc import Iterable, Mapping

from bot.investigators.brief.indicators import Indicator, Kind


def whole_forms(indicators: Iterable[Indicator]) -> Mapping[Indicator, Indicator]:
    """Return the longest form of each commit that has a longer one.

    40 hex digits without a cue pass for SHA-1; they are a commit if a commit begins so.
    """
    found = set(indicators)
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
