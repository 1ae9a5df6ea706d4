"""The operator's runbooks: Markdown files with front matter, searched by what a thread says."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
import yaml

from bot.config import GOOD_FORMS
from bot.config.showing import given
from bot.errors import ConfigurationError
from bot.investigators.brief.fitting import Occasion, Said, apart
from bot.investigators.brief.front_matter import can_be_followed, parted, text_of
from bot.investigators.brief.terms import rare_words
from bot.mrkdwn import one_line

log = structlog.get_logger(__name__)

_MOST_FILES = 1_000
_LARGEST_FILE = 256 * 1024
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_TABLE = "CREATE VIRTUAL TABLE runbook USING fts5 (title, text, tokenize='porter unicode61')"
_TITLE_WEIGHT = 4.0
_FEWEST_WORDS = 2
"""What a runbook must have in common with a thread, beside nothing in its title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One runbook as it stands in its file."""

    name: str
    """The file's name without `.md`; unique."""
    title: str
    when: str = ""
    owner: str = ""
    link: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A runbook that fits, and the words that it shares with what was searched for."""

    runbook: Runbook
    words: tuple[str, ...]


class Runbooks:
    """All runbooks of a folder."""

    def __init__(self, runbooks: Sequence[Runbook]) -> None:
        self.all = tuple(runbooks)
        self._words = [_terms(f"{it.title} {it.when} {it.text}") for it in self.all]
        self._titles = [_terms(f"{it.title} {it.when}") for it in self.all]
        self._occasions = [Occasion.of(it.title, it.when) for it in self.all]

    def named(self, name: str) -> Runbook | None:
        """Return the one of that name or title."""
        wanted = name.strip().removesuffix(".md").casefold()
        return next(
            (it for it in self.all if wanted in (it.name.casefold(), it.title.casefold())), None
        )

    def best(self, alerts: str, said: str) -> Match | None:
        """Return the one that fits alerts and words best; None where all share too little.

        Its title and its `when` decide (`Occasion.weigh`); between equals the text does.
        """
        spoken = Said.of(alerts, said)
        weights = [occasion.weigh(spoken) for occasion in self._occasions]
        if not any(weights):
            return None
        order = self._ranked(_terms(f"{alerts} {said}"))
        ranks = {place: -rank for rank, place in enumerate(order)}
        places = range(len(self.all))
        best = max(places, key=lambda place: (weights[place], ranks.get(place, -len(places))))
        return Match(self.all[best], self._occasions[best].shared(spoken))

    def matching(self, text: str, most: int) -> list[Match]:
        """Return those that fit a text, best first; none that share too little with it."""
        wanted = _terms(text)
        if not wanted or not self.all:
            return []
        found: list[Match] = []
        for place in self._ranked(wanted):
            shared = wanted & self._words[place]
            if len(shared) >= _FEWEST_WORDS or wanted & self._titles[place]:
                found.append(Match(self.all[place], tuple(sorted(shared))))
        return found[:most]

    def _ranked(self, wanted: frozenset[str]) -> list[int]:
        """Rank by BM25 (https://www.sqlite.org/fts5.html#the_bm25_function)."""
        if not wanted:
            return []
        query = " OR ".join(f'"{word}"' for word in sorted(wanted))
        with closing(sqlite3.connect(":memory:")) as store:
            store.execute(_TABLE)
            store.executemany(
                "INSERT INTO runbook (rowid, title, text) VALUES (?, ?, ?)",
                (
                    (place, " ".join(self._titles[place]), " ".join(words))
                    for place, words in enumerate(self._words)
                ),
            )
            ranked = store.execute(
                "SELECT rowid FROM runbook WHERE runbook MATCH ? ORDER BY bm25(runbook, ?, 1.0)",
                (query, _TITLE_WEIGHT),
            )
            return [place for (place,) in ranked]


def read_runbooks(folder: Path | None) -> Runbooks | None:
    """Read all Markdown files of a folder and those below it; None without a folder.

    A bad file is logged and left out; raises `ConfigurationError` where there is no such folder.
    """
    if folder is None:
        return None
    if not folder.is_dir():
        why = "is not a folder" if folder.exists() else "does not exist"
        raise ConfigurationError(
            f"RUNBOOKS{given(folder)} {why}: it takes {GOOD_FORMS['RUNBOOKS']}."
        )
    files = sorted(filter(partial(_is_of, folder), folder.rglob("*.[mM][dD]")))
    if len(files) > _MOST_FILES:
        log.warning("runbook.too_many", files=len(files), read=_MOST_FILES)
    found: dict[str, Runbook] = {}
    for file in files[:_MOST_FILES]:
        name = str(file.relative_to(folder).with_suffix(""))
        try:
            found[name] = _read(file, name)
        except (OSError, ValueError, yaml.YAMLError) as error:
            why = str(error).partition("\n")[0]
            log.warning("runbook.bad", file=str(file), why=f"{type(error).__name__}: {why}")
    log.info("runbook.read", runbooks=len(found))
    return Runbooks(list(found.values()))


def _is_of(folder: Path, file: Path) -> bool:
    """Whether a file is meant: `.git` is not, nor the copies that Kubernetes mounts beside it."""
    return not any(part.startswith(".") for part in file.relative_to(folder).parts)


def _read(file: Path, name: str) -> Runbook:
    if file.stat().st_size > _LARGEST_FILE:
        raise ValueError("larger than 256 KiB")
    content = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    front, text = parted(content)
    heading = _HEADING.search(text)
    if not (front or text.strip()):
        raise ValueError("it is empty")
    link = text_of(front, "link")
    if link and not can_be_followed(link):
        log.warning("runbook.bad_link", file=str(file), link=link)
        link = ""
    occasions = (text_of(front, key) for key in ("when", "alerts"))
    return Runbook(
        name=name,
        title=one_line(text_of(front, "title") or (heading[1] if heading else file.stem))[:150],
        when="; ".join(it for it in occasions if it),
        owner=one_line(text_of(front, "owner"))[:150],
        link=link,
        text=text.strip(),
    )


def _terms(text: str) -> frozenset[str]:
    """Return the telling words, `HighErrorRate` as three; FTS5's stemmer does the rest."""
    words = rare_words(apart(text))
    return frozenset(part for word in words for part in re.findall(r"\w+", word))
