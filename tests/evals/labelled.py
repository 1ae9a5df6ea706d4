"""Threads with labels: what stands in them, as a person sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.document.thread import ThreadMessage
from tests.evals.generated import generated
from tests.unit.brief.incident import message

_THREADS = Path(__file__).parent / "threads"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledThread:
    """One thread, and what a brief of it has to say."""

    name: str
    messages: tuple[ThreadMessage, ...]
    indicators: frozenset[tuple[str, str]]
    """Kind and value, refanged."""
    open: tuple[str, ...]
    answered: tuple[str, ...]
    cut: int
    """How many messages the first brief read."""
    new: tuple[str, ...]
    """What a follow-up has to say after the cut: indicators, open questions, answers."""


def threads() -> Iterator[LabelledThread]:
    """Read the threads on which the rules may be looked at."""
    yield from map(_read, sorted(_THREADS.glob("*.yaml")))
    yield from (_thread(name, labels) for name, labels in generated())


def newer_threads() -> Iterator[LabelledThread]:
    """Read the threads on which the rules may be looked at, but do not keep the targets yet."""
    yield from map(_read, sorted((_THREADS / "newer").glob("*.yaml")))


def fresh_threads() -> Iterator[LabelledThread]:
    """Read the threads that were written after the rules, by somebody who had not read them."""
    yield from map(_read, sorted((_THREADS / "fresh").glob("*.yaml")))


def more_threads() -> Iterator[LabelledThread]:
    """Read the threads that ask many questions, in as many ways as their writer knew."""
    yield from map(_read, sorted((_THREADS / "more").glob("*.yaml")))


def last_threads() -> Iterator[LabelledThread]:
    """Read the threads that are scored when the rules stand."""
    yield from map(_read, sorted((_THREADS / "last").glob("*.yaml")))


def _read(path: Path) -> LabelledThread:
    return _thread(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))


def _thread(name: str, labels: dict[str, Any]) -> LabelledThread:
    bots = frozenset(labels.get("bots", ()))
    return LabelledThread(
        name=name,
        messages=tuple(
            message(minute, author, text, place=place, is_bot=author in bots)
            for place, (minute, author, text) in enumerate(labels["messages"])
        ),
        indicators=frozenset(
            (kind, value) for kind, _, value in (it.partition(" ") for it in labels["indicators"])
        ),
        open=tuple(labels["open"]),
        answered=tuple(labels["answered"]),
        cut=labels["cut"],
        new=tuple(labels["new"]),
    )
