"""Ranks the messages of a thread by what they have in common with some terms (BM25).

FTS5 of SQLite does the ranking: https://www.sqlite.org/fts5.html#the_bm25_function.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing

from bot.investigators.brief.indicators import Indicator, Kind
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.terms import searched, stems

_SHORTEST_COMMIT = 7
_WEIGHT_OF_INDICATORS = 4.0


def ranked(
    entries: Sequence[Entry], words: Iterable[str], indicators: Iterable[Indicator]
) -> list[int]:
    """Return the places of the entries that hold any of the terms, best first."""
    wanted = [*map(_spelt, words), *(_spelt(key) for it in indicators for key in keys(it))]
    if not wanted:
        return []
    query = " OR ".join(f'"{term}"' for term in dict.fromkeys(wanted))
    with closing(sqlite3.connect(":memory:")) as store:
        store.execute("CREATE VIRTUAL TABLE said USING fts5 (words, indicators)")
        store.executemany(
            "INSERT INTO said (rowid, words, indicators) VALUES (?, ?, ?)", _rows(entries)
        )
        found = store.execute(
            "SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said, 1.0, ?), rowid",
            (query, _WEIGHT_OF_INDICATORS),
        )
        return [place for (place,) in found]


def keys(indicator: Indicator) -> tuple[str, ...]:
    """Return what an indicator is found by: a host also by its domains, a commit by its start."""
    value = indicator.value.lower()
    match indicator.kind:
        case Kind.COMMIT:
            return (value[:_SHORTEST_COMMIT],)
        case Kind.DOMAIN:
            labels = value.split(".")
            return tuple(".".join(labels[place:]) for place in range(max(1, len(labels) - 1)))
        case Kind.IP:
            return (value.partition("/")[0],)
    return (value,)


def _rows(entries: Sequence[Entry]) -> Iterable[tuple[int, str, str]]:
    for place, entry in enumerate(entries):
        words = searched(entry.text) | stems(entry.message.author)
        found = {key for it in entry.indicators for key in keys(it)}
        yield place, " ".join(map(_spelt, words)), " ".join(map(_spelt, found))


def _spelt(term: str) -> str:
    """Write a term so that FTS5 takes it for one word, whatever is in it."""
    return "t" + term.encode().hex()
