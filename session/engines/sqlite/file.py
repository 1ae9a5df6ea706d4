"""Opens the file: checks it, creates it if need be, and makes the connections to it."""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from session.engines.sqlite.faults import disk_trouble, storage_error
from session.engines.sqlite.mounts import Mount, mount_of
from session.engines.sqlite.patience import Patience
from session.engines.sqlite.surroundings import Surroundings
from session.errors import StorageError, StorePlaceError

if sys.platform != "win32":
    import fcntl

LOG_PAGES = 4000
"""Pages in the write-ahead log after which it is written back into the database, 16 MiB. Up to
4,062 are found in one step (HASHTABLE_NPAGE_ONE, https://www.sqlite.org/walformat.html)."""
OPENING_LIMIT = 4.0
"""Seconds to wait for other processes that are opening the same file."""
_UPGRADING = b"upgrading"
"""Stands in the lock's file while its owner carries the database forward, which may take long."""


_BEGINS_WITH = b"SQLite format 3\0"
"""https://www.sqlite.org/fileformat.html#magic_header_string"""


def check_place(path: Path, machine: Surroundings) -> None:
    """Raise `StorePlaceError`, with what to do, if there can be no database at `path`.

    `StorageError` if only its disk is in the way.
    """
    folder = path.parent
    if sqlite3.sqlite_version_info < (3, 35):
        raise StorageError(
            f"SQLite {sqlite3.sqlite_version} is too old: use a Python that comes with 3.35 or"
            " later"
        )
    if not folder.is_dir():
        raise StorePlaceError(f"there is no folder {folder}: create it, or name another file")
    if path.is_dir():
        raise StorePlaceError(f"{path} is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise StorePlaceError(f"{path} is a device or a pipe: name a file")
    if not machine.any_file_system:
        _check_mount(path, mount_of(path, machine.mounts()))
    if path.exists() and not _may(path, os.R_OK | os.W_OK):
        raise _not_allowed(
            path, f"{path} cannot be read and written: check the file's permissions"
        )
    if not _may(folder, os.W_OK | os.X_OK):
        raise _not_allowed(
            path,
            f"SQLite writes files beside {path.name}, and {folder} cannot be written: check the"
            " folder's permissions",
        )


def check_beginning(path: Path) -> None:
    """Raise `StorePlaceError` if a file is something else, before anything is put beside it.

    Only for a file that no process of ours has open: to close it here would end SQLite's locks
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    if not path.exists():
        return
    with path.open("rb") as opened:
        beginning = opened.read(len(_BEGINS_WITH))
    if beginning not in (b"", _BEGINS_WITH):
        raise StorePlaceError(f"{path} is not a SQLite database: name another file")


def _not_allowed(path: Path, sentence: str) -> StorageError:
    """Return what is wrong with a place that may not be written, unless it is its disk."""
    trouble = disk_trouble(path)
    return StorageError(trouble) if trouble else StorePlaceError(sentence)


def _check_mount(path: Path, mount: Mount | None) -> None:
    if mount is None:
        return
    if mount.is_networked:
        raise StorePlaceError(
            f"{path} is on a network file system ({mount.kind}), which SQLite cannot share safely:"
            " name a file on a local disk, or use Firestore for several machines"
        )
    if not mount.is_local:
        raise StorePlaceError(
            f"{path} is on {mount.kind}, which is not known to be a local disk, and SQLite is not"
            " safe on others: name a file on a local disk (in Docker on a named volume), or set"
            " SQLITE_ANY_FILE_SYSTEM=true"
        )
    if mount.point == PurePosixPath(path):
        raise StorePlaceError(
            f"{path} is mounted as a single file, so SQLite's files beside it ({path.name}-wal)"
            " would be lost with the container: mount its folder, best as a named volume"
        )


def check_exists(path: Path) -> None:
    """Raise `StorePlaceError` if there is nothing at `path` to look at."""
    if not path.exists() or path.stat().st_size == 0:
        raise StorePlaceError(f"there is nothing in {path}: no bot has used it as its store yet")


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


@contextmanager
def opening_lock(folder: Path, patience: Patience) -> Iterator[Callable[[], None]]:
    """Let one process at a time create the file, switch it to WAL and tidy up.

    Two that switch to WAL at once get "database is locked" whatever their busy timeout. Where
    there is no `flock` (Windows), that can happen, and one of them must be started again. Call
    what this yields before an upgrade, for which others wait as long as it lasts.
    """
    if sys.platform == "win32":
        yield lambda: None
        return
    descriptor = os.open(folder / "opening", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, folder, patience)
        os.truncate(descriptor, 0)
        yield lambda: _note_upgrade(descriptor)
    finally:
        os.close(descriptor)


def _note_upgrade(descriptor: int) -> None:
    os.pwrite(descriptor, _UPGRADING, 0)


def _lock(descriptor: int, folder: Path, patience: Patience) -> None:
    if sys.platform == "win32":
        return
    give_up_at = time.monotonic() + OPENING_LIMIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            is_upgrading = os.pread(descriptor, len(_UPGRADING), 0) == _UPGRADING
            if time.monotonic() >= give_up_at and not is_upgrading:
                raise StorageError(
                    f"another process has been opening the database of {folder} for"
                    f" {OPENING_LIMIT:g} s: see whether one hangs"
                ) from error
            patience.pause(0.005)
        else:
            return


def create(path: Path) -> None:
    """Create an empty file that only its owner may read; `-wal` and `-shm` inherit that.

    An existing file is never opened here: closing it again would drop all locks that SQLite holds
    on it in this process (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def connect(path: Path, *, busy_timeout: float = 0.0, options: str = "") -> sqlite3.Connection:
    """Connect to an existing file, in autocommit mode and usable from any one thread at a time."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw{options}",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


def make_durable(connection: sqlite3.Connection, path: Path) -> None:
    """Switch to WAL; pages of what is deleted can be given back later."""
    be_careful(connection)
    # Only of effect in a file that is still empty.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"{path} cannot use SQLite's WAL here: name a file on a local disk")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    # A burst's log is cut back after it has been written into the database.
    connection.execute("PRAGMA journal_size_limit = 67108864")


def be_careful(connection: sqlite3.Connection) -> None:
    """Have every commit on the disk before it counts, and what is deleted overwritten at once."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS a mere fsync leaves the data in the drive's cache.
    connection.execute("PRAGMA fullfsync = ON")


def connect_reader(path: Path, *, busy_timeout: float = 0.0) -> sqlite3.Connection:
    """Connect for reading only."""
    connection = connect(path, busy_timeout=busy_timeout)
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Say what SQLite or the system complains about in one sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, str(path)) from error
