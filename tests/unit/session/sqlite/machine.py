"""A machine whose clocks and boots are moved by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from session import Access
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.surroundings import Surroundings

MICROSECOND = timedelta(microseconds=1)


class Machine:
    """Boots, sleeps, and has its wall clock set; processes on it open repositories."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        self.boot = "boot 1"
        self._uptime = 5_000_000_000

    def advance(self, by: timedelta) -> None:
        self.wall += by
        self._uptime += by // MICROSECOND * 1000

    def sleep(self, by: timedelta) -> None:
        """As a laptop does: its monotonic clock stands still meanwhile."""
        self.wall += by

    def step_the_wall_clock(self, by: timedelta) -> None:
        self.wall += by

    def reboot(self, *, boot: str, after: timedelta = timedelta(seconds=20)) -> None:
        self.boot, self._uptime = boot, 1_000_000
        self.wall += after

    async def open(self, path: Path, access: Access = Access.SERVE) -> SQLiteRepository:
        return await SQLiteRepository.open(path, access=access, machine=self.surroundings())

    def surroundings(self, *, boot: str | None = None) -> Surroundings:
        """What a process finds here, which may see the boot under another name."""
        return Surroundings(
            monotonic=lambda: self._uptime,
            boot_id=lambda: self.boot if boot is None else boot,
            wall=lambda: self.wall,
        )
