"""`demo`: an incident played in a local Slack workspace, with the real bot in it."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

import simulator
from bot.app import open_burrow
from bot.commands.exits import Exit
from bot.commands.incident import play
from bot.commands.screen import Screen
from bot.commands.typed import typed_lines
from bot.config import Settings
from bot.errors import BurrowError, ConfigurationError
from bot.lifecycle import serve
from bot.observe.logs import configure_logging
from bot.shutdown import ShutdownRequests, run_to_the_end
from simulator import SimulatorClient, Slack
from simulator.errors import WaitedInVain

READY_SECONDS = 20.0
LOG = "bot.log"

SERVES = True
"""It takes signals and writes a log of its own."""
READS_SETTINGS = False
DESCRIPTION = """\
Play an incident in a local Slack workspace, with the real bot connected to it
over Socket Mode. It needs no Slack account and reads no settings. On a terminal
you can then ask the bot questions of your own, until Ctrl-D."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the demo takes."""
    parser.add_argument(
        "--once",
        action="store_true",
        help="end after the incident; without a terminal it always does",
    )
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="keep the bot's log in this file; it is deleted otherwise, unless something fails",
    )


def run(arguments: argparse.Namespace) -> int:
    """Play the incident; on a terminal, then take questions until Ctrl-D."""
    screen = Screen()
    # It is None where stdin is closed.
    ask = sys.stdin is not None and sys.stdin.isatty() and not arguments.once
    with _scratch_folder() as folder, _written(arguments.log or folder / LOG) as log:
        screen.say("A local Slack workspace, with the real bot connected to it over Socket Mode.")
        with configure_logging("json", "info", log):
            run_to_the_end(_run(folder, screen, ask=ask), lambda _: _abandon(folder))
    return Exit.DONE


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """Make a folder that is gone afterwards, unless something failed: its log tells of it."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="burrow-demo-"))
    except OSError as error:
        raise ConfigurationError(
            f"The demo needs a folder for temporary files ({error.strerror}): let TMPDIR name one."
        ) from None
    try:
        yield folder
    except BurrowError as error:
        if not (folder / LOG).exists():
            shutil.rmtree(folder)
            raise
        raise BurrowError(f"{error}\nThe bot's log: {folder / LOG}") from error
    except BaseException:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _abandon(folder: Path) -> NoReturn:
    shutil.rmtree(folder)
    os._exit(Exit.DONE)


def _written(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror}).") from None


async def _run(folder: Path, screen: Screen, *, ask: bool) -> None:
    shutdown = ShutdownRequests()
    shutdown.on_signals()
    await shutdown.unless_asked(_demonstrate(folder, screen, ask=ask))


async def _demonstrate(folder: Path, screen: Screen, *, ask: bool) -> None:
    """Play; the bot stops in order whether the play comes to its end or somebody ends it."""
    ending = ShutdownRequests()
    async with _local_slack() as slack:
        settings = Settings.isolated(
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_api_url=slack.base_url,
            session_store=f"sqlite:///{folder}/burrow.db",
            retention_days=0,
        )
        async with open_burrow(settings) as burrow, _transcript(slack, screen) as writing:
            serving = asyncio.create_task(serve(burrow, ending))
            try:
                await slack.wait_for_sockets()
                playing = asyncio.create_task(_play(slack, screen, ask=ask))
                going_on = {playing, serving, writing}
                await asyncio.wait(going_on, return_when=asyncio.FIRST_COMPLETED)
                playing.cancel() if not playing.done() else playing.result()
            finally:
                ending.ask()
                await serving


async def _play(slack: Slack, screen: Screen, *, ask: bool) -> None:
    try:
        thread = await play(slack)
    except WaitedInVain as error:
        raise BurrowError(f"The bot did not answer in time. {error}") from error
    if not ask:
        return
    screen.say("\nNow you: type a question for @burrow into the same thread; Ctrl-D ends.")
    await slack.add_user("you", "You")
    await slack.join("you", thread.channel)
    async for line in typed_lines(sys.stdin.fileno()):
        if line.strip():
            await slack.user("you").reply(thread, line.strip(), mention=True)


@asynccontextmanager
async def _transcript(slack: Slack, screen: Screen) -> AsyncIterator[asyncio.Task[None]]:
    """Print what people in Slack would see, as it happens, in a task.

    On leaving this raises what the printing has raised: a reader may be gone, a disk full.
    """

    async def write() -> None:
        async with slack.lines() as lines:
            started.set()
            async for line in lines:
                screen.show(line)

    started = asyncio.Event()
    writing = asyncio.create_task(write())
    try:
        await asyncio.wait_for(started.wait(), READY_SECONDS)
        yield writing
        if not writing.done():
            await slack.wait_quiet()
    finally:
        writing.cancel()
        await asyncio.wait([writing])
    if not writing.cancelled():
        writing.result()


@asynccontextmanager
async def _local_slack() -> AsyncIterator[Slack]:
    """Run the simulator as a process of its own and connect its controls.

    It holds the other end of a pipe: if this process is killed, it ends too.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--until-stdin-ends"),
        # In the folder of the start somebody may have a `simulator.py` of their own.
        cwd=Path(simulator.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)
        if not line:
            raise BurrowError("The local Slack workspace did not start; its error stands above.")
        async with SimulatorClient.connect(json.loads(line)["base_url"]) as slack:
            yield slack
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
