"""Finds what was asked and answered in this session before, as the brief finds messages."""

from collections.abc import Sequence

from bot.document.thread import ThreadMessage
from bot.investigators.brief.extract import extract
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.refang import refang
from bot.investigators.brief.search import keys, ranked
from bot.investigators.brief.terms import stems
from bot.messages import ALERT
from session import Message

_BEST = 8
_LONGEST_EXCERPT = 600


def found_earlier(text: str, timeline: Sequence[Message]) -> str:
    """Return the entries that have most in common with a text, best first; empty if none has.

    Takes a second for two thousand long entries: for a thread, not for the loop.
    """
    by_id = {str(it.id): it for it in timeline if it.text.strip()}
    entries = read_entries([_as_said(it) for it in by_id.values()], frozenset())
    written = refang(text)
    indicators = tuple(dict.fromkeys(hit.indicator for hit in extract(written)))
    words = stems(written.text)
    best = [entries[place] for place in ranked(entries, words, indicators)[:_BEST]]
    terms = [*words, *(key for it in indicators for key in keys(it))]
    return "\n\n".join(_told(by_id[it.message.ts], terms) for it in best)


def _as_said(message: Message) -> ThreadMessage:
    """Make it a message to be searched; its author is no word of it."""
    return ThreadMessage(
        ts=str(message.id),
        sent_at=message.sent_at,
        author_id=message.author_id,
        author="",
        text=message.text,
        link="",
    )


def _told(message: Message, terms: Sequence[str]) -> str:
    who = "an alert said" if message.kind == ALERT else "somebody asked"
    who = "you answered" if message.is_answer else who
    when = message.sent_at.isoformat(timespec="minutes")
    return f"{when} {who}: {_excerpt(message.text, terms)}"


def _excerpt(text: str, terms: Sequence[str]) -> str:
    """Cut a long text to the stretch in which the first of the terms stands."""
    if len(text) <= _LONGEST_EXCERPT:
        return text
    places = [place for term in terms if (place := text.lower().find(term)) >= 0]
    start = max(0, min(places, default=0) - _LONGEST_EXCERPT // 3)
    end = start + _LONGEST_EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
