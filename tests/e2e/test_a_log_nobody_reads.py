"""The bot goes on, and ends when it is told to, whatever becomes of its log."""

import asyncio
import fcntl
import json
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from simulator import Slack
from tests.e2e.processes import environment

MENTIONS = 12
"""At debug level each writes several lines: far more than a pipe of one page holds."""


@contextmanager
def unread_pipe() -> Iterator[int]:
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
    try:
        yield write_end
    finally:
        os.close(read_end)
        os.close(write_end)


@contextmanager
def pipe_whose_reader_left() -> Iterator[int]:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        yield write_end
    finally:
        os.close(write_end)


@contextmanager
def blocked_terminal() -> Iterator[int]:
    """As after Ctrl-S: nobody takes what the terminal is to show."""
    master, terminal = pty.openpty()
    os.set_blocking(terminal, False)
    with suppress(BlockingIOError):
        while os.write(terminal, b"x" * 1000):
            pass
    os.set_blocking(terminal, True)
    try:
        yield terminal
    finally:
        os.close(master)
        os.close(terminal)


@contextmanager
def full_disk() -> Iterator[int]:
    with open("/dev/full", "wb") as device:
        yield device.fileno()


@asynccontextmanager
async def bot(
    env: dict[str, str], folder: Path, sink: int | None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the bot with its log in `sink`; None closes its stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=sink,
        preexec_fn=(lambda: os.close(2)) if sink is None else None,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def works_and_ends(slack: Slack, process: asyncio.subprocess.Process) -> None:
    await slack.wait_for_sockets(timeout=60)
    for number in range(MENTIONS):
        asked = await slack.user("ann").mention("#incidents", f"question {number}")
        await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.mark.parametrize(
    "sink", [unread_pipe, pipe_whose_reader_left, blocked_terminal, full_disk]
)
async def test_a_log_that_takes_nothing_holds_up_nobody(
    slack: Slack, tmp_path: Path, sink: Callable[[], AbstractContextManager[int]]
) -> None:
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db")
    with sink() as number:
        async with bot(env, tmp_path, number) as process:
            await works_and_ends(slack, process)


async def test_a_closed_stderr_holds_up_nobody(slack: Slack, tmp_path: Path) -> None:
    env = environment(slack, f"sqlite:///{tmp_path}/burrow.db")
    async with bot(env, tmp_path, None) as process:
        await works_and_ends(slack, process)


async def test_a_sentence_that_nobody_reads_does_not_keep_a_command_from_ending(
    tmp_path: Path,
) -> None:
    with unread_pipe() as number:
        os.write(number, b"x" * 4096)
        async with bot(
            {"PYTHONPATH": str(Path(__file__).parents[2])}, tmp_path, number
        ) as process:
            assert await asyncio.wait_for(process.wait(), 30) == 2


async def test_a_warning_and_an_error_in_a_thread_are_lines_too(tmp_path: Path) -> None:
    code = (
        "import threading, warnings\n"
        "from bot.observe.logs import configure_logging, log_strays\n"
        "with configure_logging('json', 'info'):\n"
        "    log_strays()\n"
        "    warnings.warn('old', stacklevel=1)\n"
        "    thread = threading.Thread(target=lambda: 1 / 0, name='careless')\n"
        "    thread.start(); thread.join()\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    _, printed = await process.communicate()
    warning, failure = map(json.loads, printed.splitlines())
    assert "old" in warning["event"]
    assert (failure["event"], failure["thread"]) == ("python.thread_failed", "careless")
    assert "ZeroDivisionError" in failure["exception"]
