"""Compares what a brief says with the labels of its thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.evals.labelled import LabelledThread
from tests.evals.posted import first_brief, follow_up, refanged


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
    whole = first_brief(thread.messages)
    first = first_brief(thread.messages[: thread.cut])
    later = follow_up(thread.messages, thread.cut, first)
    shown, labels = whole.indicators, _as_shown(thread.indicators)
    return Score(
        name=thread.name,
        labelled=len(labels),
        missed=_listed(labels - shown - _hosts(shown)),
        shown=len(shown),
        false=_listed(shown - _acceptable(labels)),
        open=len(thread.open),
        unnamed=tuple(it for it in thread.open if not _is_among(it, whole.open_questions)),
        answered=len(thread.answered),
        called_open=tuple(it for it in thread.answered if _is_among(it, whole.open_questions)),
        new=len(thread.new),
        new_missed=tuple(it for it in thread.new if not _is_among(it, [later.text])),
        told_twice=_listed(later.indicators & first.indicators),
    )


def _listed(indicators: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{kind} {value}" for kind, value in indicators))


def _as_shown(labels: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Mask access key ids as a brief does."""
    return {(kind, value[:8] + "…" if kind == "access_key" else value) for kind, value in labels}


def _is_among(label: str, said: Iterable[str]) -> bool:
    return any(refanged(label).lower() in refanged(text).lower() for text in said)


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
