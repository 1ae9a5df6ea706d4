"""The floor for locks on SQLite: group commit in one thread and two statements, nothing else.

One upsert takes the lock and returns its fence, one guarded UPDATE releases it. All that waits
goes into one transaction, and one call wakes the loop. No sessions, no shielding, no time limits.
"""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

_TABLE = """
CREATE TABLE IF NOT EXISTS locks (
    id TEXT PRIMARY KEY, holder TEXT, expires_at INTEGER, fence INTEGER NOT NULL
) WITHOUT ROWID"""
_TAKE = """
INSERT INTO locks VALUES (?1, ?2, ?3, 1)
ON CONFLICT (id) DO UPDATE SET holder = ?2, expires_at = ?3, fence = fence + 1
WHERE expires_at IS NULL OR expires_at <= ?4
RETURNING fence"""
_GIVE_BACK = """
UPDATE locks SET holder = NULL, expires_at = NULL
WHERE id = ? AND holder = ? AND fence = ? RETURNING fence"""
_TTL = 180_000_000_000

_Item = tuple[str, tuple[Any, ...], asyncio.Future[Any]]


class RawCommits:
    """Takes and gives back locks, each on the disk before it counts (WAL, FULL)."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, timeout=5, isolation_level=None, check_same_thread=False
        )
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", _TABLE):
            self._connection.execute(statement)
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    async def pair(self, key: str, holder: str) -> None:
        """Take a lock and give it back."""
        now = time.monotonic_ns()
        (fence,) = await self._run(_TAKE, (key, holder, now + _TTL, now))
        await self._run(_GIVE_BACK, (key, holder, fence))

    def close(self) -> None:
        """End the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self, sql: str, parameters: tuple[Any, ...]) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((sql, parameters, future))
        return future

    def _serve(self) -> None:
        cursor = self._connection.cursor()
        while (item := self._queue.get()) is not None:
            settled = []
            cursor.execute("BEGIN IMMEDIATE")
            while item is not None:
                sql, parameters, future = item
                settled.append((future, cursor.execute(sql, parameters).fetchone()))
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    break
            cursor.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, settled)
        self._connection.close()


def _settle(settled: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, row in settled:
        if not future.done():
            future.set_result(row)
