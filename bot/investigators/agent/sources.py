"""The sources that the model may quote: each message and each tool result, by its handle."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

_DROPPED = re.compile(r"[\s\\\"'`“”„‘’«»‹›´]+")
URL = r"https?://[^\s<>\"'`|\\]{1,2000}"
_URL_END = ".,;:!?)]}…*_"
_CELLS = re.compile(r"[|\t]|,(?!\s)")
_NAMED = re.compile(r"[=:][ ]?(?=(\"[^\"]*\"|[^|\t;)\]}]+))(\S+?)(?=[,;)\]}]*(?:\s|$))")
_URLS = re.compile(URL)
SHORTEST_QUOTE = 12
"""Characters; what is shorter must be a whole value of its source."""


class Standing(StrEnum):
    """What a source can be evidence for."""

    WHOLE = "whole"
    CUT = "cut"
    """Its middle was left out: no absence follows from it."""
    FAILED = "failed"
    """Evidence for nothing but "unknown"."""
    IMAGE = "image"
    """What is seen in it cannot be looked up: no words of it are asked for."""
    REPEATED = "repeated"
    """Messages of this conversation once more: they are sources themselves, if they are any."""
    OURS = "ours"
    """The bot's own words: evidence for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One message or result, exactly as the model saw it."""

    handle: str
    title: str
    """How people know it: `Ann, 10:02` or `query_logs(service=checkout)`."""
    text: str
    link: str = ""
    standing: Standing = Standing.WHOLE

    @property
    def is_evidence(self) -> bool:
        """Whether a fact may rest on it."""
        return self.standing in (Standing.WHOLE, Standing.CUT, Standing.IMAGE)

    def holds(self, quote: str) -> bool:
        """Tell whether the words stand in it.

        White space, case, backslashes and quote marks do not count. A quotation under
        `SHORTEST_QUOTE` characters must be a whole value: what is left of a line, or between
        separators.
        """
        wanted = _reduced(quote)
        if not wanted:
            return False
        if len(wanted) >= SHORTEST_QUOTE:
            return wanted in _reduced(self.text)
        return any(wanted == _reduced(value) for value in _values(self.text))


@dataclass(slots=True)
class Sources:
    """All sources of a turn, in the order in which the model saw them."""

    by_handle: dict[str, Source] = field(default_factory=dict)
    results: int = 0
    """How many results have been numbered, those of earlier turns included."""

    def add(self, source: Source) -> None:
        """Make it known; a handle that is known already gets the new text."""
        self.by_handle[source.handle] = source

    def next_result(self) -> str:
        """Return the handle of the next tool result."""
        self.results += 1
        return f"t{self.results}"

    def find(self, handle: str) -> Source | None:
        """Return the source that the model names, forgiving brackets, case and spaces."""
        return self.by_handle.get(handle.strip(" []()<>#:.").lower())

    def holding(self, quote: str) -> Source | None:
        """Return the first source that may be evidence and holds the words."""
        return next((it for it in self if it.is_evidence and it.holds(quote)), None)

    def has_url(self, url: str) -> bool:
        """Tell whether an address stands in any of them, failed results included."""
        return any(
            url.rstrip("/") in addresses(it.text)
            for it in self
            if it.standing is not Standing.OURS
        )

    def __iter__(self) -> Iterator[Source]:
        return iter(self.by_handle.values())


def trimmed(url: str) -> str:
    """Take off what ends a sentence rather than an address."""
    return url.rstrip(_URL_END)


def addresses(text: str) -> set[str]:
    """Return the addresses in a text, without a slash at the end."""
    return {trimmed(found).rstrip("/") for found in _URLS.findall(text)}


def _reduced(text: str) -> str:
    return _DROPPED.sub("", text).casefold()


def _values(text: str) -> Iterator[str]:
    """Take a text apart into values: lines, cells, what stands behind `=` or `:`.

    A word in the middle of a sentence is none: `the` would prove anything.
    """
    for line in text.split("\n"):
        yield line.strip().rstrip(",")
        yield from _CELLS.split(line)
        for match in _NAMED.finditer(line):
            yield match[1].rstrip(",")
            yield match[2]
