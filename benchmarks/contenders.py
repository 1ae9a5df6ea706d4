"""The bots under test, each a process of its own beside a simulator of its own."""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from benchmarks import same_calls
from benchmarks.emulator import new_store
from simulator import SimulatorClient, SimulatorError, Slack

ROOT = Path(__file__).parent.parent
ENDING_SECONDS = 15.0
LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """How to start one bot. `store` None is the bare handler."""

    name: str
    store: str | None
    investigator: str = "benchmarks.same_calls:investigator"
    answer_contains: str | None = same_calls.ANSWER

    def command(self, slack: Slack) -> Sequence[str]:
        """Return the command line."""
        if self.store is None:
            where = (slack.base_url, slack.bot_token, slack.app_token)
            return [sys.executable, "-m", "benchmarks.bare", *where]
        return [sys.executable, "-m", "bot", "run"]

    def settings(self, slack: Slack, folder: Path) -> Mapping[str, str]:
        """Return Burrow's settings, its defaults but for these."""
        match self.store:
            case "sqlite":
                store = f"sqlite:///{folder}/burrow.db"
            case "firestore":
                store = new_store()
            case _:
                store = f"{self.store}://"
        return {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.base_url,
            "SESSION_STORE": store,
            "INVESTIGATOR": self.investigator,
            "LOG_FORMAT": "json",
            # A few people ask more in a minute than any team in an hour.
            "MAX_TURNS_PER_AUTHOR": "0",
            "QUESTIONS_PER_HOUR_PERSON": "0",
            "QUESTIONS_PER_HOUR_CHANNEL": "0",
        }


BARE = Contender(name="bare Bolt", store=None)
MEMORY = Contender(name="memory", store="memory")
SQLITE = Contender(name="SQLite", store="sqlite")
FIRESTORE = Contender(name="Firestore emulator", store="firestore")
BRIEF = Contender(
    name="SQLite, brief", store="sqlite", investigator="brief", answer_contains="Case brief"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A running bot and the workspace it is in. Times are on the machine's monotonic clock."""

    contender: Contender
    slack: Slack
    process: psutil.Process
    spawned_at: float
    folder: Path
    notes: dict[str, float] = field(default_factory=dict)

    def memory(self) -> float:
        """Return the bot's own memory (USS: what its end would free) in MiB."""
        return float(self.process.memory_full_info().uss) / 2**20

    def resident(self) -> float:
        """Return the bot's resident memory in MiB."""
        return float(self.process.memory_info().rss) / 2**20

    def cpu_seconds(self) -> float:
        """Return the processor time the bot has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def workspace() -> AsyncIterator[Slack]:
    """Start a simulator without Slack's limits."""
    command = [sys.executable, "-m", "simulator", "--no-limits", "--until-stdin-ends"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        ready = json.loads(await process.stdout.readline())
        async with SimulatorClient.connect(ready["base_url"]) as slack:
            yield slack
    finally:
        await end(process)


@asynccontextmanager
async def running(contender: Contender, slack: Slack, folder: Path) -> AsyncIterator[Stand]:
    """Start a bot and wait until it is connected.

    Its log and its store are in a new folder inside `folder`.
    """
    folder = Path(tempfile.mkdtemp(dir=folder))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if contender.store is not None:
        environment |= contender.settings(slack, folder)
    before = len(await slack.sockets())
    with (folder / LOG).open("ab") as log:
        spawned_at = time.monotonic()
        # Not in the repository: a developer's own .env must not be read.
        process = await asyncio.create_subprocess_exec(
            *contender.command(slack), cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        await _connected(slack, before + 1, folder)
        yield Stand(
            contender=contender,
            slack=slack,
            process=psutil.Process(process.pid),
            spawned_at=spawned_at,
            folder=folder,
        )
    finally:
        await end(process)


@asynccontextmanager
async def stand(contender: Contender, folder: Path) -> AsyncIterator[Stand]:
    """Start a workspace and a bot in it."""
    async with workspace() as slack, running(contender, slack, folder) as one:
        yield one


async def _connected(slack: Slack, sockets: int, folder: Path) -> None:
    try:
        await slack.wait_for_sockets(sockets, timeout=20)
    except SimulatorError as error:
        raise RuntimeError(f"the bot did not connect:\n{log_of(folder)}") from error


def log_of(folder: Path) -> str:
    """Return the end of a bot's log."""
    return (folder / LOG).read_text()[-2000:]


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end, and end it if it does not."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
