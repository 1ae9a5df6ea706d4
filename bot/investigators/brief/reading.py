"""Reads a thread once: each message with its indicators, and what kind of message it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.document.thread import ThreadMessage
from bot.investigators.brief.extract import extract
from bot.investigators.brief.indicators import Hit, Indicator, Kind, defanged, harmless, refang
from bot.mrkdwn import one_line

_LONGEST = 20_000
"""Characters read of one message; Slack itself cuts at 40,000."""
_DECISION = re.compile(
    r"\b(?:decided|we['’]?ll|let['’]?s|roll(?:ing|ed)? ?back|revert(?:ed|ing)|deploy(?:ed|ing)"
    r"|restart(?:ed|ing)|disabled|blocked|rotated|isolated|failed over|failover|scaled|paged"
    r"|declar|escalat|mitigated|resolved|recovered|root cause|confirmed|fixed|all clear|merged"
    r"|shut down|taking over|incident commander)",
    re.IGNORECASE,
)
_QUESTION_MARK = re.compile(r"\?(?=[\s\"'”)]|$)")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as the brief sees it."""

    message: ThreadMessage
    text: str
    """Refanged."""
    hits: tuple[Hit, ...]
    suspects: frozenset[Indicator] = frozenset()
    """Names and addresses that were written defanged: somebody does not trust them."""
    question: str = ""
    """The first sentence in it that asks something, if a person wrote it."""
    is_decision: bool = False
    is_to_burrow: bool = False

    @property
    def when(self) -> datetime:
        """When it was sent."""
        return self.message.sent_at

    @property
    def is_alert(self) -> bool:
        """Whether another bot posted it."""
        return self.message.is_bot and not self.message.is_burrow

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Its indicators, each once."""
        return tuple(dict.fromkeys(hit.indicator for hit in self.hits))

    @property
    def excerpt(self) -> str:
        """The text on one line, with everything in it defanged."""
        return defanged_text(self.text, self.hits, between=" · " if self.is_alert else " ")


def read_entries(messages: Iterable[ThreadMessage], asks: frozenset[str]) -> list[Entry]:
    """Read messages into entries, oldest first; Burrow's own are left out.

    `asks` are the `ts` of messages that are known to be addressed to Burrow.
    """
    ordered = sorted(messages, key=lambda one: (one.sent_at, one.ts))
    addressed = _addressed(ordered)
    return [
        _entry(one, is_to_burrow=one.ts in asks or bool(addressed.search(one.text[:200])))
        for one in ordered
        if not one.is_burrow
    ]


def _addressed(messages: Sequence[ThreadMessage]) -> re.Pattern[str]:
    names = {"burrow"} | {one.author.lower() for one in messages if one.is_burrow and one.author}
    return re.compile(rf"@(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)", re.IGNORECASE)


def _entry(message: ThreadMessage, *, is_to_burrow: bool) -> Entry:
    text = refang(message.text[:_LONGEST])
    hits = tuple(extract(text))
    return Entry(
        message=message,
        text=text,
        hits=hits,
        suspects=_suspects(hits, message.text),
        question="" if message.is_bot or is_to_burrow else _question(text),
        is_decision=not message.is_bot and bool(_DECISION.search(text)),
        is_to_burrow=is_to_burrow,
    )


def _question(text: str) -> str:
    """Return the first sentence of four words or more that asks something."""
    for mark in _QUESTION_MARK.finditer(text):
        before = text[max(0, mark.start() - _LONGEST_QUESTION) : mark.start()]
        sentence = one_line(_SENTENCE_END.split(before)[-1])
        if sentence.count(" ") >= 3:
            return sentence + "?"
    return ""


def _suspects(hits: Sequence[Hit], written: str) -> frozenset[Indicator]:
    written = written.lower()
    return frozenset(
        hit.indicator
        for hit in hits
        if hit.indicator.kind in (Kind.IP, Kind.DOMAIN)
        and "." in hit.indicator.value
        and hit.indicator.value not in written
    )


def defanged_text(text: str, hits: Sequence[Hit] | None = None, between: str = " ") -> str:
    """Write a refanged text on one line, with its indicators defanged."""
    pieces: list[str] = []
    end = 0
    for hit in extract(text) if hits is None else hits:
        if hit.start >= end:
            pieces += (text[end : hit.start], _shown(text, hit))
            end = hit.end
    lines = harmless("".join((*pieces, text[end:]))).splitlines()
    return between.join(one_line(line) for line in lines if line.strip())


def _shown(text: str, hit: Hit) -> str:
    """Keep what was written where it is harmless anyway."""
    shown = defanged(hit.indicator)
    return text[hit.start : hit.end] if shown == hit.indicator.value else shown
