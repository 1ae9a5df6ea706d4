"""What SQLite's error codes mean for the person who runs the bot: one sentence each."""

import sqlite3

from session.errors import StorageError

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "another process has kept {path} locked for too long:"
    " look for a program that has it open, such as a database browser in mid-edit",
    sqlite3.SQLITE_LOCKED: "{path} is locked within this process: try again",
    sqlite3.SQLITE_FULL: "the disk that holds {path} is full: free some space;"
    " everything stored before is safe",
    sqlite3.SQLITE_IOERR: "the disk that holds {path} failed to read or write:"
    " look into the system's log",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged: stop the bot and put a backup in its place",
    sqlite3.SQLITE_NOTADB: "{path} is not a SQLite database: name another file",
    sqlite3.SQLITE_READONLY: "{path} cannot be written: check the permissions of the file and of"
    " its folder",
    sqlite3.SQLITE_PERM: "{path} may not be opened: check the permissions of the file",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check that the file and its folder exist"
    " and may be read and written",
    sqlite3.SQLITE_NOMEM: "there was no memory left to read or write {path}",
}


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another connection is in the way, so that trying again helps."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def storage_error(error: Exception, path: str) -> StorageError:
    """Say in one sentence what went wrong with `path`; the driver's error is the cause."""
    sentence = _SENTENCES.get(_code(error), "SQLite could not do this with {path}: {error}")
    fault = StorageError(sentence.format(path=path, error=error))
    fault.__cause__ = error
    return fault


def _code(error: Exception) -> int:
    # The low byte is the kind; the rest says where it happened. Python's own errors have none.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
