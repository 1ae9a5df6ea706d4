"""Looks up in the thread what a question is about: its indicators and rare words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.investigators.brief.extract import extract
from bot.investigators.brief.indicators import Indicator, defanged
from bot.investigators.brief.reading import Entry, defanged_text
from bot.investigators.brief.refang import refang
from bot.investigators.brief.terms import rare_words

_MOST_TERMS = 8
_SENTENCE = re.compile(r"[^.!?\n]{1,500}[.!?\n]?")
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
        known = {one for entry in self.matches for one in entry.indicators}
        return (
            *(defanged(one) for one in self.indicators if one in known),
            *(word for word in self.words if any(_mentions(one, word) for one in self.matches)),
        )


def look_up(asked: str, entries: Sequence[Entry], ignored: frozenset[str]) -> Lookup | None:
    """Find the messages that mention what a message asks about; None if it is about nothing.

    Its indicators are looked up, and the rare words of its questions (of all of it, if it has no
    question mark). `ignored` are words such as Burrow's own name.
    """
    written = refang(_SLACK_MARKUP.sub(" ", asked))
    hits = extract(written)
    rest = written.text
    for hit in hits:
        rest = rest[: hit.start] + " " * (hit.end - hit.start) + rest[hit.end :]
    questions = " ".join(one for one in _SENTENCE.findall(rest) if one.endswith("?")) or rest
    indicators = tuple(dict.fromkeys(hit.indicator for hit in hits))[:_MOST_TERMS]
    words = tuple(sorted(rare_words(questions) - ignored, key=questions.lower().find))
    words = _telling(words, entries)[: _MOST_TERMS - len(indicators)]
    if not (indicators or words):
        return None
    scored = [(_score(one, indicators, words), place) for place, one in enumerate(entries)]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1]))
    matches = tuple(entries[place] for _, place in best)
    return Lookup(defanged_text(_SLACK_MARKUP.sub(" ", asked)), indicators, words, matches)


def _telling(words: Sequence[str], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Drop words that are all over the thread, unless there are no others."""
    if len(entries) < 20:
        return tuple(words)
    most = len(entries) // 5
    telling = [one for one in words if sum(_mentions(entry, one) for entry in entries) <= most]
    return tuple(telling or words)


def _score(entry: Entry, indicators: Sequence[Indicator], words: Sequence[str]) -> int:
    found = set(entry.indicators)
    return sum(3 for one in indicators if one in found) + sum(
        _mentions(entry, word) for word in words
    )


def _mentions(entry: Entry, word: str) -> bool:
    stem = re.escape(word.removesuffix("s") if len(word) > 4 else word)
    pattern = rf"(?<!\w){stem}"
    searched = (entry.text, entry.message.author)
    return any(re.search(pattern, text, re.IGNORECASE) for text in searched)
