"""Workers: processes of their own on the store under test."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conformance.harness import Harness

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def running(
    harness: Harness, act: str, name: str = "worker", *, extra: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """A worker that is ready to be let go; the end of the block kills it, as `kill -9` does.

    `extra` is added to its environment.
    """
    assert harness.url is not None
    command = [sys.executable, "-m", "tests.conformance.worker", harness.url, act, name]
    settings = {"CROWD": str(harness.crowd), "INSIDE": str(harness.directory / "inside")}
    worker = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **harness.environment, **settings, **(extra or {})},
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        assert await told_by(worker) == "ready"
        yield worker
    finally:
        with suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()


async def told_by(worker: Process) -> Any:
    """Read the worker's next report."""
    assert worker.stdout is not None
    line = await worker.stdout.readline()
    assert line, f"the worker ended with {await worker.wait()}"
    return json.loads(line)


async def let_go(*workers: Process) -> None:
    """Give each worker the line that it waits for."""
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
