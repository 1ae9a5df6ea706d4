"""Memory for each finished thread, and the time from the start to the first event."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.contenders import ROOT, Contender, Stand, running, stand, workspace
from benchmarks.mentions import burst_of
from benchmarks.report import Check, Line, Table
from benchmarks.rounds import interleaved, medians

BURST = 1000
FEWER = 6000
"""Threads for the bots that are only there to compare with."""
SETTLING = 4
"""Bursts before growth is counted: until then the process finds its working size."""


async def memory_per_thread(
    contenders: Sequence[Contender], folder: Path, *, threads: int
) -> Table:
    """Finish many threads in bursts of a thousand, one bot after the other, each fresh."""
    found = {}
    for contender in contenders:
        async with stand(contender, folder) as one:
            count = threads if contender.store == "sqlite" else min(threads, FEWER)
            found[contender.name] = await _finish_threads(one, count)
    above = found["SQLite"]["idle"] - found["bare Bolt"]["idle"]
    return Table(
        title=f"Memory over {threads:,} finished threads on SQLite (the bot's own: USS)",
        columns=list(found),
        lines=[
            Line(label="threads finished", values=_column(found, "threads"), digits=0),
            Line(
                label="idle, MiB",
                values=_column(found, "idle"),
                digits=1,
                checks=[Check(what="SQLite - bare", value=above, target=30, unit=" MiB")],
            ),
            Line(
                label=f"after {SETTLING * BURST:,}, MiB",
                values=_column(found, "settled"),
                digits=1,
            ),
            Line(label="at the end, MiB", values=_column(found, "end"), digits=1),
            Line(
                label="KiB for each finished thread",
                values=_column(found, "each"),
                checks=[
                    Check(what="SQLite", value=found["SQLite"]["each"], target=1, unit=" KiB")
                ],
            ),
        ],
        notes=["The memory engine keeps every session by its nature; SQLite keeps them on disk."],
    )


async def start_up(contenders: Sequence[Contender], folder: Path, *, rounds: int) -> Table:
    """From the spawning of the process to the ack of a mention sent once its socket is open."""

    async def measure(contender: Contender) -> dict[str, float]:
        async with workspace() as slack, running(contender, slack, folder) as one:
            burst = await slack.burst(1)
            acked_at = burst.mentions[0].acked_at
            assert acked_at is not None
            return {"seconds": acked_at - one.spawned_at}

    samples = await interleaved({one.name: one for one in contenders}, measure, rounds=rounds)
    seconds = medians(samples, "seconds")
    checks = [
        Check(what=name, value=seconds[name], target=1.0, unit=" s")
        for name in seconds
        if name != "bare Bolt"
    ]
    return Table(
        title=f"From start to the ack of the first event ({rounds} starts)",
        columns=list(seconds),
        lines=[Line(label="seconds", values=seconds, checks=checks)],
        notes=[] if all(one.is_met for one in checks) else await slow_imports(),
    )


async def slow_imports(module: str = "bot.commands.run", *, shown: int = 12) -> list[str]:
    """Say which imports take the time, slowest first; each time includes what it imports."""
    report = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = re.findall(r"\|\s+(\d+) \|\s+(\S+)$", report.stderr, re.MULTILINE)
    slowest = sorted(((int(micros), name) for micros, name in lines), reverse=True)[:shown]
    return [f"import {name}: {micros / 1000:.0f} ms" for micros, name in slowest]


async def _finish_threads(one: Stand, threads: int) -> dict[str, float]:
    await one.slack.burst(1, answer_contains=one.contender.answer_contains)
    await one.slack.wait_quiet()
    idle = settled = one.memory()
    for number in range(threads // BURST):
        if number == SETTLING:
            settled = one.memory()
        await burst_of(one, BURST)
        await one.slack.wait_quiet(timeout=30)
    end = one.memory()
    counted = max(threads - SETTLING * BURST, BURST)
    return {
        "threads": threads,
        "idle": idle,
        "settled": settled,
        "end": end,
        "each": (end - settled) * 1024 / counted,
    }


def _column(found: Mapping[str, Mapping[str, float]], key: str) -> dict[str, float]:
    return {name: figures[key] for name, figures in found.items()}
