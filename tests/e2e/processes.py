"""The bot as a process of its own, as an operator runs it."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from simulator import Slack

ROOT = Path(__file__).parents[2]


class BotProcess:
    """`python -m bot` with its log in a file."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self._log.read_text()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def exit_code(self, timeout: float = 30) -> int:
        """Wait until it has ended."""
        return await asyncio.wait_for(self._process.wait(), timeout)


def environment(slack: Slack, store: str, **changes: str) -> dict[str, str]:
    """Make the environment of a bot that knows this workspace."""
    ours = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.base_url,
        "SESSION_STORE": store,
        "INVESTIGATOR": "tests.e2e.investigators:echo",
        "RETENTION_DAYS": "0",
        "MAX_TURNS_PER_AUTHOR": "0",
        "QUESTIONS_PER_HOUR_PERSON": "0",
        "QUESTIONS_PER_HOUR_CHANNEL": "0",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "debug",
        "SHUTDOWN_GRACE_SECONDS": "5",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **ours, **changes}


@asynccontextmanager
async def bot_process(
    env: dict[str, str], folder: Path, module: str = "bot"
) -> AsyncIterator[BotProcess]:
    """Start one in `folder`, where no `.env` is; it is killed if it still runs at the end."""
    handle, name = tempfile.mkstemp(prefix="bot-", suffix=".log", dir=folder)
    log = Path(name)
    with os.fdopen(handle, "wb") as stream:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, cwd=folder, env=env, stdout=stream, stderr=stream
        )
    try:
        yield BotProcess(process, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
