"""`python -m benchmarks`: Burrow beside a bare Bolt handler, in one run on one machine."""

import argparse
import asyncio
import os
import platform
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import footprint, locks, mentions, takeover
from benchmarks.contenders import (
    BARE,
    BRIEF,
    FIRESTORE,
    MEMORY,
    ROOT,
    SQLITE,
    Contender,
    Stand,
    stand,
)
from benchmarks.emulator import emulator, is_running
from benchmarks.peers.side_by_side import side_by_side
from benchmarks.report import Table, write_json

DESCRIPTION = """\
Measures Burrow (on memory and on SQLite with synchronous = FULL) beside a bare Bolt handler that
makes the same Web API calls and keeps no state. Each bot is a process of its own, in front of the
project's simulator with Slack's rate limits off. Rounds take turns, so a busy machine hits all
alike: judge by the ratios, not by the milliseconds.
"""
EPILOG = """\
measurements:
  peers     a second mention in a known thread, beside what others use, on a lighter stand-in
  mention   one mention at a time in a new thread, until its answer is posted
  burst     1,000 mentions at once in 1,000 threads of 100 channels
  memory    idle, and for each of 20,000 finished threads
  startup   from the start of the process to the ack of its first event
  locks     acquire and release: 1 task, 64 tasks, 2 processes; beside raw group commit
  takeover  from kill -9 in mid-turn until the work goes on

examples:
  python -m benchmarks
  python -m benchmarks --quick
  python -m benchmarks --only mention,locks --rounds 9

The exit code is 1 if a target was missed. Figures also go to out/benchmarks.json.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    rounds: int
    mentions: int
    known: int
    burst: int
    threads: int
    starts: int
    lock_seconds: float


FULL = Size(
    rounds=5, mentions=150, known=400, burst=1000, threads=20_000, starts=5, lock_seconds=1.0
)
QUICK = Size(
    rounds=3, mentions=60, known=100, burst=1000, threads=8_000, starts=3, lock_seconds=0.5
)
CONTENDERS = (BARE, MEMORY, SQLITE)

Measure = Callable[[Size, Path], Awaitable[Table]]


async def peers(size: Size, folder: Path) -> Table:
    """Measure Burrow beside the others."""
    return await side_by_side(folder, rounds=size.rounds, mentions=size.known)


async def mention(size: Size, folder: Path) -> Table:
    """Measure one mention at a time."""
    async with AsyncExitStack() as stack:
        stands = await _stands(stack, folder, (*CONTENDERS, BRIEF, *_firestore()))
        return await mentions.one_at_a_time(stands, rounds=size.rounds, mentions=size.mentions)


async def burst(size: Size, folder: Path) -> Table:
    """Measure a thousand at once."""
    async with AsyncExitStack() as stack:
        stands = await _stands(stack, folder, (*CONTENDERS, BRIEF))
        return await mentions.a_thousand_at_once(stands, rounds=size.rounds, mentions=size.burst)


async def memory(size: Size, folder: Path) -> Table:
    """Measure memory."""
    return await footprint.memory_per_thread(CONTENDERS, folder, threads=size.threads)


async def startup(size: Size, folder: Path) -> Table:
    """Measure the start."""
    return await footprint.start_up(CONTENDERS, folder, rounds=size.starts)


async def lock_pairs(size: Size, folder: Path) -> Table:
    """Measure locks."""
    return await locks.acquire_and_release(
        folder, rounds=max(3, size.rounds - 2), seconds=size.lock_seconds
    )


async def after_a_kill(size: Size, folder: Path) -> Table:
    """Measure crash takeover."""
    return await takeover.after_a_kill(folder, rounds=size.starts)


MEASUREMENTS: dict[str, Measure] = {
    "peers": peers,
    "mention": mention,
    "burst": burst,
    "memory": memory,
    "startup": startup,
    "locks": lock_pairs,
    "takeover": after_a_kill,
}


def _firestore() -> Sequence[Contender]:
    return [FIRESTORE] if is_running() else []


async def _stands(
    stack: AsyncExitStack, folder: Path, contenders: Sequence[Contender]
) -> dict[str, Stand]:
    async def start(contender: Contender) -> Stand:
        return await stack.enter_async_context(stand(contender, folder))

    return {one.name: await start(one) for one in contenders}


def machine() -> dict[str, str]:
    """Say what it was measured on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": ", ".join(f"{one:.2f}" for one in os.getloadavg()),
    }


async def run(names: Sequence[str], size: Size, output: Path) -> int:
    """Measure, print each table as it is done, and write them all."""
    about, tables = machine(), []
    this = asyncio.current_task()
    assert this is not None
    # So that the processes that were started end with this one.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    print(" · ".join(f"{key} {value}" for key, value in about.items()), flush=True)
    with tempfile.TemporaryDirectory(prefix="burrow-bench-") as folder:
        for name in names:
            began = time.monotonic()
            table = await MEASUREMENTS[name](size, Path(folder))
            tables.append(table)
            print(f"\n{table}\n  [{time.monotonic() - began:.0f} s]", flush=True)
    write_json(output, about, tables)
    missed = [check for table in tables for check in table.missed]
    print(f"\n{len(missed)} targets missed" if missed else "\nEvery target is met.")
    return 1 if missed else 0


def main(arguments: Sequence[str]) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        default=",".join(MEASUREMENTS),
        metavar="NAMES",
        help="measurements, separated by commas (default: all)",
    )
    parser.add_argument("--rounds", type=int, help=f"rounds of each (default {FULL.rounds})")
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "out" / "benchmarks.json",
        help="where the figures go as JSON (default out/benchmarks.json)",
    )
    found = parser.parse_args(arguments)
    names = [name for name in found.only.split(",") if name]
    if unknown := set(names) - set(MEASUREMENTS):
        known = ", ".join(MEASUREMENTS)
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}; there are {known}")
    size = QUICK if found.quick else FULL
    if found.rounds:
        size = replace(size, rounds=found.rounds, starts=found.rounds)
    with emulator():
        return asyncio.run(run(names, size, found.output))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
