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


SETS = {
    "newer": "labelled later, learnt from",
    "last": "kept back once, learnt from now",
    "fresh": "written after the rules, learnt from now",
    "more": "with many questions, learnt from",
    "later": "scored once before any change, learnt from since",
    "unseen": "kept back to the end, and not learnt from",
}
"""The folders of threads that do not have to keep the targets, and what they are."""


def threads() -> Iterator[LabelledThread]:
    """Read the threads on which the rules may be looked at."""
    yield from map(_read, sorted(_THREADS.glob("*.yaml")))
    yield from (_thread(name, labels) for name, labels in generated())


def threads_of(name: str) -> Iterator[LabelledThread]:
    """Read another set of `SETS`."""
    yield from map(_read, sorted((_THREADS / name).glob("*.yaml")))


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
