"""Compares what a brief says with the labels of its thread."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.investigators.brief.developments import developments_since
from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.reading import read_entries
from tests.evals.labelled import LabelledThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one thread's brief, and its follow-up, got right and wrong."""

    name: str
    labelled: int
    missed: tuple[str, ...]
    shown: int
    false: tuple[str, ...]
    open: int
    unnamed: tuple[str, ...]
    """Open questions that the brief does not name."""
    answered: int
    called_open: tuple[str, ...]
    new: int
    new_missed: tuple[str, ...]
    told_twice: tuple[str, ...]


def score(thread: LabelledThread) -> Score:
    """Score the brief of a whole thread, and the follow-up after its cut."""
    known = _digested(thread)
    shown = {(seen.indicator.kind.value, seen.indicator.value) for seen in known.sightings}
    open_ones = [question.text for question in known.open_questions]
    told = list(_told_after(thread, known))
    first = _digested(thread, thread.cut)
    before = {seen.indicator.value for seen in first.sightings}
    return Score(
        name=thread.name,
        labelled=len(thread.indicators),
        missed=tuple(
            f"{kind} {value}" for kind, value in thread.indicators - shown - _hosts(shown)
        ),
        shown=len(shown),
        false=tuple(f"{kind} {value}" for kind, value in shown - _acceptable(thread.indicators)),
        open=len(thread.open),
        unnamed=tuple(label for label in thread.open if not _is_among(label, open_ones)),
        answered=len(thread.answered),
        called_open=tuple(label for label in thread.answered if _is_among(label, open_ones)),
        new=len(thread.new),
        new_missed=tuple(label for label in thread.new if not _is_among(label, told)),
        told_twice=tuple(value for value in told if value in before),
    )


def _digested(thread: LabelledThread, cut: int | None = None) -> Digest:
    return digest(read_entries(thread.messages[:cut], frozenset()))


def _told_after(thread: LabelledThread, known: Digest) -> Iterator[str]:
    since = thread.messages[thread.cut - 1].sent_at
    found = developments_since(known, since)
    yield from (seen.indicator.value for seen in found.sightings)
    yield from (question.text for question in found.asked)
    for question in found.answered:
        if question.answer is not None:
            yield question.answer.excerpt


def _is_among(label: str, said: Iterable[str]) -> bool:
    return any(_folded(label) in _folded(text) for text in said)


def _folded(text: str) -> str:
    return text.replace("[.]", ".").replace("[:]", ":").replace("hxxp", "http").lower()


def _hosts(indicators: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the hosts that the URLs show."""
    hosts = {urlsplit(value).hostname or "" for kind, value in indicators if kind == "url"}
    return {(kind, host) for host in hosts for kind in ("domain", "ip")}


def _acceptable(labels: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Add to the labels what is part of them: hosts of URLs, domains of mail addresses."""
    labels = set(labels)
    domains = {("domain", value.rpartition("@")[2]) for kind, value in labels if kind == "email"}
    parents = {
        ("domain", value.partition(".")[2]) for kind, value in _hosts(labels) if kind == "domain"
    }
    return labels | _hosts(labels) | domains | parents
