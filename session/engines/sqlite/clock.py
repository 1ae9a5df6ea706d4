"""Engine time: the machine's monotonic clock, pinned once per boot to a date."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from session.engines.sqlite.rows import stored_time

_LATEST = """
SELECT max(
    coalesce((SELECT max(last_active_at) FROM sessions), 0),
    coalesce((SELECT max(acquired_at) FROM sessions), 0),
    coalesce((SELECT max(started_at) FROM turns), 0)
)
"""
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


def wall_clock() -> datetime:
    """Read the wall clock: asked once per boot, for the date to count from."""
    return datetime.now(UTC)


def machine_boot_id() -> str:
    """Return what names this boot of the machine, or "" where nothing does.

    Linux: https://docs.kernel.org/admin-guide/sysctl/kernel.html#random. Containers see their
    host's. macOS: `sysctl kern.bootsessionuuid`.
    """
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
            return subprocess.check_output(command, timeout=2, text=True).strip()
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def settle_clock(
    connection: sqlite3.Connection,
    *,
    monotonic: Callable[[], int],
    boot_id: Callable[[], str],
    wall: Callable[[], datetime],
) -> EngineClock:
    """Read this boot's anchor from the file, or write it if this is the boot's first opening.

    Call inside a write transaction. A new anchor is never earlier than what is stored, and since
    nobody of an earlier boot is alive, all leases found then are ended. Where the boot has no
    name, a new one shows by time that would run backwards; leases then end by their ttl.
    """
    boot = boot_id()
    stored = connection.execute("SELECT boot_id, started_at, monotonic FROM engine_time")
    row = stored.fetchone()
    if row is not None and row[0] == boot:
        clock = EngineClock(row[1], row[2], monotonic)
        if boot or clock() >= _latest(connection):
            return clock
    clock = EngineClock(max(stored_time(wall()), _latest(connection)), monotonic(), monotonic)
    connection.execute(
        "INSERT OR REPLACE INTO engine_time VALUES (1, ?, ?, ?)",
        (boot, clock.started_at, clock.origin),
    )
    if boot:
        connection.execute(_FREE_ALL)
    return clock


def _latest(connection: sqlite3.Connection) -> int:
    (latest,) = connection.execute(_LATEST).fetchone()
    return int(latest)
