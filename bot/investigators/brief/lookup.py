"""Looks up in the thread what a question is about: its indicators and rare words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.investigators.brief.excerpts import excerpt_around
from bot.investigators.brief.extract import extract
from bot.investigators.brief.indicators import Hit, Indicator, defanged
from bot.investigators.brief.questions import questions_in
from bot.investigators.brief.reading import Entry, defanged_text
from bot.investigators.brief.refang import Written, refang
from bot.investigators.brief.search import keys, ranked
from bot.investigators.brief.terms import rare_words, searched, stems, unspaced

_MOST_TERMS = 8
_FEW = 2
"""A word in so many messages is telling in any thread."""
_SLACK_MARKUP = re.compile(r"<[@#!][^<>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question, what was looked up for it, and the messages that mention it, best first."""

    question: str
    """Defanged."""
    indicators: tuple[Indicator, ...]
    words: tuple[str, ...]
    matches: tuple[Entry, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """What was looked up, as it may be shown; with matches, only what is in them."""
        if not self.matches:
            return (*map(defanged, self.indicators), *self.words)
        return (
            *(defanged(it) for it in self.indicators if any(_holds(e, it) for e in self.matches)),
            *(word for word in self.words if any(_says(e, word) for e in self.matches)),
        )

    def quote(self, match: Entry, limit: int) -> str:
        """Quote a match around what it has in common with the question, defanged."""
        wanted = {key for it in self.indicators for key in keys(it)}
        places = [hit.start for hit in match.hits if wanted & set(keys(hit.indicator))]
        for word in self.words:
            found = re.search(
                rf"(?<![A-Za-z0-9]){re.escape(_stem(word))}", match.text, re.IGNORECASE
            )
            places += [found.start()] if found else []
        return excerpt_around(match, places, limit)


def look_up(asked: str, entries: Sequence[Entry], ignored: frozenset[str]) -> Lookup | None:
    """Find the messages that mention what a message asks about; None if it is about nothing.

    Its indicators are looked up, and the rare words of its questions (of all of it, if it asks
    none). `ignored` are words such as Burrow's own name. A message that shares one word with a
    question of several counts only if that word is rare in the thread.
    """
    written = refang(_SLACK_MARKUP.sub(" ", asked))
    hits = extract(written)
    indicators = tuple(dict.fromkeys(hit.indicator for hit in hits))[:_MOST_TERMS]
    words = _words(written, hits, ignored)[: _MOST_TERMS - len(indicators)]
    if not (indicators or words):
        return None
    wanted = frozenset().union(*(stems(word) for word in words))
    found = [entries[place] for place in ranked(entries, wanted, indicators)]
    telling = _telling(words, entries)
    matches = [entry for entry in found if _is_match(entry, indicators, words, telling)]
    return Lookup(defanged_text(written), indicators, words, tuple(matches))


def _words(written: Written, hits: Sequence[Hit], ignored: frozenset[str]) -> tuple[str, ...]:
    """Return the words of the questions that carry meaning, in their order."""
    rest = written.text
    for hit in hits:
        rest = rest[: hit.start] + " " * (hit.end - hit.start) + rest[hit.end :]
    asked = " ".join(rest[slice(*span)] for span in questions_in(written.text, hits)) or rest
    found = {*(rare_words(asked) - ignored), *unspaced(asked)}
    return tuple(sorted(found, key=asked.lower().find))


def _telling(words: Sequence[str], entries: Sequence[Entry]) -> frozenset[str]:
    """Return the words that are rare in the thread; a question's only word always is."""
    most = max(_FEW, len(entries) // 10)
    return frozenset(
        word
        for word in words
        if len(words) == 1 or sum(_says(entry, word) for entry in entries) <= most
    )


def _is_match(
    entry: Entry,
    indicators: Sequence[Indicator],
    words: Sequence[str],
    telling: frozenset[str],
) -> bool:
    if any(_holds(entry, indicator) for indicator in indicators):
        return True
    said = [word for word in words if _says(entry, word)]
    return len(said) > 1 or any(word in telling for word in said)


def _holds(entry: Entry, indicator: Indicator) -> bool:
    wanted = set(keys(indicator)[:1])
    return any(wanted & set(keys(other)) for other in entry.indicators)


def _says(entry: Entry, word: str) -> bool:
    """Whether a message, or the name of its author, has a word in any form."""
    wanted = stems(word)
    said = searched(entry.text) | stems(entry.message.author)
    return len(wanted & said) > len(wanted) // 2


def _stem(word: str) -> str:
    return min(stems(word), key=len, default=word)
