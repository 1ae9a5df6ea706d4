"""Engine time: the machine's monotonic clock, pinned to a date that all bots of a boot share."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from session.engines.sqlite.rows import stored_time
from session.engines.sqlite.surroundings import Surroundings

_LATEST = """
SELECT max(
    coalesce((SELECT max(acquired_at) FROM sessions), 0),
    coalesce((SELECT max(stored_at) FROM messages WHERE look_at IS NOT NULL), 0)
)
"""
# Of what is closed nobody compares the engine's times any more.
_LAST_LEASE_ENDS = "SELECT coalesce(max(expires_at), 0) FROM sessions"
_FREE_ALL = """
UPDATE sessions SET holder_id = NULL, acquired_at = NULL, expires_at = NULL, instance_id = NULL
WHERE holder_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class EngineClock:
    """Counts microseconds on from `started_at`, when `monotonic()` (nanoseconds) gave `origin`.

    Every process of one boot has the same two numbers from the file, so all agree to the
    microsecond. It stands still while the machine sleeps, as the lock's own deadline does: leases
    and the order of what is open are counted by it. What people read is the `date`.
    """

    started_at: int
    origin: int
    monotonic: Callable[[], int]
    date: Callable[[], datetime]
    """What the wall clock shows now."""

    def __call__(self) -> int:
        """Return the time now, in microseconds since 1970."""
        return self.started_at + (self.monotonic() - self.origin) // 1000


def settle_clock(
    connection: sqlite3.Connection, machine: Surroundings, *, others_live: bool
) -> EngineClock:
    """Read this boot's anchor from the file, or write one; for a bot.

    Call inside a write transaction. A bot that lives proves that its anchor is of this boot,
    whatever the boot is called where we run. Otherwise an anchor of this boot is kept, unless what
    is open is later, as after a copy. A new one is never earlier than that, and since nobody of an
    earlier boot is alive, all leases found then are ended. Where the boot has no name, a new one
    shows by time that would run backwards; leases then end by their ttl.
    """
    stored, boot = _stored_clock(connection, machine), machine.boot_id()
    if stored is not None:
        clock, its_boot = stored
        is_fit = its_boot == boot and clock() >= _latest(connection)
        if others_live or is_fit:
            return clock
    started_at = max(stored_time(machine.wall()), _latest(connection))
    new = EngineClock(started_at, machine.monotonic(), machine.monotonic, machine.wall)
    connection.execute(
        "INSERT OR REPLACE INTO engine_time VALUES (1, ?, ?, ?)",
        (boot, new.started_at, new.origin),
    )
    if boot and (stored is None or stored[1] != boot):
        connection.execute(_FREE_ALL)
    return new


def look_at_clock(
    connection: sqlite3.Connection, machine: Surroundings, *, others_live: bool
) -> EngineClock:
    """Return the time for a command, which writes no anchor and ends no lease.

    Where no bot lives nobody holds anything, so it is then later than the end of every lease.
    """
    stored = _stored_clock(connection, machine)
    if stored is not None and others_live:
        return stored[0]
    (lease_ends,) = connection.execute(_LAST_LEASE_ENDS).fetchone()
    started_at = max(stored_time(machine.wall()), _latest(connection), lease_ends)
    return EngineClock(started_at, machine.monotonic(), machine.monotonic, machine.wall)


def _stored_clock(
    connection: sqlite3.Connection, machine: Surroundings
) -> tuple[EngineClock, str] | None:
    """Read the anchor, and the name of the boot in which it was written."""
    row = connection.execute("SELECT started_at, monotonic, boot_id FROM engine_time").fetchone()
    if row is None:
        return None
    return EngineClock(row[0], row[1], machine.monotonic, machine.wall), row[2]


def _latest(connection: sqlite3.Connection) -> int:
    (latest,) = connection.execute(_LATEST).fetchone()
    return int(latest)
