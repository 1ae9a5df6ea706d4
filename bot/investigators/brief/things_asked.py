"""Tells which kinds of things a question asks for, and which a statement names."""

import re

from bot.investigators.brief.phrases import any_of
from bot.investigators.brief.reading import Entry

_NAME = "name"
_VERSION = "version"
# By the kind of the indicator that would answer.
_ASKED = {
    "ticket": any_of(r"\b(?:ticket|case|issue|jira|vorgang|incidencia)\b|チケット"),
    "ip": any_of(r"\b(?:ips?|address\w*|source|egress)\b"),
    "url": any_of(r"\b(?:link|url|where|site|pr|dashboard|runbook)\b"),
    "domain": any_of(r"\b(?:domain|host|site)\b"),
    "hash": any_of(r"\b(?:hash|sha\w*|md5)\b"),
    "cve": any_of(r"\bcve\b"),
    "commit": any_of(r"\b(?:commit|change|deploy\w*)\b"),
    _VERSION: any_of(r"\b(?:versions?|release|kernel|build)\b"),
    _NAME: any_of(
        r"\b(?:which|what) (?:pod|host|node|server|machine|disk|service|cluster|repo\w*|queue|rule"
        r"|user|account)s?\b|\bwhose\b"
    ),
}
_A_VERSION = re.compile(r"\bv?\d+\.\d+")
_A_NAME = re.compile(r"\b[a-z][\w.]*[-_.\d][\w.-]+\b", re.IGNORECASE)
"""`search-indexer-0`, `r.ono`, `web1`."""


def asked_for(question: str) -> frozenset[str]:
    """Return the kinds of things that a question asks for."""
    return frozenset(kind for kind, asks in _ASKED.items() if asks.search(question))


def named(entry: Entry, text: str) -> frozenset[str]:
    """Return the kinds of things that a message names in its text."""
    found = {hit.indicator.kind.value for hit in entry.hits}
    if _A_VERSION.search(text):
        found.add(_VERSION)
    if _A_NAME.search(text):
        found.add(_NAME)
    return frozenset(found)
