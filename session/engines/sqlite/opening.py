"""Opening a database: the file, this boot's clock, and this process's sign of life."""

import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from session.access import Access
from session.engines.sqlite import file, leases, schema
from session.engines.sqlite.clock import EngineClock, look_at_clock, settle_clock
from session.engines.sqlite.formats import Format
from session.engines.sqlite.guard import Guard
from session.engines.sqlite.instances import Instance
from session.engines.sqlite.patience import Patience
from session.engines.sqlite.safety_copy import SafetyCopy
from session.engines.sqlite.shape import check_shape
from session.engines.sqlite.surroundings import Surroundings
from session.engines.sqlite.upgrade import Upgrade, carried_copy
from session.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that a repository needs, ready for use."""

    path: Path
    writer: sqlite3.Connection
    near: sqlite3.Connection
    far: sqlite3.Connection
    """Who only looks has one connection for several of them."""
    clock: EngineClock
    instance: Instance
    guard: Guard

    def close(self) -> None:
        """Give everything back; for an opening that nobody waits for any more."""
        for connection in (self.near, self.far, self.writer):
            connection.close()
        self.instance.close()


def open_database(
    path: Path, access: Access, machine: Surroundings, ours: Format, patience: Patience
) -> Opened:
    """Open the database at `path`, creating it if it is missing, unless it is only looked at.

    Blocks, for seconds; longer only for a bot that carries an earlier version's file forward.
    Raises `StorageError`.
    """
    with file.plain_errors(path), ExitStack() as undo:
        named, path = path.absolute(), path.resolve()
        file.check_place(path, machine)
        # SQLite's locks are on the file itself, so whoever opens it by a link meets here too.
        folder = path.with_name(path.name + "-instances")
        opening = _Opening(path=path, machine=machine, ours=ours, undo=undo)
        if access is Access.LOOK:
            return opening.look(named, Instance(folder, is_living=False))
        if not folder.exists():
            file.check_beginning(path)
        folder.mkdir(mode=0o700, exist_ok=True)
        return opening.use(named, folder, access, patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """The shared state of an opening's steps. `undo` closes what they opened if one fails."""

    path: Path
    machine: Surroundings
    ours: Format
    undo: ExitStack

    def look(self, named: Path, instance: Instance) -> Opened:
        """Connect to a file that is there, for reading; an earlier version's is left as it is."""
        file.check_exists(self.path)
        reader = self._entered(file.connect_reader(self.path, busy_timeout=file.OPENING_LIMIT))
        stored = schema.check(reader, str(self.path), self.ours)
        if stored < self.ours.version:
            copy = self._entered(carried_copy(reader, self.ours, stored))
            reader.close()
            reader = far = copy
        else:
            far = self._far()
        check_shape(reader, str(self.path), self.ours)
        clock = look_at_clock(reader, self.machine, others_live=bool(instance.others()))
        return self._opened(named, instance, clock, (reader, reader, far))

    def use(self, named: Path, folder: Path, access: Access, patience: Patience) -> Opened:
        """Prepare the file and connect to it, for writing."""
        instance = Instance(folder, is_living=False)
        with file.opening_lock(folder, patience) as note_upgrade:
            file.create(self.path)
            writer = self._entered(file.connect(self.path, busy_timeout=file.OPENING_LIMIT))
            stored = schema.check(writer, str(self.path), self.ours)
            if stored < self.ours.version:
                if access is not Access.SERVE:
                    raise self._is_of_earlier_version(stored)
                note_upgrade()
                self._carry_forward(writer, stored, instance, patience)
            self._prepare(writer)
            if access is Access.SERVE:
                SafetyCopy(self.path).delete_if_old(self.machine.wall())
                instance = Instance(folder)
                self.undo.callback(instance.close)
                clock = self._settle(writer, instance)
            else:
                others_live = bool(instance.others())
                clock = look_at_clock(writer, self.machine, others_live=others_live)
        near = self._entered(file.connect_reader(self.path))
        return self._opened(named, instance, clock, (writer, near, self._far()))

    def _carry_forward(
        self, writer: sqlite3.Connection, stored: int, instance: Instance, patience: Patience
    ) -> None:
        upgrade = Upgrade(
            path=self.path, writer=writer, instance=instance, ours=self.ours, patience=patience
        )
        upgrade.run(stored, self.machine.wall())

    def _prepare(self, writer: sqlite3.Connection) -> None:
        """Create the tables if need be; only under the opening lock."""
        file.make_durable(writer, self.path)
        writer.execute("BEGIN IMMEDIATE")
        schema.create_tables(writer, self.ours)
        writer.execute("COMMIT")
        check_shape(writer, str(self.path), self.ours)

    def _settle(self, writer: sqlite3.Connection, instance: Instance) -> EngineClock:
        """Agree on the time with the other bots, and end what dead ones left; one commit."""
        others_live, dead = bool(instance.others()), instance.dead()
        writer.execute("BEGIN IMMEDIATE")
        clock = settle_clock(writer, self.machine, others_live=others_live)
        for instance_id in dead:
            sql = f"UPDATE sessions SET {leases.SET_NO_LEASE} WHERE instance_id = ?"
            writer.execute(sql, (instance_id,))
        writer.execute("COMMIT")
        instance.forget(dead)
        return clock

    def _opened(
        self,
        named: Path,
        instance: Instance,
        clock: EngineClock,
        connections: tuple[sqlite3.Connection, sqlite3.Connection, sqlite3.Connection],
    ) -> Opened:
        writer, near, far = connections
        writer.execute("PRAGMA busy_timeout = 0")
        guard = Guard(named, instance)
        self.undo.pop_all()
        return Opened(
            path=self.path,
            writer=writer,
            near=near,
            far=far,
            clock=clock,
            instance=instance,
            guard=guard,
        )

    def _far(self) -> sqlite3.Connection:
        return self._entered(file.connect_reader(self.path, busy_timeout=2.0))

    def _entered(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        self.undo.callback(connection.close)
        return connection

    def _is_of_earlier_version(self, stored: int) -> StorageError:
        return StorageError(
            f"{self.path} is of an earlier version of Burrow (its format is {stored}, this one"
            f" writes {self.ours.version}): start `burrow run` on it once, which carries it"
            " forward, or name a new file"
        )
