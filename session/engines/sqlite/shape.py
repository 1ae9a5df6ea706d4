"""Checks that a file of ours still has every table, column and index that it was made with."""

import sqlite3
from contextlib import closing

from session.engines.sqlite import schema
from session.engines.sqlite.formats import Format
from session.errors import StorePlaceError


def check_shape(connection: sqlite3.Connection, path: str, ours: Format) -> None:
    """Raise `StorePlaceError` that names the first thing missing: not in the middle of a turn."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        schema.create_tables(model, ours)
        expected = _shape(model)
    missing = expected - _shape(connection)
    if missing:
        raise StorePlaceError(
            f"{path} lacks {min(missing, key=_order)} as Burrow made it, so another program has"
            " changed it: put a backup in its place, or move it away to begin anew"
        )


def _order(phrase: str) -> tuple[bool, str]:
    """Name a table before its columns and indexes, which went with it."""
    return not phrase.startswith("the table"), phrase


def _shape(connection: sqlite3.Connection) -> set[str]:
    """Describe everything that the engine's statements lean on, one phrase each."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    phrases = {f"the {kind} {name}" for kind, name, _, _ in rows if kind == "table"}
    for kind, name, table, sql in rows:
        if kind == "index" and sql is not None:
            phrases.add(f"the index {name} ({' '.join(sql.split())})")
        elif kind == "table":
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            phrases |= {f"the column {table}.{column[1]}" for column in columns}
    return phrases
