"""Acquire and release, on each engine and without our code."""

import asyncio
import json
import sys
import time
from pathlib import Path

from benchmarks.contenders import ROOT
from benchmarks.emulator import is_running, new_store
from benchmarks.report import Check, Line, Table
from benchmarks.rounds import Samples, medians, ratio

TASKS = 64
STARTING = 1.0
"""Seconds a worker has to start before the measured time begins."""


async def acquire_and_release(folder: Path, *, rounds: int, seconds: float) -> Table:
    """Count pairs a second for one task, for 64, and for two processes of 64 on one file."""
    stores = {
        "raw commits": f"raw:{folder}/raw.db",
        "memory": "memory://",
        "SQLite": f"sqlite:///{folder}/locks.db",
    }
    if is_running():
        stores["Firestore emulator"] = new_store()
    samples: Samples = {name: [] for name in stores}
    for _ in range(rounds):
        for name, store in stores.items():
            samples[name].append(await _round(store, seconds))
    reached = ratio(samples, "many", "SQLite", "raw commits")
    return Table(
        title=f"Acquire and release, each task its own key, pairs/s ({rounds} × {seconds:g} s)",
        columns=list(stores),
        lines=[
            Line(label="1 task", values=medians(samples, "one"), digits=0),
            Line(
                label=f"{TASKS} tasks",
                values=medians(samples, "many"),
                digits=0,
                checks=[Check(what="SQLite ÷ raw", value=reached, target=0.6, at_least=True)],
            ),
            Line(label=f"{TASKS} tasks, p99 µs", values=medians(samples, "p99"), digits=0),
            Line(label=f"2 processes × {TASKS}", values=medians(samples, "two"), digits=0),
            Line(label="share of the slower process", values=medians(samples, "share")),
        ],
        notes=["Raw commits: one thread, group commit, two statements, none of our code."],
    )


async def _round(store: str, seconds: float) -> dict[str, float]:
    one = await _worker(store, "A", 1, seconds)
    many = await _worker(store, "A", TASKS, seconds)
    figures = {"one": one["pairs"], "many": many["pairs"], "p99": many["p99"]}
    if store.startswith("memory"):
        return figures
    two = await asyncio.gather(*(_worker(store, name, TASKS, seconds) for name in "AB"))
    rates = [found["pairs"] for found in two]
    return {**figures, "two": sum(rates), "share": min(rates) / sum(rates)}


async def _worker(store: str, name: str, tasks: int, seconds: float) -> dict[str, float]:
    start_at = time.monotonic() + STARTING
    arguments = (store, name, str(tasks), str(seconds), str(start_at))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.lock_worker",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the worker on {store} failed")
    found: dict[str, float] = json.loads(output)
    return found
