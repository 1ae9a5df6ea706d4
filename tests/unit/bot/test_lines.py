"""The log's writer over real pipes and files: nobody waits for it, and what is lost is counted."""

import fcntl
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from bot.observe.lines import MOST_BYTES, MOST_LINES, LineWriter

LINE = "x" * 99
PIPE_BYTES = 4096
IN_THE_PIPE = PIPE_BYTES // 100
ON_ITS_WAY = 1


def said(count: int) -> str:
    return f"dropped {count}"


def wait_until(is_true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@contextmanager
def pipe() -> Iterator[tuple[int, TextIO]]:
    """A pipe of one page that nobody has read from so far."""
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    with open(write_end, "w") as stream:
        yield read_end, stream


def fill(lines: LineWriter, more: int) -> None:
    """Fill the pipe, then hand over `more` lines, which can only wait."""
    for _ in range(IN_THE_PIPE + ON_ITS_WAY):
        lines.put(LINE)
    wait_until(lambda: lines.queued == 0)
    for _ in range(more):
        lines.put(LINE)


def read_to_the_end(number: int) -> list[str]:
    with open(number) as stream:
        return stream.read().splitlines()


@contextmanager
def reading(number: int, stream: TextIO) -> Iterator[list[str]]:
    """Read the pipe meanwhile; the list is complete when the context is left."""
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(read_to_the_end(number)))
    thread.start()
    yield found
    stream.close()
    thread.join()


def test_lines_arrive_in_order() -> None:
    with pipe() as (number, stream), LineWriter(stream) as lines:
        for count in range(100):
            lines.put(f"line {count}")
        lines.close()
        stream.close()
        assert read_to_the_end(number) == [f"line {count}" for count in range(100)]


def test_nobody_waits_for_a_pipe_that_is_not_read_and_what_does_not_fit_is_counted() -> None:
    with pipe() as (number, stream):
        lines = LineWriter(stream, said)
        fill(lines, MOST_LINES + 123)
        assert lines.queued == MOST_LINES
        with reading(number, stream) as found:
            wait_until(lambda: lines.queued == 0)
            lines.put("after")
            lines.close()
    kept = IN_THE_PIPE + ON_ITS_WAY + MOST_LINES
    assert found == [*[LINE] * kept, "dropped 123", "after"]


def test_what_was_dropped_last_is_told_at_the_end() -> None:
    with pipe() as (number, stream):
        lines = LineWriter(stream, said)
        fill(lines, MOST_LINES + 7)
        with reading(number, stream) as found:
            lines.close(20)
    assert found[-1] == "dropped 7"


def test_the_queue_has_a_limit_in_bytes_too() -> None:
    with pipe() as (_, stream):
        lines = LineWriter(stream, said)
        megabyte = "x" * (1024 * 1024 - 1)
        for _ in range(40):
            lines.put(megabyte)
        assert lines.queued <= MOST_BYTES // (1024 * 1024)
        lines.close(0.1)


def test_closing_does_not_wait_for_a_reader_that_never_comes() -> None:
    with pipe() as (_, stream):
        lines = LineWriter(stream)
        fill(lines, 1)
        begun = time.monotonic()
        lines.close(0.2)
        assert time.monotonic() - begun < 10


def test_a_pipe_without_a_reader_raises_nothing() -> None:
    with pipe() as (number, stream), LineWriter(stream, said) as lines:
        os.close(number)
        for _ in range(10):
            lines.put("x")


def test_a_pipe_that_another_program_made_non_blocking_loses_nothing() -> None:
    count = 10 * IN_THE_PIPE
    with pipe() as (number, stream), LineWriter(stream, said) as lines:
        os.set_blocking(stream.fileno(), False)
        for _ in range(count):
            lines.put(LINE)
        with reading(number, stream) as found:
            lines.close(20)
    assert found == [LINE] * count


class Disk(io.StringIO):
    """A disk that is full now and then."""

    is_full = False

    def write(self, text: str) -> int:
        if self.is_full:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_lines_lost_on_a_full_disk_are_counted_once_there_is_space() -> None:
    disk = Disk()
    with LineWriter(disk, said) as lines:
        lines.put("before")
        wait_until(lambda: "before\n" in disk.getvalue())
        disk.is_full = True
        for _ in range(5):
            lines.put("lost")
        wait_until(lambda: lines.dropped == 5)
        disk.is_full = False
        lines.put("after")
    assert disk.getvalue().splitlines() == ["before", "dropped 5", "after"]
    assert (lines.dropped, lines.lost) == (0, 5)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_device_that_is_always_full_stops_nobody() -> None:
    with open("/dev/full", "w") as stream, LineWriter(stream, said) as lines:
        for _ in range(100):
            lines.put("x")
        wait_until(lambda: lines.dropped == 100)


def test_a_line_after_half_a_line_begins_on_its_own(tmp_path: Path) -> None:
    """A limit on the file's size stands for the disk: it takes what still fits of a write."""
    log = tmp_path / "log"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with log.open("w") as stream, LineWriter(stream, said) as lines:
            resource.setrlimit(resource.RLIMIT_FSIZE, (15, hard))
            lines.put("0123456789")
            lines.put("0123456789")
            wait_until(lambda: lines.dropped == 1)
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            lines.put("after")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert log.read_text().splitlines() == ["0123456789", "0123", "dropped 1", "after"]


def test_a_closed_stream_or_none_at_all_stops_nobody() -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        with LineWriter(stream, said) as lines:
            lines.put("x")


def test_a_destructor_may_log_in_the_middle_of_a_line() -> None:
    log = io.StringIO()
    with LineWriter(log) as lines:

        class Line(str):
            def encode(self, *_: str) -> bytes:
                lines.put("inner")
                return b"outer"

        lines.put(Line())
    assert log.getvalue().splitlines() == ["inner", "outer"]


def test_python_can_end_while_the_writer_is_blocked() -> None:
    """Python waits at its exit for the lock of a stream that a thread is writing to."""
    code = (
        "import sys; from bot.observe.lines import LineWriter\n"
        "lines = LineWriter(sys.stderr)\n"
        "for _ in range(3000): lines.put('x' * 99)\n"
        "lines.close(0.1)"
    )
    read_end, write_end = os.pipe()
    try:
        ended = subprocess.run([sys.executable, "-c", code], stderr=write_end, timeout=60)
    finally:
        os.close(read_end)
        os.close(write_end)
    assert ended.returncode == 0
