"""Opening a database: the file, this boot's clock, and this process's sign of life."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from session.engines.sqlite import file, leases, schema
from session.engines.sqlite.clock import EngineClock, settle_clock
from session.engines.sqlite.instances import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that a repository needs, ready for use."""

    path: Path
    writer: sqlite3.Connection
    near: sqlite3.Connection
    far: sqlite3.Connection
    clock: EngineClock
    instance: Instance

    def close(self) -> None:
        """Give everything back; for an opening that nobody waits for any more."""
        for connection in (self.near, self.far, self.writer):
            connection.close()
        self.instance.close()


def open_database(
    path: Path,
    *,
    monotonic: Callable[[], int],
    boot_id: Callable[[], str],
    wall: Callable[[], datetime],
    read_mounts: Callable[[], str],
) -> Opened:
    """Open the database at `path`, creating it if it is missing. Blocks; bounded to seconds.

    Raises `StorageError`.
    """
    with file.plain_errors(path), ExitStack() as undo:
        path = path.resolve()
        file.check_place(path, read_mounts)
        # SQLite's locks are on the file itself, so whoever opens it by a link meets here too.
        folder = path.with_name(path.name + "-instances")
        folder.mkdir(mode=0o700, exist_ok=True)
        with file.opening_lock(folder):
            file.create(path)
            writer = file.connect(path, busy_timeout=file.OPENING_LIMIT)
            undo.callback(writer.close)
            schema.check(writer, str(path))
            file.make_durable(writer, path)
            instance = Instance(folder)
            undo.callback(instance.close)
            clock = _settle(writer, instance, monotonic, boot_id, wall)
        near = file.connect_reader(path)
        undo.callback(near.close)
        far = file.connect_reader(path, busy_timeout=2.0)
        undo.pop_all()
    return Opened(path=path, writer=writer, near=near, far=far, clock=clock, instance=instance)


def _settle(
    writer: sqlite3.Connection,
    instance: Instance,
    monotonic: Callable[[], int],
    boot_id: Callable[[], str],
    wall: Callable[[], datetime],
) -> EngineClock:
    """Make the tables and the clock's anchor, and end what dead processes left; one commit."""
    dead = instance.dead()
    writer.execute("BEGIN IMMEDIATE")
    schema.create_tables(writer)
    clock = settle_clock(writer, monotonic=monotonic, boot_id=boot_id, wall=wall)
    for one in dead:
        writer.execute(f"UPDATE sessions SET {leases.ENDED} WHERE instance_id = ?", (one,))
    writer.execute("COMMIT")
    instance.forget(dead)
    writer.execute("PRAGMA busy_timeout = 0")
    return clock
