"""Looks at the store as a process that opens it now: ours have most of it in memory.

Foreign bytes in the database do not disturb whoever has read it before, until the bot starts anew.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from session.engines.sqlite import file

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def look_anew(path: Path) -> None:
    """Read the beginning of the file, and the first and last row of each table. Blocks.

    Raises `sqlite3.Error`. Of the middle of a big table it learns nothing.
    """
    _read_beginning(path)
    with closing(file.connect_reader(path, busy_timeout=1.0)) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            for order in ("ASC", "DESC"):
                sql = f'SELECT * FROM "{table}" ORDER BY 1 {order} LIMIT 1'
                connection.execute(sql).fetchall()


def _read_beginning(path: Path) -> None:
    """Read the file itself, where SQLite would find its first page in the log or in memory.

    `immutable` has it look past the log (https://www.sqlite.org/uri.html#uriimmutable), so what
    follows the beginning may be incomplete, which says nothing.
    """
    with closing(file.connect(path, options="&immutable=1")) as connection:
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise
