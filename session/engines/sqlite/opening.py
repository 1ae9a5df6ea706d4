"""Opening a database: the file, this boot's clock, and this process's sign of life."""

import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from session.access import Access
from session.engines.sqlite import file, leases, schema
from session.engines.sqlite.clock import EngineClock, look_at_clock, settle_clock
from session.engines.sqlite.guard import Guard
from session.engines.sqlite.instances import Instance
from session.engines.sqlite.shape import check_shape
from session.engines.sqlite.surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that a repository needs, ready for use."""

    path: Path
    writer: sqlite3.Connection
    near: sqlite3.Connection
    far: sqlite3.Connection
    clock: EngineClock
    instance: Instance
    guard: Guard

    def close(self) -> None:
        """Give everything back; for an opening that nobody waits for any more."""
        for connection in (self.near, self.far, self.writer):
            connection.close()
        self.instance.close()


def open_database(path: Path, access: Access, machine: Surroundings) -> Opened:
    """Open the database at `path`, creating it if it is missing, unless it is only looked at.

    Blocks; bounded to seconds. Raises `StorageError`.
    """
    with file.plain_errors(path), ExitStack() as undo:
        named, path = path.absolute(), path.resolve()
        file.check_place(path, machine)
        # SQLite's locks are on the file itself, so whoever opens it by a link meets here too.
        folder = path.with_name(path.name + "-instances")
        instance = Instance(folder, is_living=False)
        if access is Access.LOOK:
            writer, clock = _look(path, instance, machine, undo)
        else:
            folder.mkdir(mode=0o700, exist_ok=True)
            with file.opening_lock(folder):
                writer = _prepare(path, undo)
                if access is Access.SERVE:
                    instance = Instance(folder)
                    undo.callback(instance.close)
                    clock = _settle(writer, instance, machine)
                else:
                    clock = look_at_clock(writer, machine, others_live=bool(instance.others()))
        writer.execute("PRAGMA busy_timeout = 0")
        near = file.connect_reader(path)
        undo.callback(near.close)
        far = file.connect_reader(path, busy_timeout=2.0)
        undo.callback(far.close)
        guard = Guard(named, instance)
        undo.pop_all()
    return Opened(
        path=path,
        writer=writer,
        near=near,
        far=far,
        clock=clock,
        instance=instance,
        guard=guard,
    )


def _look(
    path: Path, instance: Instance, machine: Surroundings, undo: ExitStack
) -> tuple[sqlite3.Connection, EngineClock]:
    """Connect to a file that is there, for reading."""
    file.check_exists(path)
    connection = file.connect_reader(path, busy_timeout=file.OPENING_LIMIT)
    undo.callback(connection.close)
    schema.check(connection, str(path))
    check_shape(connection, str(path))
    return connection, look_at_clock(connection, machine, others_live=bool(instance.others()))


def _prepare(path: Path, undo: ExitStack) -> sqlite3.Connection:
    """Create the file and the tables if need be; only under the opening lock."""
    file.create(path)
    writer = file.connect(path, busy_timeout=file.OPENING_LIMIT)
    undo.callback(writer.close)
    schema.check(writer, str(path))
    file.make_durable(writer, path)
    writer.execute("BEGIN IMMEDIATE")
    schema.create_tables(writer)
    writer.execute("COMMIT")
    check_shape(writer, str(path))
    return writer


def _settle(writer: sqlite3.Connection, instance: Instance, machine: Surroundings) -> EngineClock:
    """Agree on the time with the other bots, and end what dead ones left; one commit."""
    others_live, dead = bool(instance.others()), instance.dead()
    writer.execute("BEGIN IMMEDIATE")
    clock = settle_clock(writer, machine, others_live=others_live)
    for instance_id in dead:
        sql = f"UPDATE sessions SET {leases.SET_NO_LEASE} WHERE instance_id = ?"
        writer.execute(sql, (instance_id,))
    writer.execute("COMMIT")
    instance.forget(dead)
    return clock
