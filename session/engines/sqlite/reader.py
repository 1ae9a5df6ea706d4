"""Reads: short ones on the loop, long ones in a thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from session.engines.sqlite.faults import is_busy
from session.engines.sqlite.guard import Guard
from session.errors import StorageError

T = TypeVar("T")
Read = Callable[[sqlite3.Connection], T]

READ_TIMEOUT = 5.0
"""Seconds after which a read in the thread is given up."""


class Reader:
    """Two connections that only read: `near` for the loop, `far` for the thread."""

    def __init__(
        self, near: sqlite3.Connection, far: sqlite3.Connection, guard: Guard, path: str
    ) -> None:
        near.row_factory = far.row_factory = sqlite3.Row
        self._near, self._far, self._guard, self._path = near, far, guard, path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-reader")
        self._is_closed = False

    async def short(self, read: Read[T]) -> T:
        """Run a read of a few rows on the loop.

        That takes microseconds, where a hop to a thread takes a hundred. It cannot wait for a
        writer: with WAL a reader sees the last commit whoever writes meanwhile, and `near` has no
        busy timeout. In the rare cases in which SQLite is busy even so (the log is being recovered
        after a crash), the thread waits for it.
        """
        self._check_open()
        try:
            return read(self._near)
        except sqlite3.Error as error:
            if not is_busy(error):
                raise self._guard.fault(error) from error
        return await self.long(read)

    async def long(self, read: Read[T]) -> T:
        """Run a read of any length in the thread."""
        self._check_open()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                return await loop.run_in_executor(self._thread, read, self._far)
        except TimeoutError as error:
            raise StorageError(f"reading {self._path} took over {READ_TIMEOUT:g} s") from error
        except sqlite3.Error as error:
            raise self._guard.fault(error) from error

    async def look_anew(self) -> None:
        """See the store as a process that opens it now would. Raises `StorageError`."""
        self._check_open()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._guard.look_anew)

    async def close(self) -> None:
        """Finish the reads under way, then close both connections."""
        if self._is_closed:
            return
        self._is_closed = True
        self._near.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._far.close)
        self._thread.shutdown()

    def _check_open(self) -> None:
        if self._is_closed:
            raise StorageError(f"{self._path} is closed")
        self._guard.check_seldom()
