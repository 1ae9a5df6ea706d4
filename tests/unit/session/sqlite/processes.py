"""Other processes on the same file: `python -m tests.unit.session.sqlite.processes ACT PATH`."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from session import Repository
from session.engines.sqlite.repository import SQLiteRepository
from tests.conformance.examples import asks, message, new_session

ROOT = Path(__file__).parents[4]


@contextmanager
def process(act: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run an act in a process of its own, and end that in any case."""
    with program("-m", __name__, act, str(path)) as child:
        yield child


@contextmanager
def program(*words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program with its input and output in our hands, and end it in any case."""
    command, pipe = [sys.executable, *words], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def said(child: subprocess.Popen[str]) -> str:
    """Wait for the next thing that the process says."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def say(fact: str) -> None:
    sys.stdout.write(fact + "\n")
    sys.stdout.flush()


async def hold(repository: Repository) -> None:
    """Take a message in together with the lease, and never let go."""
    receipt = await repository.take_in(
        new_session(), message("1712.1", "held"), lease=asks("req_held")
    )
    say(str(receipt.claim and receipt.claim.fence))
    await asyncio.Event().wait()


async def hold_with_a_child(repository: Repository) -> None:
    """The same, with a program started meanwhile that outlives us."""
    child = await asyncio.create_subprocess_exec("sleep", "60", stdout=subprocess.DEVNULL)
    say(str(child.pid))
    await hold(repository)


async def look(repository: Repository) -> None:
    """Open the file, tell the engine's time, and go."""
    say(repository.now().isoformat())


async def main(act: str, path: str) -> None:
    if act == "create":
        # All have started before any opens.
        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
    repository = await SQLiteRepository.open(Path(path))
    acts = {"hold": hold, "hold_with_a_child": hold_with_a_child, "look": look, "create": look}
    await acts[act](repository)
    await repository.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
