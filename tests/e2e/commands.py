"""The bot's other commands as processes, as an operator types them."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


async def command(*words: str, folder: Path, env: Mapping[str, str], module: str = "bot") -> Ended:
    """Run `python -m bot` with these words in `folder`, to its end."""
    return await ended(await started(*words, folder=folder, env=env, module=module))


async def started(
    *words: str, folder: Path, env: Mapping[str, str], module: str = "bot"
) -> Process:
    """Start `python -m bot` with these words in `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    _heed_interrupts()
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **env},
        stdout=PIPE,
        stderr=PIPE,
    )


def _heed_interrupts() -> None:
    """As in a terminal: what a shell runs in the background ignores Ctrl-C, and hands that on.

    Not by `preexec_fn`, for which a child must be forked: gRPC in our own process minds that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


async def ended(process: Process) -> Ended:
    """Wait for the end of a command."""
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(code=process.returncode, out=out.decode(), err=err.decode())
