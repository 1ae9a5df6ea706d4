"""The peers: how each is started, what it needs, and what it uses."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from benchmarks.contenders import ROOT, end
from benchmarks.peers.events import SECRET, Driver, HttpDriver, SocketDriver
from benchmarks.peers.stand_in import StandIn

INSTALLED = ROOT / "out" / "peers"
"""Where `make bench-peers` puts what the others need; nothing of it is ours."""
_APPS = Path(__file__).parent / "apps"
_PYTHON = INSTALLED / "venv" / "bin" / "python"
_CONNECTED_SECONDS = 30.0
_TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-1-bench",
    "SLACK_APP_TOKEN": "xapp-1-A00000001-bench",
}
_SIGNED = {"SLACK_SIGNING_SECRET": SECRET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One bot that is compared; `{store}` in its settings is an empty folder."""

    name: str
    command: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    over_http: bool = False
    files: Sequence[Path] = ()
    """What must be there, or it is left out."""
    uses_redis: bool = False

    def missing(self) -> str | None:
        """Return what keeps it from being started here, or None."""
        if any(not file.exists() for file in self.files):
            return "`make bench-peers` has not been run"
        if shutil.which(self.command[0]) is None:
            return f"{self.command[0]} is not installed"
        if self.uses_redis and shutil.which("redis-server") is None:
            return "redis-server is not installed"
        return None


def _burrow(store: str, name: str) -> Peer:
    settings = {
        "SESSION_STORE": store,
        "INVESTIGATOR": "benchmarks.peers.apps.answering:investigator",
        "LOG_FORMAT": "json",
        "MAX_TURNS": "200",
        # Fifty people ask more in a minute than any team in an hour.
        "MAX_TURNS_PER_AUTHOR": "0",
        "QUESTIONS_PER_HOUR_PERSON": "0",
        "QUESTIONS_PER_HOUR_CHANNEL": "0",
    }
    return Peer(name=name, command=(sys.executable, "-m", "bot", "run"), settings=settings)


def _chat_sdk(name: str, *, script: str, uses_redis: bool) -> Peer:
    is_python = script.endswith(".py")
    # Node looks for modules beside the script.
    at = _APPS / script if is_python else INSTALLED / script
    return Peer(
        name=name,
        command=(str(_PYTHON) if is_python else "node", str(at)),
        settings=_SIGNED,
        over_http=True,
        files=(at, _PYTHON if is_python else INSTALLED / "node_modules"),
        uses_redis=uses_redis,
    )


FLOOR = Peer(
    name="Bolt",
    command=(sys.executable, "-m", "benchmarks.peers.apps.bolt_app"),
    settings=_SIGNED,
)
MEMORY = _burrow("memory://", "Burrow, memory")
SQLITE = _burrow("sqlite:///{store}/burrow.db", "Burrow, SQLite")
OTHERS = (
    _chat_sdk("Chat SDK (Python), memory", script="chat_sdk_app.py", uses_redis=False),
    _chat_sdk("Chat SDK (Python), Redis", script="chat_sdk_app.py", uses_redis=True),
    _chat_sdk("Chat SDK (JS), memory", script="chat_sdk_app.mjs", uses_redis=False),
    _chat_sdk("Chat SDK (JS), Redis", script="chat_sdk_app.mjs", uses_redis=True),
)


@dataclass(frozen=True, slots=True)
class Running:
    """A peer that is connected."""

    process: psutil.Process
    driver: Driver

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def resident(self) -> float:
        """Return its resident memory in MiB."""
        return float(self.process.memory_info().rss) / 2**20


@asynccontextmanager
async def running(
    peer: Peer, slack: StandIn, redis_url: str, folder: Path
) -> AsyncIterator[Running]:
    """Start a peer with an empty store, and end it by its own process id."""
    store, port = Path(tempfile.mkdtemp(dir=folder)), free_port()
    settings = {name: value.format(store=store) for name, value in peer.settings.items()}
    environment = {
        **os.environ,
        **_TOKENS,
        "PYTHONPATH": str(ROOT),
        "SLACK_API_URL": slack.api_url,
        "PORT": str(port),
        **({"REDIS_URL": redis_url} if peer.uses_redis else {}),
        **settings,
    }
    log = store / "log"
    with log.open("ab") as lines:
        # Not in the repository: a developer's own .env must not be read.
        process = await asyncio.create_subprocess_exec(
            *peer.command, cwd=store, env=environment, stdout=lines, stderr=lines
        )
    driver: Driver = HttpDriver(port) if peer.over_http else SocketDriver(slack)
    try:
        try:
            await _connected(peer, slack, port, process)
        except RuntimeError as error:
            raise RuntimeError(f"{error}:\n{log.read_text()[-2000:]}") from None
        yield Running(psutil.Process(process.pid), driver)
    finally:
        driver.close()
        await end(process)


async def _connected(
    peer: Peer, slack: StandIn, port: int, process: asyncio.subprocess.Process
) -> None:
    until = time.monotonic() + _CONNECTED_SECONDS
    while time.monotonic() < until and process.returncode is None:
        if await _answers(port) if peer.over_http else slack.sockets:
            return
        await asyncio.sleep(0.01)
    raise RuntimeError(f"{peer.name} did not connect")


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[str]:
    """Run a Redis of our own, in memory only; its URL, or nothing where there is none."""
    if shutil.which("redis-server") is None:
        yield ""
        return
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = await asyncio.create_subprocess_exec(
        "redis-server", *options, cwd=folder, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        while not await _answers(port):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        await end(process)


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
