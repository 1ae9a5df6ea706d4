"""Turns errors of SQLite and of the system into one sentence for the operator."""

import errno
import os
import secrets
import sqlite3
from pathlib import Path

from session.errors import StorageError, StorePlaceError

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "another process has kept {path} locked for too long:"
    " look for a program that has it open, such as a database browser in mid-edit",
    sqlite3.SQLITE_LOCKED: "{path} is locked within this process: try again",
    sqlite3.SQLITE_FULL: "the disk that holds {path} is full: free some space;"
    " everything stored before is safe",
    sqlite3.SQLITE_IOERR: "the disk that holds {path} failed to read or write:"
    " look into the system's log, and at the limits for the size of files",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged: stop the bot and put a backup in its place",
    sqlite3.SQLITE_NOTADB: "{path} is not a SQLite database: name another file",
    sqlite3.SQLITE_READONLY: "{path} cannot be written: check the permissions of the file and of"
    " its folder",
    sqlite3.SQLITE_PERM: "{path} may not be opened: check the permissions of the file",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check that the file and its folder exist"
    " and may be read and written",
    sqlite3.SQLITE_NOMEM: "there was no memory left to read or write {path}",
}
_SYSTEM = {
    errno.ENOSPC: _SENTENCES[sqlite3.SQLITE_FULL],
    errno.EDQUOT: "the quota for the disk that holds {path} is spent: raise it, or free some"
    " space; everything stored before is safe",
    errno.EROFS: "the disk that holds {path} is read-only: mount it for writing",
    errno.EMFILE: "this process may open no more files, so {path} cannot be used: raise the limit"
    " (ulimit -n)",
    errno.ENFILE: "the system can open no more files, so {path} cannot be used",
    errno.ENAMETOOLONG: "the name of {path} is too long: name another file",
    errno.EIO: _SENTENCES[sqlite3.SQLITE_IOERR],
}
_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# Another place must be named: trying again is of no use.
_PLACES, _PLACES_OF_SYSTEM = (sqlite3.SQLITE_NOTADB,), (errno.ENAMETOOLONG,)
_PROBE = b"\0" * 65536
"""More than a page: a disk with a few bytes left takes a few bytes."""


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another connection is in the way, so that trying again helps."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: Exception) -> bool:
    """Tell whether bytes are not SQLite's any more, or are gone from its log."""
    return _code(error) in _DAMAGES or is_log_short(error)


def is_log_short(error: Exception) -> bool:
    """Tell whether the log ended before what it should hold; of a database SQLite minds it not."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHORT_READ


def storage_error(error: Exception, path: str) -> StorageError:
    """Say in one sentence what went wrong with `path`; the driver's error is the cause.

    SQLite does not say what the system told it (a spent quota is a mere I/O error), so the disk is
    asked once more.
    """
    code = _code(error)
    system = error.errno if isinstance(error, OSError) else None
    if code in _OF_THE_DISK:
        system = _trouble_with(Path(path).parent)
    unknown = "SQLite could not do this with {path}: {error}"
    if system is not None and code == 0:
        unknown = "{path} cannot be opened ({error.strerror}): check its folder"
    sentence = _SYSTEM.get(system or 0) or _SENTENCES.get(code, unknown)
    kind = StorePlaceError if code in _PLACES or system in _PLACES_OF_SYSTEM else StorageError
    fault = kind(sentence.format(path=path, error=error))
    fault.__cause__ = error
    return fault


def disk_trouble(path: Path) -> str | None:
    """Say what keeps anybody from writing at `path`, unless it is a matter of permissions."""
    sentence = _SYSTEM.get(_trouble_with(path.parent) or 0)
    return None if sentence is None else sentence.format(path=path)


def _trouble_with(folder: Path) -> int | None:
    """Return the number of the error that writing a file of 64 KiB into `folder` ends with."""
    probe = folder / f".burrow-{secrets.token_hex(8)}"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return error.errno
    try:
        written = os.write(descriptor, _PROBE)
        return None if written == len(_PROBE) else errno.ENOSPC
    except OSError as error:
        return error.errno
    finally:
        os.close(descriptor)
        probe.unlink(missing_ok=True)


def _code(error: Exception) -> int:
    # The low byte is the kind; the rest says where it happened. Python's own errors have none.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
