"""The one thread that writes: it takes whatever waits into one transaction and commits once."""

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from session.engines.sqlite.durability import Durability
from session.engines.sqlite.faults import is_busy
from session.engines.sqlite.guard import Guard
from session.engines.sqlite.tidying import Tidying
from session.engines.sqlite.transaction import Transaction
from session.errors import SessionError, StorageError
from session.writes import UnderWay

T = TypeVar("T")

BUSY_LIMIT = 4.0
"""Seconds that an operation waits for another process before it fails."""
MOST_OPERATIONS = 512
MOST_WAITING = 20_000
"""Operations that wait for the thread; more are refused, as if the store did not answer."""
MOST_ROWS = 4096
"""Rows changed after which a batch is committed, so that a big delete keeps nobody waiting."""


class _Waiting(NamedTuple):
    operation: Callable[[Transaction], Any]
    write: UnderWay[Any]
    asked_at: float
    is_lasting: bool


_Outcome = tuple[UnderWay[Any], Any, Exception | None]


class Writer:
    """Runs operations on a connection in a thread of its own, grouped into commits.

    An operation reads and writes through its `Transaction` only, so that it can be run again. It
    may refuse with a `SessionError`, having changed nothing. Anything else it raises undoes the
    batch, which is then run again one by one: no operation harms its neighbours, and the common
    case needs no savepoints.

    One that need not outlast a loss of power is spared the wait for the disk, if nothing else is
    asked for: it is then committed by itself.

    What is asked for in one round of the loop is handed to the thread at its end. The thread could
    not begin earlier, since the loop has the interpreter until then, and would begin with one.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Transaction,
        guard: Guard,
        path: str,
        *,
        busy_limit: float = BUSY_LIMIT,
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._guard = guard
        self._durability = Durability(connection)
        self._tidying = Tidying(connection, guard)
        self._path = path
        self._busy_limit = busy_limit
        self._loop = asyncio.get_running_loop()
        self._asked_for: list[_Waiting] = []
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._is_closing = False
        self._ends = False
        self._thread = threading.Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._thread.start()

    def run(
        self, operation: Callable[[Transaction], T], *, is_lasting: bool = True
    ) -> UnderWay[T]:
        """Run an operation with the next commit. The result is there once it is on the disk.

        One that is not `is_lasting` may be undone by a loss of power until the next one that is.
        """
        if self._is_closing:
            raise StorageError(f"{self._path} is closed")
        if self._queue.qsize() + len(self._asked_for) >= MOST_WAITING:
            raise StorageError(f"{self._path}: {MOST_WAITING} operations wait already")
        write = UnderWay[T](self._loop)
        if not self._asked_for:
            self._loop.call_soon(self._hand_over)
        self._asked_for.append(_Waiting(operation, write, time.monotonic(), is_lasting))
        return write

    async def close(self) -> None:
        """Finish what was asked for, then end the thread and its connection."""
        if not self._is_closing:
            self._is_closing = True
            self._hand_over()
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        for waiting in self._asked_for:
            self._queue.put(waiting)
        self._asked_for.clear()

    def _serve(self) -> None:
        while not self._ends:
            try:
                first = self._queue.get(timeout=self._tidying.seconds_left())
            except Empty:
                self._tidying.run(lambda: not self._queue.empty())
                continue
            if first is None:
                break
            if not first.write.cancelled():
                self._deliver(self._commit_with(first))
        self._transaction.close()
        self._guard.close()
        self._connection.close()

    def _commit_with(self, first: _Waiting) -> list[_Outcome]:
        is_lasting = first.is_lasting or not self._queue.empty()
        try:
            self._durability.be(lasting=is_lasting)
            self._begin(first.asked_at)
        except Exception as error:  # noqa: BLE001 - the thread must outlive any operation
            return [(first.write, None, self._guard.fault(error))]
        if first.write.cancelled():
            # Given up while another process kept us waiting: a lease taken now would be nobody's.
            self._roll_back()
            return []
        batch: list[_Waiting] = []
        try:
            outcomes = self._run_all(first, batch, MOST_OPERATIONS if is_lasting else 1)
            self._commit()
        except Exception:  # noqa: BLE001 - the thread must outlive any operation
            self._roll_back()
            return [self._run_alone(waiting) for waiting in batch]
        return outcomes

    def _run_all(self, first: _Waiting, batch: list[_Waiting], most: int) -> list[_Outcome]:
        connection, transaction = self._connection, self._transaction
        outcomes: list[_Outcome] = []
        limit = connection.total_changes + MOST_ROWS
        waiting: _Waiting | None = first
        while waiting is not None:
            batch.append(waiting)
            changes = connection.total_changes
            # For each anew: a lease must not end before its holder, who counts from when it asked.
            transaction.read_clock()
            try:
                outcomes.append((waiting.write, waiting.operation(transaction), None))
            except SessionError as refusal:
                if connection.total_changes != changes:
                    raise
                outcomes.append((waiting.write, None, refusal))
            full = len(batch) >= most or connection.total_changes >= limit
            waiting = None if full else self._next()
        return outcomes

    def _next(self) -> _Waiting | None:
        while not self._ends:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return None
            if waiting is None:
                self._ends = True
            elif not waiting.write.cancelled():
                return waiting
        return None

    def _run_alone(self, waiting: _Waiting) -> _Outcome:
        try:
            self._begin(waiting.asked_at)
            self._transaction.read_clock()
            result = waiting.operation(self._transaction)
            self._commit()
        except sqlite3.Error as error:
            self._roll_back()
            return waiting.write, None, self._guard.fault(error)
        except Exception as error:  # noqa: BLE001 - it is the caller's, who asked for this
            self._roll_back()
            return waiting.write, None, error
        return waiting.write, result, None

    def _begin(self, asked_at: float) -> None:
        """Take the file's write lock.

        SQLite's own busy handler sleeps ever longer, which starves whoever waits beside a busy
        process; short random pauses give each the same chance.
        """
        give_up_at = asked_at + self._busy_limit
        while True:
            try:
                self._transaction.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() >= give_up_at:
                    raise
            else:
                return
            time.sleep(random.uniform(0.0001, 0.001))

    def _commit(self) -> None:
        # Until now nothing was written into the file.
        self._guard.check_with_log()
        self._transaction.execute("COMMIT")
        self._guard.committed()
        if self._transaction.has_forgotten:
            self._transaction.has_forgotten = False
            self._tidying.ask()

    def _roll_back(self) -> None:
        # A full disk, for one, has ended the transaction already.
        if self._connection.in_transaction:
            self._transaction.execute("ROLLBACK")

    def _deliver(self, outcomes: list[_Outcome]) -> None:
        try:
            self._loop.call_soon_threadsafe(_settle, outcomes)
        except RuntimeError:
            # The loop was closed: nobody is left to be told.
            return


def _settle(outcomes: list[_Outcome]) -> None:
    for write, result, error in outcomes:
        write.end(result, error)
