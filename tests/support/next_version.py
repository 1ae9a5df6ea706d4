"""An invented next version of Burrow: one column, one table and one index more in SQLite."""

import sqlite3

from session.engines.sqlite.formats import Format
from session.engines.sqlite.schema import FORMAT

_TABLE = "CREATE TABLE stamps (id TEXT PRIMARY KEY, stamp TEXT NOT NULL)"
_INDEX = "CREATE INDEX messages_by_mood ON messages (mood) WHERE mood IS NOT NULL"
_COLUMN = "mood TEXT DEFAULT 'calm'"
_LAST_COLUMN = "    look_at INTEGER\n);"


def next_tables(tables: str) -> str:
    """Make the tables of the next version out of ours."""
    assert _LAST_COLUMN in tables
    longer = tables.replace(_LAST_COLUMN, f"    look_at INTEGER,\n    {_COLUMN}\n);")
    return f"{longer.rstrip().removesuffix(';')};\n{_TABLE};\n{_INDEX}"


def add_moods(connection: sqlite3.Connection) -> None:
    """Bring a file of ours to the next version."""
    connection.execute(f"ALTER TABLE messages ADD COLUMN {_COLUMN}")
    connection.execute(_TABLE)
    connection.execute(_INDEX)
    rows = connection.execute("SELECT id FROM messages").fetchall()
    connection.executemany("INSERT INTO stamps VALUES (?, 'carried')", rows)


NEXT = Format(
    version=FORMAT.version + 1,
    tables=next_tables(FORMAT.tables),
    steps=(*FORMAT.steps, add_moods),
)
