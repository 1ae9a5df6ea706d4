"""Writes lines from a thread of its own: the stream may be slow, full or read by nobody."""

import os
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self, TextIO

MOST_LINES = 10_000
MOST_BYTES = 16 * 1024 * 1024
CLOSE_SECONDS = 2.0
_RETRY_SECONDS = 0.05
_GATHER_SECONDS = 0.01
"""A line after a calm is written at once, those right behind it together: to wake the thread for
each would cost as much as the line."""


class _Mark:
    """Stands in the queue where lines were dropped."""


_DROPPED: Final = _Mark()


class LineWriter:
    """Writes whole lines in order; `put` never waits.

    What does not fit into the queue, or cannot be written, is dropped and counted. `say_dropped`
    makes the line that tells the count; it is written where the lines are missing.
    """

    def __init__(
        self, stream: TextIO | None, say_dropped: Callable[[int], str] | None = None
    ) -> None:
        """Start the thread. Without a stream (a closed stderr is None) all is thrown away."""
        self._output = _output_of(stream)
        self._say_dropped = say_dropped
        self._queue: SimpleQueue[bytes | _Mark | None] = SimpleQueue()
        # A destructor may log in the middle of `put`, on the same thread.
        self._lock = threading.RLock()
        self._lines = self._bytes = self._dropped = self._lost = 0
        self._is_marked = self._is_in_mid_line = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def queued(self) -> int:
        """Lines that wait to be written."""
        return self._lines

    @property
    def dropped(self) -> int:
        """Lines that were lost and are not told yet."""
        return self._dropped

    @property
    def lost(self) -> int:
        """All lines that were lost since the start."""
        return self._lost

    def put(self, line: str) -> None:
        """Have `line` written; its end is added. A lone surrogate becomes its escape."""
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            if self._closed.is_set():
                return
            fits = self._lines < MOST_LINES and self._bytes + len(data) <= MOST_BYTES
            if not fits:
                self._drop()
            self._mark()
            if fits:
                self._lines += 1
                self._bytes += len(data)
                self._queue.put(data)

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Write what is queued, for `timeout` seconds at most; a later line is thrown away."""
        with self._lock:
            self._closed.set()
            self._mark()
        self._queue.put(None)
        self._thread.join(timeout)

    def _drop(self) -> None:
        with self._lock:
            self._dropped += 1
            self._lost += 1

    def _mark(self) -> None:
        if self._dropped and not self._is_marked:
            self._is_marked = True
            self._queue.put(_DROPPED)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, bytes):
                with self._lock:
                    self._lines -= 1
                    self._bytes -= len(item)
                if not self._write(item):
                    self._drop()
            else:
                self._tell_dropped()
            if self._queue.empty():
                self._closed.wait(_GATHER_SECONDS)

    def _tell_dropped(self) -> None:
        with self._lock:
            count, self._dropped, self._is_marked = self._dropped, 0, False
        if self._say_dropped is not None:
            told = self._write(self._say_dropped(count).encode() + b"\n")
            with self._lock:
                self._dropped += 0 if told else count

    def _write(self, data: bytes) -> bool:
        """Write one line and tell whether that succeeded."""
        # A full disk may have taken the first half of the line before.
        rest = memoryview(b"\n" + data if self._is_in_mid_line else data)
        try:
            while rest:
                try:
                    rest = rest[self._output(rest) :]
                except BlockingIOError:
                    # Another program has made the terminal or pipe that we share non-blocking.
                    time.sleep(_RETRY_SECONDS)
        except (OSError, ValueError):
            nothing_written = len(rest) > len(data)
            self._is_in_mid_line = len(rest) < len(data) or nothing_written
            return False
        self._is_in_mid_line = False
        return True


def say(text: str) -> None:
    """Write to stderr what a command says at its end, without waiting for a reader for long."""
    with LineWriter(sys.stderr) as lines:
        lines.put(text)


def _output_of(stream: TextIO | None) -> Callable[[memoryview], int]:
    """Return what writes some bytes and says how many.

    Past the stream's own buffer: at its exit Python would wait for the lock of a buffer that a
    blocked thread is writing.
    """
    if stream is None:
        return len
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return lambda data: stream.write(bytes(data).decode()) and len(data)
    return lambda data: os.write(number, data)
