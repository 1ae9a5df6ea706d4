"""The bots of a campaign as processes: started, killed, stopped, continued, asked to end."""

import asyncio
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RESTART_SECONDS = 0.2
EXIT_SECONDS = 45.0


@dataclass(slots=True, kw_only=True)
class Life:
    """One process from start to end; times are on the machine's monotonic clock."""

    number: int
    pid: int
    log: Path
    started_at: float
    ended_at: float | None = None
    code: int | None = None
    killed_at: float | None = None
    asked_to_end: bool = False


@dataclass(slots=True, kw_only=True)
class Freeze:
    """A time during which a process was stopped."""

    pid: int
    stopped_at: float
    continued_at: float = float("inf")


class Fleet:
    """Keeps so many bots alive as a supervisor would, and remembers what befell them."""

    def __init__(
        self,
        count: int,
        env: Mapping[str, str],
        folder: Path,
        command: tuple[str, ...],
        ports: Sequence[int] = (),
    ) -> None:
        """`ports`: where each is reached over HTTP, if it is."""
        self._ports = ports
        self.lives: list[Life] = []
        self.freezes: list[Freeze] = []
        self._closing = asyncio.Event()
        self._env = dict(env)
        self._folder = folder
        self._command = command
        self._pause = [0.0] * count
        self._processes: list[asyncio.subprocess.Process | None] = [None] * count
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all and keep them alive."""
        numbers = range(len(self._processes))
        self._keepers = [asyncio.create_task(self._keep(number)) for number in numbers]

    async def kill(self, target: int, pause: float) -> None:
        """`kill -9` one, which is started again after a pause in seconds."""
        number = target % len(self._processes)
        if (life := self._alive(number)) is not None:
            self.kill_pid(life.pid, pause)

    def kill_pid(self, pid: int, pause: float) -> None:
        """`kill -9` that process, if it is one of ours and alive."""
        for life in self.lives:
            process = self._processes[life.number]
            if life.pid == pid and life.ended_at is None and process is not None:
                self._pause[life.number] = pause
                life.killed_at = time.monotonic()
                process.kill()

    async def freeze(self, pid: int | None, seconds: float) -> None:
        """Stop that process, if it is alive, for so long."""
        alive = [one for one in self.lives if one.pid == pid and one.ended_at is None]
        process = self._processes[alive[0].number] if alive else None
        if pid is None or process is None:
            return
        freeze = Freeze(pid=pid, stopped_at=time.monotonic())
        self.freezes.append(freeze)
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            freeze.continued_at = time.monotonic()
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)

    async def pause(self, target: int, seconds: float) -> None:
        """Let one hesitate, as a busy machine does; too briefly to count as a freeze."""
        process = self._processes[target % len(self._processes)]
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)

    async def terminate(self, target: int, pause: float) -> None:
        """Deploy one: ask it to end, which it does by itself; then it is started again."""
        number = target % len(self._processes)
        life, process = self._alive(number), self._processes[number]
        if life is None or process is None:
            return
        life.asked_to_end = True
        self._pause[number] = pause
        process.send_signal(signal.SIGTERM)

    async def close(self) -> None:
        """Ask all to end and wait for them; whoever does not end in time is killed."""
        if self._closing.is_set():
            return
        self._closing.set()
        for number, process in enumerate(self._processes):
            life = self._alive(number)
            if life is not None and process is not None:
                life.asked_to_end = True
                process.send_signal(signal.SIGTERM)
        _, late = await asyncio.wait(self._keepers, timeout=EXIT_SECONDS)
        if late:
            for life in self.lives:
                self.kill_pid(life.pid, 0)
            await asyncio.wait(late)
        for keeper in self._keepers:
            keeper.result()

    def _alive(self, number: int) -> Life | None:
        lives = [one for one in self.lives if one.number == number and one.ended_at is None]
        return lives[-1] if lives else None

    async def _keep(self, number: int) -> None:
        while not self._closing.is_set():
            self._pause[number] = RESTART_SECONDS
            await self._live(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause[number]):
                    await self._closing.wait()

    async def _live(self, number: int) -> None:
        log = self._folder / f"bot{number}-{len(self.lives):03d}.log"
        own = {"HTTP_PORT": str(self._ports[number])} if self._ports else {}
        with log.open("wb") as stream:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, cwd=self._folder, env=self._env | own,
                stdout=stream, stderr=stream,
            )  # fmt: skip
        life = Life(number=number, pid=process.pid, log=log, started_at=time.monotonic())
        self._processes[number] = process
        self.lives.append(life)
        life.code = await process.wait()
        life.ended_at = time.monotonic()
