"""Engine time: the machine's monotonic clock, pinned to a date that all bots of a boot share."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from session.engines.sqlite.rows import stored_time
from session.engines.sqlite.surroundings import Surroundings

_LATEST = """
SELECT max(
    coalesce((SELECT max(last_active_at) FROM sessions), 0),
    coalesce((SELECT max(acquired_at) FROM sessions), 0),
    coalesce((SELECT max(started_at) FROM turns), 0)
)
"""
_LAST_LEASE_ENDS = "SELECT coalesce(max(expires_at), 0) FROM sessions"
_FREE_ALL = """
UPDATE sessions SET holder_id = NULL, acquired_at = NULL, expires_at = NULL, instance_id = NULL
WHERE holder_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class EngineClock:
    """Counts microseconds on from `started_at`, when `monotonic()` (nanoseconds) gave `origin`.

    Every process of one boot has the same two numbers from the file, so all agree to the
    microsecond. It stands still while the machine sleeps, as the lock's own deadline does.
    """

    started_at: int
    origin: int
    monotonic: Callable[[], int]

    def __call__(self) -> int:
        """Return the time now, in microseconds since 1970."""
        return self.started_at + (self.monotonic() - self.origin) // 1000


def settle_clock(
    connection: sqlite3.Connection, machine: Surroundings, *, others_live: bool
) -> EngineClock:
    """Read this boot's anchor from the file, or write one; for a bot.

    Call inside a write transaction. A bot that lives proves that its anchor is of this boot,
    whatever the boot is called where we run. A new anchor is never earlier than what is stored,
    and since nobody of an earlier boot is alive, all leases found then are ended. Where the boot
    has no name, a new one shows by time that would run backwards; leases then end by their ttl.
    """
    stored = _stored_clock(connection, machine)
    if stored is not None and (others_live or _is_of_this_boot(connection, *stored, machine)):
        return stored[0]
    started_at = max(stored_time(machine.wall()), _latest(connection))
    clock = EngineClock(started_at, machine.monotonic(), machine.monotonic)
    boot = machine.boot_id()
    connection.execute(
        "INSERT OR REPLACE INTO engine_time VALUES (1, ?, ?, ?)",
        (boot, clock.started_at, clock.origin),
    )
    if boot and not others_live:
        connection.execute(_FREE_ALL)
    return clock


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
    return EngineClock(started_at, machine.monotonic(), machine.monotonic)


def _stored_clock(
    connection: sqlite3.Connection, machine: Surroundings
) -> tuple[EngineClock, str] | None:
    """Read the anchor, and the name of the boot in which it was written."""
    row = connection.execute("SELECT started_at, monotonic, boot_id FROM engine_time").fetchone()
    return None if row is None else (EngineClock(row[0], row[1], machine.monotonic), row[2])


def _is_of_this_boot(
    connection: sqlite3.Connection, clock: EngineClock, boot: str, machine: Surroundings
) -> bool:
    return boot == machine.boot_id() and bool(boot or clock() >= _latest(connection))


def _latest(connection: sqlite3.Connection) -> int:
    (latest,) = connection.execute(_LATEST).fetchone()
    return int(latest)
